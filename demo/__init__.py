"""`kaihu demo`: fictional people with real faces and voices, played through the public API.

Nothing here is told an answer. `actor.py` cuts clips to a challenge as a person would act it
out, `paper.py` draws and photographs documents, `speaker.py` says digits, `phone.py` is the
HTTP client, `people.py` says who they are and what should become of them, `play.py` runs it.
"""
