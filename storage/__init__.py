"""Where things are kept: database session, sealed values, media, jobs.

Depends on nothing else of Kaihu. Start reading at `database.py`, then `vault.py`.
"""
