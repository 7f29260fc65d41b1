"""The reference risk scorer: a scorecard behind a published contract (`contract.yaml`).

`card.py` is pure: features to points, a probability of default and reasons. `service.py` answers
requests. Any scorer that keeps the contract can take its place. Start reading at `card.py`.
"""
