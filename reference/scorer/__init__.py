"""The reference risk scorer: scorecards behind a published contract (`contract.yaml`).

A service of its own: its process, its key, its file of answers. `card.py` is pure: features to
points, a probability of default and reasons; `service.py` answers requests; `python -m
reference.scorer` runs it. Any scorer that keeps the contract can take its place (`verify.py`).
Start reading at `card.py`.
"""

KEY_FILE = "scorer.key"
TAG = "kaihu-scorer"  # of its signatures
