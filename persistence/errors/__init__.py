"""Errors and what hangs on them: the hash table that finds them and their hourly counts."""
