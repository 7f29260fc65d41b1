"""Liveness: actions that the server chose, looked for in a video, in order and in time.

Pure: observations in, frozen dataclasses out. Start reading at `challenge.py`, then `motion.py`.
"""
