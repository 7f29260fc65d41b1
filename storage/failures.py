"""The kinds of business failure; each room derives its own, with a stable code.

`detail` tells the person what to do next. The web layer alone knows which HTTP status a kind is.
"""

from __future__ import annotations


class BusinessFailure(Exception):
    """A request that cannot be met for a reason that its sender can understand."""

    code = "failed"
    detail = "请稍后再试。Please try again later."
    keeps = False  # whether what was written before it is kept: a wrong try that must count

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.detail
        super().__init__(self.detail)


class Unauthenticated(BusinessFailure):
    code = "unauthenticated"
    detail = "请先登录。Sign in first."


class Refused(BusinessFailure):
    code = "refused"


class NotFound(BusinessFailure):
    code = "not_found"
    detail = "没有找到。Nothing here under that id."


class Conflict(BusinessFailure):
    code = "conflict"


class Invalid(BusinessFailure):
    code = "invalid"


class TooMany(BusinessFailure):
    code = "too_many_attempts"
    retry_after_s = 60


class Unavailable(BusinessFailure):
    code = "unavailable"
    retry_after_s = 10
