"""HTTP, command line and processes: the only room that imports Flask.

Start reading at `application.py`, then `api/onboardings.py`; `worker.py` hands analyses to the
processes of `analysts.py`. Nothing is imported here: those processes need none of the others.
"""
