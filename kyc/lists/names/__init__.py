"""Names of persons and firms as lists and papers write them, compared by writing, sound and look.

Pure. Start reading at `judge.py`, then `persons.py` and `firms.py`; `blocks.py` says by which keys
two names are brought together at all.
"""
