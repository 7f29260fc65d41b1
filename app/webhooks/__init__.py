"""Other systems are notified of decisions: Standard Webhooks, signed, tried again for a day.

Start reading at `dispatcher.py`.
"""
