"""What is known of a business. Pure.

Sources become categorised accounts (`loans.sources.categories`), these a turnover and features.
Start reading at `turnover.py`, then `features.py`, `thickness.py`, `owner.py` and `industry.py`.
"""
