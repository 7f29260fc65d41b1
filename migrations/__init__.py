"""Alembic migrations of the database. Start reading at `versions/`, by number."""
