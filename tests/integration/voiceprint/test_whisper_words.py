"""A network's file without the words that no answer needs, as the library writes and reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from ctranslate2.specs import LayerSpec, ModelSpec
from ctranslate2.specs.common_spec import EmbeddingsSpec

from voiceprint.whisper_words import EMBEDDINGS, WORDS, keep_vocabulary, keep_words

ALL_WORDS, WIDTH = 51_865, 3
ROWS = np.arange(ALL_WORDS * WIDTH, dtype=np.float32).reshape(ALL_WORDS, WIDTH)
BIAS = np.arange(5, dtype=np.float32)


class Decoder(LayerSpec):  # type: ignore[misc]  # ctranslate2 carries no types
    """Embeddings, the projection that shares them, and something else."""

    def __init__(self, rows: npt.NDArray[np.float32]) -> None:
        self.embeddings = EmbeddingsSpec()
        self.embeddings.weight = rows
        self.projection = EmbeddingsSpec()
        self.projection.weight = rows
        self.bias = BIAS


class Network(ModelSpec):  # type: ignore[misc]
    """A network with nothing but the decoder's words."""

    name, revision = "TestSpec", 3

    def __init__(self, rows: npt.NDArray[np.float32]) -> None:
        super().__init__()
        self.decoder = Decoder(rows)


def written(network: ModelSpec, folder: Path) -> bytes:
    """The file that the library writes of a network."""
    folder.mkdir()
    network.validate()
    network.optimize()
    network.save(str(folder))
    return (folder / "model.bin").read_bytes()


def test_the_rows_of_the_words_are_kept_and_all_else(tmp_path: Path) -> None:
    whole = written(Network(ROWS), tmp_path / "whole")
    few = written(Network(ROWS[[*WORDS]]), tmp_path / "few")
    assert keep_words(whole) == few


def test_a_file_of_another_version_or_without_words_is_refused(tmp_path: Path) -> None:
    whole = written(Network(ROWS), tmp_path / "whole")
    with pytest.raises(ValueError, match="version 7"):
        keep_words(b"\7" + whole[1:])
    with pytest.raises(ValueError, match=EMBEDDINGS):
        keep_words(whole.replace(b"decoder/embeddings/weight\0", b"decoder/embedding_/weight\0"))


def test_a_vocabulary_is_kept_in_the_order_of_the_rows() -> None:
    words = [f"w{place}" for place in range(ALL_WORDS)]
    for place, word in WORDS.items():
        words[place] = word
    whole = "".join(f"{word}\n" for word in words)
    assert keep_vocabulary(whole.encode()).decode().splitlines() == [*WORDS.values()]
    with pytest.raises(ValueError, match="vocabulary"):
        keep_vocabulary(whole.replace("<|zh|>", "<|en|>").encode())
