"""Keys: root keys by use, data keys by person and purpose, and where both are kept.

Start reading at `names.py` (which roots and purposes there are), then `roots.py` (where root keys
come from), `wrapping.py` (what they do to data keys), `store.py` (where wrapped data keys lie:
outside of the database) and `destruction.py` (how destroying a key erases). The rest of the code
knows `storage.keyring.Keyring` and `storage.sealed.SealedField` alone.
"""
