"""What is known of a business. Pure. Start reading at `industry.py`."""
