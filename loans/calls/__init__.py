"""Calls of other parties' systems: signed both ways, in limited time. Start at `signed_client.py`.

Nothing here knows what is asked: each service has an adapter of its own where its answers are used.
"""
