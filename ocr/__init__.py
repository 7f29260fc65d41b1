"""A photo of a document -> its kind, its fields, their confidences, what is suspicious.

Pure: arrays in, frozen dataclasses out. Depends on `core` alone. The folders are the stages of a
pipeline: `preprocess` lays each sheet level, `recognition` reads its lines, `extraction` finds the
fields, `validation` checks them. Start reading at `document.py: DocumentReader.read`.
"""
