"""The log that proves itself: events, Merkle tree, signed checkpoints, proofs.

Depends on storage alone. An event is written in the transaction it describes; `log.sequence`
orders events into an RFC 6962 tree; `log.verify` recomputes everything from the rows.
Start reading at `log.py`.
"""
