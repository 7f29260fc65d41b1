"""At what price, and its acceptance.

Start reading at `offer.py`; `price.py` is pure.
"""
