"""Alembic migrations that create and upgrade the schema."""
