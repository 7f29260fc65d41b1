"""Credit lines (授信) and draws on them (用信): opened, drawn on, frozen, expired, closed.

An accepted offer of the product `credit_line` opens a line; each draw is priced, dated and
confirmed for itself. A confirmed draw is an agreement: nobody pays it out yet. Start reading at
`opening.py`, then `draws.py` and `confirmation.py`.
"""
