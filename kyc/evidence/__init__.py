"""What an owner sends: the registry of evidence types, submission, uploads in chunks.

Start reading at `types.py`, then `submit.py`.
"""
