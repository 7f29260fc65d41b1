"""A photo of a document -> its kind, its fields, how sure, what is suspicious.

Pure: arrays in, frozen dataclasses out. Depends on no other room. Start reading at
`document.py: DocumentReader.read`; then go the way of a photo: `sheets.py` and `page.py` lay each
sheet level, `lines.py` reads it, `layout.py` and `fields.py` find values; `checks.py`,
`recapture.py` and `edits.py` say what is wrong.
"""
