"""From a file to level, evenly lit sheets, and how good the photo of them is.

Depends on `recognition.protocols` (a text engine finds and samples the text by which sheets are
turned) and on nothing after it. Start reading at `decode.py: decode_photo`, then
`rectify.py: rectify`, which uses `segmentation.py`, `direction.py` and `perspective.py`.
"""
