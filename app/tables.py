"""Every module that has tables, imported: their metadata is whole once this module is."""

from __future__ import annotations

import access.models
import app.models
import app.webhooks.models
import audit.models
import kyc.accounts.models
import kyc.decision.models
import kyc.evidence.models
import kyc.lists.models
import kyc.onboarding.models
import kyc.review.models
import kyc.risk.models
import kyc.verification.models
import loans.known.models
import loans.lines.models
import loans.lists.models
import loans.models
import loans.reach.models
import loans.sources.models
import privacy.models
import storage.queue
from storage.database import Base

# Named, so that nothing takes the imports above for unused.
MODULES = (
    access.models,
    app.models,
    app.webhooks.models,
    audit.models,
    kyc.accounts.models,
    kyc.decision.models,
    kyc.evidence.models,
    kyc.lists.models,
    kyc.onboarding.models,
    kyc.review.models,
    kyc.risk.models,
    kyc.verification.models,
    loans.lines.models,
    loans.lists.models,
    loans.models,
    loans.known.models,
    loans.sources.models,
    loans.reach.models,
    privacy.models,
    storage.queue,
)

METADATA = Base.metadata
