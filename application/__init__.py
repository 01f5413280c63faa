"""Use cases: one verb, one transaction."""
