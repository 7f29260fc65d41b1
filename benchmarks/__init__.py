"""Speed, memory and load: `kaihu bench PART`. Ratios come from one run.

Everything is measured at the real thing: engines in their processes, the service over HTTP.
`parts.py` lists what can be measured; start reading there.
"""
