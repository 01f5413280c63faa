"""Checks that belong to the house and to no floor."""
