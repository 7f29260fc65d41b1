"""At what price, in what words, and the acceptance.

Start reading at `options.py`; all but `offer.py` is pure.
"""
