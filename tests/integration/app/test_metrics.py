from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from app.factory import create_app
from app.services import House
from app.settings import ROOT
from kyc.analysis.analyser import Finding
from tests.integration.conftest import admit
from tests.integration.test_onboarding import LICENCE, onboard


def test_prometheus_reads_queue_stages_reasons_and_decisions(house: House, tmp_path: Path) -> None:
    outbox = tmp_path / "codes.jsonl"
    settings = house.settings.model_copy(update={"metrics_token": "secret", "code_outbox": outbox})
    client = create_app(settings).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    onboard(
        admit(client, outbox, "13800000001"), house, licence=Finding(("licence_expired",), LICENCE)
    )
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


def test_without_a_token_nobody_reads_them(house: House) -> None:
    client = create_app(house.settings).test_client()
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
