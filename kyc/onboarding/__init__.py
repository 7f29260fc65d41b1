"""An attempt to open an account, as its owner goes through it.

Started (`start.py`), consented to, challenged, evidence sent whole (`submit.py`) or in chunks
(`uploads.py`), throttled, expired. `models.py` has the table, `states.py` its steps.
Start reading at `submit.py`.
"""
