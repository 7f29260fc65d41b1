"""The style guide at `/styleguide`: every token and component of the pages, in light and dark.

`tokens.py` reads the tokens from the pages' own stylesheet, `page.py` renders what is shown with
the classes and the sentences of the capture page: nothing is drawn a second time. Start at
`page.html`.
"""
