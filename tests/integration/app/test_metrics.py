"""`/metrics` for Prometheus."""

from __future__ import annotations

import re

from prometheus_client.parser import text_string_to_metric_families

from app.factory import create_app
from app.services import Services
from app.settings import ROOT
from core.reasons import Reason
from kyc.evidence.types import LICENCE
from tests.support.clock import MovableClock
from tests.support.factories import applicant, onboarded
from tests.support.findings import OWNER


def test_prometheus_reads_queue_stages_reasons_and_decisions(
    services: Services, clock: MovableClock
) -> None:
    settings = services.settings.model_copy(update={"metrics_token": "secret"})
    client = create_app(settings, clock).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    lapsed = OWNER.licence(Reason.LICENCE_EXPIRED)
    onboarded(applicant(services), {**OWNER.findings(), LICENCE.kind: lapsed})
    answer = client.get("/metrics", headers={"Authorization": "Bearer secret"})
    assert answer.status_code == 200
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    dashboard = (ROOT / "docs/grafana.json").read_text("utf-8")
    assert set(re.findall(r"kaihu_\w+", dashboard)) <= {name for name, *_ in values}
    assert values["kaihu_jobs", "done"] == 5
    assert values["kaihu_reasons", "licence_expired"] == 1
    assert values["kaihu_decisions", "review"] == 1
    assert values["kaihu_reviews_waiting",] == 1
    assert values["kaihu_start_to_decision_seconds_bucket", "+Inf"] == 1
    assert values["kaihu_analysis_seconds_count", "face_video"] == 1


def test_without_a_token_nobody_reads_them(services: Services) -> None:
    client = create_app(services.settings).test_client()
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
