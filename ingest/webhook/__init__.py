"""Webhooks: errors as other systems and small scripts post them, with an ingest key."""
