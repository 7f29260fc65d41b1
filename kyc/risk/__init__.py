"""Risk across onboardings: velocity, faces seen before, who holds a number.

Start reading at `velocity.py`.
"""
