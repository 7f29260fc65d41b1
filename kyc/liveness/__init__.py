"""Liveness: actions that the server chose, detected in a video, in order and in time.

Pure: bytes and arrays in, frozen dataclasses out; imports only `core` and `kyc.face`. Start
reading at `challenge.py`, then `face_video.py`: it measures a video once, for `motion.py` (was the
challenge performed), `continuity.py` (was it recorded in one go) and `passive.py` (does it look
live).
"""
