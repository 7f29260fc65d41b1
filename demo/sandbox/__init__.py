"""A sandbox for integrators (`KAIHU_SANDBOX`): the real service, and what owners bring to it.

`people.py` has the test numbers, `routes.py` what is served at `/sandbox`: papers, videos and
recordings of an actor, proofs of a device. `setup.py` is what `kaihu serve` finds, `web.py` what a
web process serves. Nothing here is given an answer: engines and rules judge all of it
(docs/integrate.md). The package `sandbox` is another thing: it confines the decoding of files.
"""
