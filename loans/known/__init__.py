"""Keeps and shows the profile of a business, has it contested, and gives it to credit.

What it adds up to is computed in `loans.profile`. Start reading at `build.py`.
"""
