"""From a level sheet to its lines of text, with a confidence for each character.

Depends on `preprocess` and on the networks of PP-OCRv6. Start reading at
`page_reader.py: PageReader.read`; `protocols.py` says what the other folders may ask of it.
"""
