"""The sentences that people are shown, in Chinese or English, never both at once.

`zh.toml` and `en.toml` hold a sentence for each error code, each reason that a person may know and
each name of a list; `consents/` holds the texts that are consented to. `{name}` in a sentence is
filled from the policy or from the parameters of the error. Start reading at `words.py`.
"""
