"""Consents, and what personal data the packages hold.

Depends on access, audit, storage and core. A package that processes data on a consent registers
what must happen when that consent ends (`registry.py`); `consents.py` gives, requires and ends
consents. Start reading there. `holdings.py` lists what every table holds.
"""
