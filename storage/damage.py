"""What kept values and files may turn out to be: damaged, moved, foreign, gone.

Unlike `StoreUnavailable` it does not pass: this one case ends, and others go on.
"""

from __future__ import annotations

from storage.keyring import SealBroken
from storage.media import MediaMissing

DAMAGE = (SealBroken, MediaMissing)
