"""Processes that do jobs: the worker, the pool that holds the models, many machines by a broker.

Start reading at `worker.py`, then `lifecycle.py`. They know a kind of job by its handler alone.
"""
