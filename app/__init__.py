"""HTTP, command line and processes: the only package that knows Flask.

Start reading at `factory.py` and `services.py` (what a process is made of), then
`api/endpoint.py` and `api/onboardings.py`; `jobs/worker.py`
hands analyses to the processes of `jobs/analysis_pool.py`. Nothing is imported here: those
processes need none of the others.
"""
