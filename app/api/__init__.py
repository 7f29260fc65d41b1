"""The routes of `/api/v1`: one flask-restx namespace a resource; routes declare, use cases do.

`endpoint.py` is how a route is declared, `declaration.py` what is declared, `build.py` puts the
API of one application together. Start reading at `onboardings.py`.
"""
