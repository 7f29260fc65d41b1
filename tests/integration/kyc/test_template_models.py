"""A biometric reference is bound to the weights that made it."""

from __future__ import annotations

import pytest

from access.models import Applicant
from app.services import Services
from kyc.evidence.models import Template
from kyc.evidence.repository import unseal_template
from storage.keyring import SealBroken
from tests.support.factories import applicant, onboarded
from tests.support.jobs import NO_WEIGHTS


def test_a_template_does_not_open_as_one_of_other_weights(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    with services.reading() as context:
        row = context.session.get_one(Applicant, owner.id)
        for template in context.session.query(Template):
            assert template.models == NO_WEIGHTS.digest(())
            assert unseal_template(context, row, template)
            template.models = "0123456789abcdef"
            with pytest.raises(SealBroken):
                unseal_template(context, row, template)
        context.session.rollback()
