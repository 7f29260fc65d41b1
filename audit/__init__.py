"""The log that proves itself: events, Merkle tree, signed checkpoints, proofs.

Depends on storage and core. An event is written in the transaction that it describes
(`writer.py`), with the fields that its action demands (`actions.py`); `sequencer.py` orders events
into an RFC 6962 tree; `verifier.py` recomputes everything from the rows. Start reading at
`actions.py`.
"""
