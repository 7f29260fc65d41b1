"""What an owner declares: occupation and purpose, compared with what is known.

Start reading at `declare.py`; `consistency.py` is pure.
"""
