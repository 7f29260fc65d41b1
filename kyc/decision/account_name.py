"""The name of an account, by which customer service finds it: that of its approved card."""

from __future__ import annotations

from access.models import NAME, Applicant
from kyc.decision.facts import read_card
from kyc.evidence.repository import current_evidence, open_facts
from kyc.evidence.types import ID_CARD_FRONT
from kyc.onboarding.models import Onboarding
from storage.blind_index import Indexed
from storage.context import Context


def keep_name(context: Context, onboarding: Onboarding, owner: Applicant) -> None:
    """Give an account the name of an onboarding that was approved; one without a name changes none.

    Raises `SealBroken` where the facts of the card no longer open.
    """
    front = current_evidence(context, onboarding.id).get(ID_CARD_FRONT.kind)
    name = read_card({} if front is None else open_facts(context, owner, front), {}).name
    if name:
        owner.name = NAME.seal(context.keyring, owner, owner.id, name.encode())
        owner.name_blind = context.blind_index.of(Indexed.NAME, name)
