"""Loans: declaration, sources, profile, lists, application, scorer, price, offer, lines, contacts.

Of kyc it knows `identity` (who is this applicant), `verification` (was this confirmed) and `lists`
(who is looked at first) alone.
Money is integer fen, rates are basis points a year. Start reading at `declaration/declare.py`, then
`credit/application.py`, `offers/acceptance.py` and `lines/draws.py`.
"""
