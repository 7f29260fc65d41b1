"""Faces: find, measure quality, embed, compare.

Pure: arrays in, frozen dataclasses out. Start reading at `finder.py`, then `embedding.py`.
"""
