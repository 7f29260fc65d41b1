"""Onboarding: evidence, analysis, decision, review; what a verified identity is.

Depends on privacy, access, ocr, voiceprint, audit, storage and core. `face/` and `liveness/` are
pure engines. Follow one piece of evidence: `evidence/types.py` (what can be sent), then
`onboarding/submit.py`, `jobs.py` (what the worker loads, performs and stores),
`analysis/analyser.py` and `decision/record.py`. `risk/` finds what repeats across accounts;
`policy_check.py` stops a start with a policy that names what is unknown. Loans use `identity.py`
and `verification/` alone.
"""
