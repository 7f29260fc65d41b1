"""What is wrong with a document: contradictions, cut edges, copies, screens, changed fields.

Depends on `extraction` and on the photo; every threshold is an argument. Start reading at
`validate.py: validate`, which calls the checks in their order; `flags.py` is what they give.
"""
