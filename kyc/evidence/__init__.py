"""Evidence: the registry of its types, its tables, and how it is found and opened again.

Knows no onboarding. Start reading at `types.py`.
"""
