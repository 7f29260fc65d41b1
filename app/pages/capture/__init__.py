"""The page on which an owner opens an account and takes a loan, on a phone's browser.

`page.html` has every step, `static/main.js` says which is shown, `messages/` what all of it says in
each language. The page is the same for everybody: what differs comes from the API.
"""
