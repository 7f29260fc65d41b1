"""Onboarding over HTTP and both databases; findings are given, as a worker would record them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from app.services import House
from audit import writer as log
from kyc.analysis.analyser import Finding
from kyc.decision.record import record_finding
from kyc.face.embedding import FaceTemplate
from kyc.evidence.submit import EVIDENCE_KINDS
from kyc.onboarding.models import Challenge, Check, Evidence, Listed, Onboarding, Template
from storage import queue as jobs
from storage.database import utc_now
from tests.integration.conftest import Web

TERMS = "2026-11"
NUMBER = "11010119880314421X"


def template(seed: int) -> bytes:
    chance = np.random.default_rng(seed)
    sface, mobile, dlib = (chance.normal(size=n) for n in (128, 192, 128))
    unit = [vector / np.linalg.norm(vector) for vector in (sface, mobile, dlib)]
    return FaceTemplate(*(vector.astype(np.float32) for vector in unit)).packed()


CARD = {"姓名": "林知夏", "公民身份号码": NUMBER}
LICENCE = {
    "名称": "知夏面馆",
    "类型": "个体工商户",
    "principal": "林知夏",
    "成立日期": "2018年04月12日",
    "统一社会信用代码": "92110101MA00000000",
}
GOOD = {
    "id_card_front": Finding((), CARD, {"portrait": template(1)}),
    "id_card_back": Finding((), {"签发机关": "某局"}),
    "licence": Finding((), LICENCE),
    "face_video": Finding((), {}, {"face": template(1)}),
    "voice_clip": Finding((), {}, {"voice": b"v", "digits": b"d"}),
}


def begin(web: Web) -> str:
    status, view = web.call("POST", "/onboardings")
    assert status == 201
    path = f"/onboardings/{view['id']}"
    for kind in ("terms", "biometric"):
        assert web.call("POST", f"{path}/consents", {"kind": kind, "version": TERMS})[0] == 201
    return path


def send(web: Web, path: str, kind: str, content: bytes | None = None) -> tuple[int, Any]:
    data: dict[str, Any] = {"file": (io.BytesIO(content or f"{path}{kind}".encode()), kind)}
    challenge = {"face_video": "face", "voice_clip": "voice"}.get(kind)
    if challenge:
        _, drawn = web.call("POST", f"{path}/challenges", {"kind": challenge})
        data["challenge_id"] = drawn["id"]
    return web.call("PUT", f"{path}/evidence/{kind}", data=data)


def analyse(house: House, findings: dict[str, Finding]) -> None:
    """Do every queued job as a worker would, with these findings."""
    while True:
        with house.database.transaction() as session:
            claim = jobs.claim(session, 60)
            if claim is None:
                return
            record_finding(session, house.desk, claim.subject_id, findings[claim.kind], {})
            jobs.finish(session, claim)


def onboard(web: Web, house: House, **changed: Finding) -> dict[str, Any]:
    path = begin(web)
    for kind in EVIDENCE_KINDS:
        assert send(web, path, kind)[0] == 202
    analyse(house, {**GOOD, **changed})
    view: dict[str, Any] = web.call("GET", path)[1]
    return view


def test_an_owner_who_is_who_they_say(sign_in: Callable[[str], Web], house: House) -> None:
    web = sign_in("13800000001")
    view = onboard(web, house)
    assert (view["state"], view["decision"], view["reasons"]) == ("decided", "approved", [])
    status, made = web.call(
        "POST", "/declarations", {"occupation": "catering", "purpose": "equipment"}
    )
    assert status == 201
    wanted = {"declaration_id": made["id"], "amount_fen": 5_000_000, "tenor_months": 12}
    status, applied = web.call("POST", "/applications", wanted)
    assert (status, applied["state"]) == (201, "offered")
    assert "score" not in json.dumps(applied)
    assert web.call("GET", f"/applications/{applied['id']}")[1] == applied
    stranger = sign_in("13800000002")
    assert stranger.call("GET", f"/applications/{applied['id']}")[0] == 404
    assert stranger.call("POST", "/declarations", {"occupation": "a", "purpose": "b"})[0] == 403


def test_another_face_is_declined_and_told_no_number(
    sign_in: Callable[[str], Web], house: House
) -> None:
    other = Finding((), {}, {"face": template(2)})
    view = onboard(sign_in("13800000001"), house, face_video=other)
    assert (view["decision"], view["reasons"]) == ("declined", ["face_mismatch"])
    assert "llr" not in json.dumps(view)


def test_a_lapsed_licence_or_another_principal_goes_to_a_person(
    sign_in: Callable[[str], Web], house: House
) -> None:
    lapsed = Finding(("licence_expired",), {**LICENCE, "principal": "别人"})
    view = onboard(sign_in("13800000001"), house, licence=lapsed)
    assert view["decision"] == "review"
    assert set(view["reasons"]) == {"licence_expired", "principal_differs"}
    assert len(view["advice"]) == 2


def test_a_reason_that_the_policy_does_not_know_is_never_a_pass(
    sign_in: Callable[[str], Web], house: House
) -> None:
    view = onboard(sign_in("13800000001"), house, voice_clip=Finding(("never heard of",)))
    assert (view["decision"], view["reasons"]) == ("review", ["other"])


def test_the_same_identity_twice_and_a_listed_one(
    sign_in: Callable[[str], Web], house: House
) -> None:
    assert onboard(sign_in("13800000001"), house)["decision"] == "approved"
    assert onboard(sign_in("13800000002"), house)["decision"] == "review"
    blind = house.desk.vault.blind("id_number", NUMBER)
    with house.database.transaction() as session:
        session.add(Listed(purpose="id_number", value_blind=blind, source="test"))
    view = onboard(sign_in("13800000003"), house)
    assert (view["decision"], view["reasons"]) == ("declined", ["other"])


def test_a_face_under_a_second_identity_number_is_seen_by_a_person(
    sign_in: Callable[[str], Web], house: House
) -> None:
    assert onboard(sign_in("13800000001"), house)["decision"] == "approved"
    card = Finding((), {**CARD, "公民身份号码": "110101199003074477"}, {"portrait": template(1)})
    licence = Finding((), {**LICENCE, "统一社会信用代码": "92110101MA00000019"})
    view = onboard(sign_in("13800000002"), house, id_card_front=card, licence=licence)
    assert (view["decision"], view["reasons"]) == ("review", ["other"])
    with house.database.reading() as session:
        check = session.scalars(
            sa.select(Check).where(Check.kind == "face_known", Check.outcome == "unsure")
        ).one()
        assert check.measurements["count"] == 1
    third = {
        "id_card_front": Finding(
            (), {**CARD, "公民身份号码": "110101199003070011"}, {"portrait": template(3)}
        ),
        "licence": Finding((), {**LICENCE, "统一社会信用代码": "92110101MA00000027"}),
        "face_video": Finding((), {}, {"face": template(3)}),
    }
    assert onboard(sign_in("13800000003"), house, **third)["decision"] == "approved"


def test_starting_again_buys_no_other_challenge(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    for _ in range(house.desk.policy.onboarding.most_challenges["face"]):
        assert web.call("POST", f"{path}/challenges", {"kind": "face"})[0] == 201
    with house.database.transaction() as session:
        row = session.get_one(Onboarding, UUID(path.split("/")[-1]))
        row.expires_at = utc_now() - timedelta(seconds=1)
    again = begin(web)
    assert again != path
    refused = web.call("POST", f"{again}/challenges", {"kind": "face"})
    assert (refused[0], refused[1]["code"]) == (429, "challenges_used")


def test_a_blurred_photo_comes_back_with_advice_and_can_be_replaced(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    send(web, path, "licence")
    analyse(house, {"licence": Finding(("blurred",))})
    view = web.call("GET", path)[1]
    assert view["evidence"][0]["state"] == "retry"
    assert "focus" in view["evidence"][0]["advice"][0]
    assert "licence" in view["missing"]
    for kind in EVIDENCE_KINDS:
        send(web, path, kind, f"second {kind}".encode())
    analyse(house, GOOD)
    assert web.call("GET", path)[1]["decision"] == "approved"


def test_three_failed_liveness_videos_end_it(sign_in: Callable[[str], Web], house: House) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    for attempt in range(3):
        assert send(web, path, "face_video", bytes([attempt]))[0] == 202
        analyse(house, {"face_video": Finding(("action_missing",))})
    view = web.call("GET", path)[1]
    assert view["decision"] == "declined"
    assert "liveness_attempts_used" in view["reasons"]
    assert send(web, path, "licence")[1]["code"] == "onboarding_closed"


def test_the_same_video_twice_is_declined(sign_in: Callable[[str], Web], house: House) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    send(web, path, "face_video", b"video")
    analyse(house, {"face_video": Finding(("action_missing",))})
    send(web, path, "face_video", b"video")
    analyse(house, {"face_video": GOOD["face_video"]})
    assert "video_reused" in web.call("GET", path)[1]["reasons"]


def test_challenges_are_for_once_and_for_their_owner(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web, other = sign_in("13800000001"), sign_in("13800000002")
    path, others = begin(web), begin(other)
    _, drawn = web.call("POST", f"{path}/challenges", {"kind": "face"})

    def answer(caller: Web, place: str, content: bytes = b"v") -> tuple[int, Any]:
        data = {"file": (io.BytesIO(content), "v"), "challenge_id": drawn["id"]}
        return caller.call("PUT", f"{place}/evidence/face_video", data=data)

    assert answer(other, others)[1]["code"] == "challenge_unusable"
    assert answer(other, path)[0] == 404
    _, first = answer(web, path)
    _, sent_again = answer(web, path)  # a phone that never heard the answer
    assert sent_again["evidence"] == first["evidence"]
    assert answer(web, path, b"another")[1]["code"] == "challenge_unusable"
    _, late = web.call("POST", f"{path}/challenges", {"kind": "face"})
    with house.database.transaction() as session:
        session.get_one(Challenge, UUID(late["id"])).expires_at = utc_now() - timedelta(seconds=1)
    drawn["id"] = late["id"]
    assert answer(web, path)[1]["code"] == "challenge_unusable"
    codes = [web.call("POST", f"{path}/challenges", {"kind": "face"})[0] for _ in range(6)]
    assert codes[-1] == 429


def test_without_consent_nothing_is_accepted(sign_in: Callable[[str], Web]) -> None:
    web = sign_in("13800000001")
    path = f"/onboardings/{web.call('POST', '/onboardings')[1]['id']}"
    assert send_licence(web, path) == "consent_missing"
    challenge = web.call("POST", f"{path}/challenges", {"kind": "face"})
    assert challenge[1]["code"] == "consent_missing"
    old = {"kind": "terms", "version": "2020-01"}
    assert web.call("POST", f"{path}/consents", old)[1]["code"] == "consent_outdated"


def send_licence(web: Web, path: str) -> str:
    data = {"file": (io.BytesIO(b"x"), "x")}
    code: str = web.call("PUT", f"{path}/evidence/licence", data=data)[1]["code"]
    return code


def test_an_onboarding_that_has_expired_is_closed_and_a_new_one_starts(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    assert web.call("POST", "/onboardings")[1]["id"] in path
    with house.database.transaction() as session:
        row = session.get_one(Onboarding, UUID(path.split("/")[-1]))
        row.expires_at = utc_now() - timedelta(seconds=1)
    assert send(web, path, "licence")[1]["code"] == "onboarding_closed"
    assert web.call("POST", "/onboardings")[1]["id"] not in path


def test_a_result_that_comes_twice_is_recorded_once(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    send(web, path, "licence")
    with house.database.transaction() as session:
        evidence_id = session.scalars(sa.select(Evidence.id)).one()
    for _ in range(2):
        with house.database.transaction() as session:
            record_finding(session, house.desk, evidence_id, GOOD["licence"], {})
    with house.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Check)) == 1


def test_personal_data_lies_sealed(sign_in: Callable[[str], Web], house: House) -> None:
    onboard(sign_in("13800000001"), house)
    with house.database.reading() as session:
        for table in ("applicants", "evidence", "checks", "audit_events", "templates"):
            rows = session.execute(sa.text(f"SELECT * FROM {table}")).all()  # noqa: S608
            text = str([bytes(v) if isinstance(v, memoryview) else v for r in rows for v in r])
            assert rows
            for secret in ("林知夏", NUMBER, "13800000001"):
                assert secret not in text
                assert str(secret.encode())[2:-1] not in text
    media = [file.read_bytes() for file in house.desk.media.root.rglob("*") if file.is_file()]
    assert len(media) == 5
    assert not any(b"onboardings" in content for content in media)


def test_the_log_notices_a_change_a_loss_and_a_swap(
    sign_in: Callable[[str], Web], house: House
) -> None:
    onboard(sign_in("13800000001"), house)
    signer = house.signer
    with house.database.transaction() as session:
        log.sequence(session, signer)
        assert log.verify(session, signer.origin, signer.public_key).intact
    attacks = [
        "UPDATE audit_events SET action = 'nothing.happened' WHERE position = 3",
        "DELETE FROM audit_events WHERE position = 2",
        "UPDATE audit_events SET position = -position WHERE position IN (4, 5)",
    ]
    for attack in attacks:
        with house.database.engine.connect() as connection, connection.begin() as undo:
            connection.execute(sa.text(attack))
            with house.database._changing(bind=connection) as session:
                found = log.verify(session, signer.origin, signer.public_key)
            undo.rollback()
        assert not found.intact, attack


def test_a_withdrawn_consent_takes_face_and_voice_with_it(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web, other = sign_in("13800000001"), sign_in("13800000002")
    path = begin(web)
    for kind in EVIDENCE_KINDS[:4]:
        send(web, path, kind)
    analyse(house, GOOD)
    assert other.call("DELETE", f"{path}/consents/biometric")[0] == 404
    assert web.call("DELETE", f"{path}/consents/biometric")[0] == 200
    assert web.call("DELETE", f"{path}/consents/biometric")[0] == 404
    with house.database.reading() as session:
        assert session.scalars(sa.select(Template)).all() == []
    assert set(web.call("GET", path)[1]["missing"]) == {"face_video", "voice_clip"}
    refused = web.call("POST", f"{path}/challenges", {"kind": "face"})
    assert (refused[0], refused[1]["code"]) == (403, "consent_missing")


def test_five_failures_in_a_row_make_a_pause(sign_in: Callable[[str], Web], house: House) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    for kind in ("licence", "id_card_back"):
        for attempt in range(3):
            status, answer = send(web, path, kind, f"{kind} {attempt}".encode())
            analyse(house, {kind: Finding(("blurred",))})
    assert (status, answer["code"]) == (429, "paused")
    with house.database.transaction() as session:
        for evidence in session.scalars(sa.select(Evidence)):
            evidence.submitted_at -= timedelta(seconds=31)
    assert send(web, path, "licence", b"sharp")[0] == 202


def test_two_sides_of_different_cards_are_seen_by_a_person(
    sign_in: Callable[[str], Web], house: House
) -> None:
    card = Finding((), {**CARD, "住址": "广东省深圳市南山区1号"}, {"portrait": template(1)})
    back = Finding((), {"签发机关": "上海市公安局徐汇分局"})
    view = onboard(sign_in("13800000001"), house, id_card_front=card, id_card_back=back)
    assert (view["decision"], view["reasons"]) == ("review", ["authority_differs"])
