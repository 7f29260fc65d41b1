"""`kaihu demo`: fictional people with real faces and voices, against the real server.

Clients of the public API alone; nothing here is given an answer. `personas.py` says who they are
and which outcome is expected, `applicant.py` how an account is opened, `phone.py` is the HTTP
client. `actor.py` cuts clips to a challenge, `documents.py` draws and photographs documents,
`speaker.py` says digits. Start reading at `run.py`.
"""
