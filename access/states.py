"""How sessions end."""

from __future__ import annotations

from enum import StrEnum


class EndReason(StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "logout"
    PHONE_CHANGED = "phone_changed"
    REUSE = "reuse"  # a refresh token was used twice: somebody else has a copy
    DISABLED = "disabled"  # the account of a member of staff
    RESET = "reset"  # new credentials were given
    ROLE_CHANGED = "role_changed"
    REMOVED = "removed"  # by its holder, from another session
    CLOSED = "closed"  # the account was closed
    REPLACED = "replaced"  # the same device signed in again, or a newer kind of session is needed
