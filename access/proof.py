"""A step of proof: what a signed-in owner may do only with a fresh code to their own phone."""

from __future__ import annotations

from access.codes import CodeWrong, use_code
from access.models import PHONE, Applicant
from core.errors import Invalid
from storage.context import Context


class CodeMissing(Invalid):
    """What was asked for needs a code to the account's own number, and names none."""

    code = "code_missing"


def require_own_code(context: Context, attempt: str, code: str) -> Applicant:
    """The actor's account, if an attempt sent this code to its own number; both are used up.

    Raises `CodeMissing`, `CodeWrong`; the wrong try is kept.
    """
    if not (attempt and code):
        raise CodeMissing
    owner = context.session.get_one(Applicant, context.actor.uuid)
    if owner.is_closed:
        raise CodeWrong
    phone = PHONE.open(context.keyring, owner, owner.id, owner.phone).decode()
    use_code(context, attempt, phone, code)
    return owner
