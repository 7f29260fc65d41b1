"""A log line says where something failed, and nothing that an exception quotes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest

from app.logging import format_exception

NAME = "林知夏"


def quoted(text: str) -> None:
    raise ValueError(f"cannot read {text}")


@contextmanager
def caught(kind: type[BaseException]) -> Iterator[list[str]]:
    lines: list[str] = []
    try:
        yield lines
    except kind as error:
        lines.append(format_exception(None, "error", {"exc_info": error})["exception"])


def test_an_exception_is_logged_by_types_and_places_alone() -> None:
    with caught(KeyError) as lines:
        try:
            quoted(NAME)
        except ValueError as error:
            raise KeyError(NAME) from error
    (text,) = lines
    assert NAME not in text
    assert text.startswith("builtins.KeyError\n")
    assert "builtins.ValueError" in text
    assert text.endswith(" quoted")
    assert f"{__file__}:" in text


def test_an_exception_of_another_process_keeps_its_places() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool, caught(ValueError) as lines:
        pool.submit(quoted, NAME).result()
    (text,) = lines
    assert NAME not in text
    assert " quoted" in text


@pytest.mark.parametrize("given", [True, None, False, (None, None, None)])
def test_a_line_without_an_exception_stays_as_it_is(given: object) -> None:
    assert format_exception(None, "info", {"event": "done", "exc_info": given}) == {"event": "done"}


def test_what_an_exception_came_upon_is_logged_unless_it_was_set_aside() -> None:
    with caught(KeyError) as lines:
        try:
            quoted(NAME)
        except ValueError:
            raise KeyError(NAME) from None
    assert "ValueError" not in lines[0]
