"""Risk across onboardings: velocity, faces seen before, lists.

Start reading at `velocity.py`.
"""
