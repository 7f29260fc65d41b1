"""From lines of text to the documents on a page and their fields.

Depends on `recognition.protocols` (a `TextReader` reads a region again) and the forms of
`ocr.document_types`. Start reading at `documents.py: extract_documents`, then `fields.py`, which
uses `labels.py`, `values.py`, `codes.py` and `office.py`.
"""
