"""A photo of a document -> its kind, its fields, how sure, what is suspicious.

Pure: arrays in, frozen dataclasses out. Depends on no other room. Start reading at
`document.py: DocumentReader.read`; `layout.py` finds values beside labels, `codes.py` knows the
check digits.
"""
