"""A voice confirms who speaks: callers to customer service, owners for what a thief must not do.

Packages above may use this one. Start reading at `voice.py`.
"""
