"""Analysis: one piece of evidence -> one typed finding, by the engines.

Pure: it runs in processes that hold the models and know no database. Start reading at
`analyser.py`, then `findings.py`.
"""
