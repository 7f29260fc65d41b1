"""Which digits are said: Whisper, limited to answers in digits.

A recogniser whose answers are limited to what may be said, as by a grammar (W3C Speech Recognition
Grammar Specification 1.0), neither translates nor continues what it hears with text that it knows,
and Mandarin, 幺 for one and English come out as the same ten digits. Of other sounds it makes
digits too, but not those that were drawn at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from voiceprint.audio import Samples
from voiceprint.whisper_features import log_mel

NETWORK: Final = "voice/whisper"  # below the folder of models
# Mandarin, in which digits are written without spaces. English ones are heard with it as well.
PROMPT: Final = ("<|startoftranscript|>", "<|zh|>", "<|transcribe|>", "<|notimestamps|>")
END: Final = "<|endoftext|>"
DIGITS: Final = frozenset("0123456789")
PADDING_S: Final = 0.5  # of silence after the last word
MAX_FRAMES: Final = 3000  # of ten milliseconds, which the network has places for


class DigitRecogniser:
    """Whisper base (Radford et al., 2022) on CTranslate2, in 8-bit integers on one thread.

    One instance a process, one call at a time.
    """

    def __init__(self, models: Path) -> None:
        """Load `voice/whisper/` of a folder of models, with few words or with all of them."""
        import ctranslate2

        folder = models / NETWORK
        self._network = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=1
        )
        tokens = (folder / "vocabulary.txt").read_text("utf-8").splitlines()
        self._not_digits = [n for n, token in enumerate(tokens) if token not in DIGITS]
        self._neither_digits_nor_end = [n for n in self._not_digits if tokens[n] != END]

    def read(self, samples: Samples, count: int) -> str:
        """The most likely digits in 16 kHz samples of so many words, in their order.

        `count` of them, or one less: a word may be missed, and one more digit would then be made
        up. What comes after 30 s is not heard.
        """
        import ctranslate2

        heard = np.ascontiguousarray(log_mel(samples, PADDING_S)[:, :MAX_FRAMES])
        encoded = self._network.encode(ctranslate2.StorageView.from_array(heard[None]))
        digits = self._decode(encoded, "", count, self._neither_digits_nor_end)
        if len(digits) < count - 1:  # it ended too early, as after a long pause: go on
            digits += self._decode(encoded, digits, count - len(digits), self._not_digits)
        return digits

    def _decode(self, encoded: Any, before: str, count: int, suppressed: Sequence[int]) -> str:
        """The most likely digits after `before`, at most `count`, one after the other."""
        prompt = [*PROMPT, *before]
        found = self._network.generate(
            encoded,
            [prompt],
            beam_size=1,
            # CTranslate2 decodes half of it at most, and no more than it leaves after the prompt.
            max_length=max(2 * count, len(prompt) + count),
            suppress_blank=False,
            suppress_tokens=suppressed,
        )
        return "".join(found[0].sequences[0])[:count]
