"""Onboarding: consent, challenge, evidence, checks, decision; what a verified identity is.

`face/` and `liveness/` are pure engines. Depends on ocr, voiceprint, audit and storage.
Start reading at `onboarding.py`.
"""
