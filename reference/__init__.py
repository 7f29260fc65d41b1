"""Other parties' systems, as far as Kaihu needs one to run against: each a service of its own.

Nothing here imports the product, and the product imports nothing of it: they speak HTTP.
"""
