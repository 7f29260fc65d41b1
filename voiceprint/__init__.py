"""A recording -> speech, digits, speaker, and how certain each of them is.

Pure: bytes and arrays in, frozen dataclasses out; imports only `core`. Start reading at
`reader.py: VoiceReader`. `audio.py` decodes, `vad.py` finds speech, `segmentation.py` splits it
into words, `digits.py` compares spoken digits with an owner's and `speaker.py` voices, `heard.py`
asks a recogniser which digits they are; `enrolment.py` and `verification.py` decide by the rules of
`rules.py`.
"""
