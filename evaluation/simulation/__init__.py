"""Firms and people that are made up, with what their sources would show. Start at `sales.py`.

Nothing here is shared with what is measured but the types of rows and invoices. Everything is drawn
from a seed; names mean nobody.
"""
