"""What every package may know: errors, clock, ids, actors, money, reasons, the policy loader.

Depends on nothing else of Kaihu and holds no state. Start reading at `reasons.py` (every reason
code, once) and `errors.py` (the kinds of business error).
"""
