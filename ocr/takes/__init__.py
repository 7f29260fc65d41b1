"""Several photos of one paper: whether they show the same one, and what they say together. Pure.

Depends on what was read of each photo, never on pixels. Start reading at `merge.py: merge_takes`;
`take.py` is what goes in, `papers.py` decides whether two takes show one paper.
"""
