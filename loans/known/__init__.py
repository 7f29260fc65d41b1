"""What is known of a business is kept, shown, contested and given to who judges credit.

What it adds up to is computed in `loans.profile`. Start reading at `build.py`.
"""
