"""Faces: find, follow through a video, measure quality, embed, compare, search.

Pure: bytes and arrays in, frozen dataclasses out; imports only `core`. Start reading at
`finder.py: FaceFinder`, then `embedding.py`; `tracker.py` and `video.py` are for videos.
"""
