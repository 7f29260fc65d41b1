"""Onboarding: evidence, analysis, decision, review; what a verified identity is.

Depends on privacy, access, ocr, voiceprint, audit, storage and core. `face/` and `liveness/` are
pure engines. Follow one piece of evidence: `evidence/types.py` (what can be sent), then
`onboarding/submit.py`, `analysis/analyser.py` and `decision/record.py`. Packages above use
`identity.py` and `verification/` alone.
"""
