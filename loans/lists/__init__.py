"""Lists in lending: who is looked at before anything is lent, and whom a new entry meets.

The lists themselves are `kyc.lists`. Start reading at `screening.py`.
"""
