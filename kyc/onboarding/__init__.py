"""An attempt to open an account: started, consented to, challenged, decided or expired.

Start reading at `start.py`; `models.py` has the table, `states.py` its steps.
"""
