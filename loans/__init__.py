"""Loans: declaration, profile, application, risk scorer, price, offer, acceptance.

Asks `kyc.identity` who the applicant is and nothing else. Money is integer fen, rates are basis
points a year. Start reading at `lending.py`.
"""
