"""Statements of account in, as people send them; rows out. Pure.

Start at `statement.py`. `containers.py` finds what a file is by its content and gives records;
`header.py` finds the columns by vocabulary (`layouts.toml`), `layout.py` decides what they mean,
`reading.py` reads each record into a row.
"""
