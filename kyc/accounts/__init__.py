"""Accounts as customer service sees them, and as their owners change them.

Start reading at `lookup.py`.
"""
