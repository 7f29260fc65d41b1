"""What tests share: a clock, factories, callers, fakes at the engines' edge, real servers.

Test modules import from here and never from each other. `factories.py` brings applicants,
onboardings and offers into any state through use cases; `findings.py` has what the engines would
have found; `jobs.py` works the queue off in the test's own process. Start reading at
`factories.py`.
"""
