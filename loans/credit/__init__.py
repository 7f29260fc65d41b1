"""May we lend: the application and the risk scorer.

Start reading at `application.py`.
"""
