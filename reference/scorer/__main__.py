"""`python -m reference.scorer`: run the scorer until it is stopped.

`python -m reference.scorer key` makes its key, if there is none, and shows the public one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from reference.keys import KeyFileDamaged, open_own_key, public_text
from reference.running import serve
from reference.scorer import KEY_FILE
from reference.scorer.settings import ScorerSettings
from reference.settings import SettingInvalid


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
    serve("reference.scorer.wsgi:open_application()", settings.host, settings.port)


if __name__ == "__main__":
    main(sys.argv[1:])
