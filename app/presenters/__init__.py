"""Rows and views in, answers out: pure, in the words of one language.

`events.py` alone reads: it streams an onboarding as it changes. Start reading at `onboarding.py`.
"""
