"""Contacts (智能获客): who may be told of a product, when and how often, and who likely wants one.

Reads the contact lane alone; price and limit read nothing of it. Start reading at `campaign.py`,
then the pure `contact.py`, `response.py` and `moment.py`.
"""
