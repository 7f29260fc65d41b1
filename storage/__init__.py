"""Where things are kept: database, media, sealed fields, keys, blind indexes, the queue of jobs.

Depends on core alone. `context.py` is what every use case is handed: a session with who asks, the
clock, the policy and the keys. Start reading there, then at `sealed.py` and `queue.py`.
"""
