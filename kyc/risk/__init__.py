"""Risk across onboardings: throttling, velocity, faces seen before, lists.

Start reading at `velocity.py`.
"""
