"""What is known of an owner and of the business, by consent. Start reading at `files.py`.

`categories.py` tells what movements of money were for.
"""
