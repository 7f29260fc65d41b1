"""Lists of persons, firms and phones that are not served, or not without a person's look.

Entries are kept by blind index, proposed by one person and confirmed by another. Start reading at
`entries.py`, then `matching.py` and `hits.py`.
"""
