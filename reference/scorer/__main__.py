"""`python -m reference.scorer`: run the scorer until it is stopped.

`python -m reference.scorer key` makes its key, if there is none, and shows the public one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from reference.keys import KeyFileDamaged, open_own_key, public_text
from reference.scorer import KEY_FILE
from reference.scorer.settings import ScorerSettings, SettingInvalid

THREADS = "8"
KEEP_ALIVE_S = "30"  # longer than clients keep an idle connection


def main(arguments: Sequence[str]) -> None:
    """Show the public key, or become gunicorn."""
    try:
        settings = ScorerSettings.read(os.environ)
        key = open_own_key(settings.folder, KEY_FILE)
    except (SettingInvalid, KeyFileDamaged, OSError) as error:
        sys.exit(str(error))
    if list(arguments) == ["key"]:
        print(public_text(key.public_key()))
        return
    command = [sys.executable, "-m", "gunicorn", "reference.scorer.wsgi:open_application()"]
    command += ["--bind", f"{settings.host}:{settings.port}", "--log-level", "warning"]
    command += ["-k", "gthread", "--threads", THREADS, "--keep-alive", KEEP_ALIVE_S]
    os.execv(sys.executable, command)  # noqa: S606 (no shell: a fixed command takes this place)


if __name__ == "__main__":
    main(sys.argv[1:])
