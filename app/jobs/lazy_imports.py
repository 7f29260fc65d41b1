"""Packages that others import for what is never used here are loaded when they are used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

# Of PaddleX's and librosa's imports: for downloads and filters, which no analysis makes.
SELDOM_USED = ("aiohttp", "modelscope", "scipy.signal")


def lazy_import(packages: Iterable[str]) -> None:
    """Let importing packages that were not imported yet load nothing, until they are used.

    Their submodules cannot be imported by name meanwhile.
    """
    for package in packages:
        sys.modules.setdefault(package, _LazyModule(package))


class _LazyModule(ModuleType):
    """Stands for a package and loads it when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # the import system asks for those
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)
