"""From findings to a decision: record, cross-check, decide by the policy, replay.

Start reading at `record.py`; `decide.py` is the rule itself, pure.
"""
