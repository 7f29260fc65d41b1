"""Evidence: the registry of its types, its tables, and how it is found and opened again.

Its tables name an onboarding by id; no code of onboardings is imported. Start reading at
`types.py`.
"""
