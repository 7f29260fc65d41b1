"""The web process: what stands between the network and the Flask application.

gunicorn keeps the processes, uvicorn speaks HTTP in each. `connection.py` bounds connections and
headers, `arriving.py` bodies, `gateway.py` hands whole requests to threads that run the
application (`environ.py` says how) and serves those who wait without one; `worker.py` is the
process, `asgi.py` what it loads. Start reading at `gateway.py`.
"""
