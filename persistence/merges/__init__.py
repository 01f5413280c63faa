"""Merges: which errors are taken for one, what each has by itself, and what is left of deleted."""
