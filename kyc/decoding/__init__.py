"""Files that owners send -> pictures, frames, samples; in the product, by a confined process.

Depends on `sandbox`, on the decoders of the engines (`ocr.preprocess`, `voiceprint.audio`,
`kyc.face.video`) and on `core`. Start reading at `decoders.py`; `tasks.py` is the other side, what
the confined process does.
"""
