"""Offers that stand: accepted, replaced, expired, and the contract of an accepted one.

Start reading at `acceptance.py`; what an offer says is computed by `loans.terms`.
"""
