"""User reports: their table, how they are added, and how they are read."""
