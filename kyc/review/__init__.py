"""Cases that wait for a person: a queue, one reviewer at a time, four eyes against fraud.

Start reading at `cases.py`, then `verdicts.py`.
"""
