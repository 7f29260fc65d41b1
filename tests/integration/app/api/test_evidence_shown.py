"""What an owner is shown of evidence that goes back: reasons, and where the photo has them."""

from __future__ import annotations

from app.services import Services
from core.reasons import Reason
from kyc.analysis.findings import DocumentFinding
from kyc.evidence.types import LICENCE
from tests.support.jobs import work_off
from tests.support.web import SignIn, begin, send


def test_glare_is_shown_where_it_is(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    send(web, path, LICENCE.kind, b"photo")
    measured = {"regions": {"glare": [0.4, 0.3, 0.6, 0.5]}}
    finding = DocumentFinding((Reason.GLARE,), fields={}, portrait=None, measured=measured)
    assert work_off(services, {LICENCE.kind: finding}) == 1
    (shown,) = web.call("GET", path)[1]["evidence"]
    assert (shown["state"], shown["reasons"]) == ("retry", ["glare"])
    assert shown["regions"] == [
        {"reason": "glare", "left": 0.4, "top": 0.3, "right": 0.6, "bottom": 0.5}
    ]
