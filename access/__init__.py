"""Who is who and who may what: applicants, staff, codes, tokens, permissions.

Depends on audit, storage and core. Every use case of every package begins with
`authorisation.require`; the matrix of roles is in the policy (`[roles]`). Start reading at
`permissions.py`.
"""
