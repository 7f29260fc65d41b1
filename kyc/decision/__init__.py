"""From findings to a decision: record, cross-check, decide by the policy; and again, from the record.

Start reading at `record.py`; `decide.py` is the rule itself, pure.
"""
