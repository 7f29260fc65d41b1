"""Callers who wait for a change: event streams, and answers with `Prefer: wait=N`.

`bodies.py` has the two bodies that are made as something changes, `listeners.py` serves all of
them with one question to the database, `places.py` counts them by account and address, `waits.py`
is what routes call. Any WSGI server can iterate such a body, at the cost of a thread; ours
(`app.web`) holds none. Start reading at `bodies.py`.
"""
