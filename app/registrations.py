"""Every module that registers something with the packages below, imported.

Kinds of job, what ends with a consent or an account, how long things are kept, which rows are
compared with the log.
"""

from __future__ import annotations

import kyc.accounts.erasure
import kyc.accounts.export
import kyc.accounts.retention
import kyc.jobs
import kyc.lists.erasure
import kyc.lists.state
import kyc.review.erasure
import kyc.review.state
import kyc.verification.withdrawal
import loans.credit.court_check
import loans.credit.rescreening
import loans.credit.retraction
import loans.credit.steps
import loans.declaration.forgetting
import loans.declaration.state
import loans.erasure
import loans.known.build
import loans.known.erasure
import loans.lines.note
import loans.lines.state
import loans.offers.contract
import loans.reach.erasure
import loans.reach.forgetting
import loans.sources.asking
import loans.sources.erasure
import loans.sources.photos
import loans.sources.reading
import loans.state
import privacy.destruction
import privacy.retention_rules

# Named, so that nothing takes the imports above for unused.
MODULES = (
    kyc.accounts.erasure,
    kyc.accounts.export,
    kyc.accounts.retention,
    kyc.jobs,
    kyc.lists.erasure,
    kyc.lists.state,
    kyc.review.erasure,
    kyc.review.state,
    kyc.verification.withdrawal,
    loans.credit.court_check,
    loans.credit.retraction,
    loans.credit.steps,
    loans.declaration.forgetting,
    loans.declaration.state,
    loans.erasure,
    loans.lines.note,
    loans.lines.state,
    loans.credit.rescreening,
    loans.offers.contract,
    loans.known.build,
    loans.known.erasure,
    loans.sources.asking,
    loans.sources.erasure,
    loans.sources.photos,
    loans.sources.reading,
    loans.reach.erasure,
    loans.reach.forgetting,
    loans.state,
    privacy.destruction,
    privacy.retention_rules,
)
