"""What comes in and what goes out, as pydantic models: one module a resource, as in `app/api`.

Requests are strict: a number is a number, never a text or a fraction that looks like one. Every
field says what it is, every model has an example. Scores and thresholds have no field here.
Start reading at `common.py`.
"""
