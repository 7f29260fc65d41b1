"""A recording -> speech, digits, speaker, how sure.

Pure: bytes and arrays in, frozen dataclasses out. Start reading at `reader.py: VoiceReader`;
`sound.py` decodes, `speaker.py` embeds, `digits.py` segments and matches.
"""
