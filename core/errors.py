"""The kinds of business error; each package derives its own, with a stable code.

An error carries a code and the numbers of its sentence, no sentence: `app/messages` has one for
each code and language. The web layer alone knows which HTTP status a kind is. An error rolls its
transaction back; a use case that must keep what it wrote before it raises calls
`Context.commit` first.
"""

from __future__ import annotations

from typing import ClassVar

from core.actors import Actor


class BusinessError(Exception):
    """A request that cannot be met, for a reason that its sender can understand.

    `parameters` are filled into the sentence of this code. The route that refuses a caller records
    `access.refused`, unless `recorded` says that an event of its own was kept.
    """

    code: ClassVar[str] = "failed"
    recorded: ClassVar[bool] = False

    def __init__(self, **parameters: str | int) -> None:
        self.parameters = parameters
        super().__init__(self.code)


class Unauthenticated(BusinessError):
    """Nobody, or nobody that is known, asks; `holder` is whose token no longer opens."""

    code = "unauthenticated"
    holder: Actor | None = None


class Refused(BusinessError):
    """The caller is known and may not do this."""

    code = "refused"


class NotFound(BusinessError):
    """Nothing is known under that id, or nothing of the caller's own."""

    code = "not_found"


class Conflict(BusinessError):
    """The state of things does not allow this now."""

    code = "conflict"


class Gone(BusinessError):
    """What was there is not any more, and nothing brings it back: begin again."""

    code = "gone"


class Invalid(BusinessError):
    """What was sent is not valid."""

    code = "invalid"


class TooMany(BusinessError):
    """A limit is reached; `retry_after_s` seconds later the caller may try again."""

    code = "too_many_attempts"
    retry_after_s = 60

    def __init__(self, retry_after_s: int | None = None, **parameters: str | int) -> None:
        self.retry_after_s = retry_after_s or self.retry_after_s
        super().__init__(**parameters)


class Unavailable(BusinessError):
    """Something that this needs is unavailable: try again after `retry_after_s` seconds."""

    code = "unavailable"
    retry_after_s = 10
