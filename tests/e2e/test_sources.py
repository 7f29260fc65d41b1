"""An owner sends bills and statements on the page, and sees what was read of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from access.models import Applicant as Account
from core.actors import applicant
from core.origin import Origin
from tests.support.capture_page import Kaihu, consent, running_kaihu, sign_in, visit
from tests.support.chromium import running_browser
from tests.support.factories import Applicant, onboarded
from tests.support.findings import OWNER
from tests.support.sources import locked_zip, read_all
from tests.support.statements import bank_statement, wallet_bill

DAYS = 60
ROWS = 3 * DAYS + 9


@pytest.fixture(scope="module")
def kaihu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kaihu]:
    with running_kaihu(tmp_path_factory.mktemp("sources")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


def bill(kaihu: Kaihu) -> bytes:
    with kaihu.services.reading() as context:
        first = context.today() - timedelta(days=DAYS)
    return wallet_bill(OWNER.name, first, DAYS)


def file_of(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def approve(kaihu: Kaihu) -> None:
    """Approve whoever signed in last, as if the engines had."""
    with kaihu.services.reading() as context:
        newest = sa.select(Account.id).order_by(Account.id.desc()).limit(1)
        account = context.session.scalars(newest).one()
    onboarded(Applicant(kaihu.services, applicant(account), Origin()))


def send(page: Page, source: str, file: FilePayload, password: str = "") -> None:
    page.check(f"#sources-kinds input[value={source}]", force=True)
    if page.is_enabled("#sources-agreed"):
        page.check("#sources-agreed")
    page.set_input_files("#sources-file", files=[file])
    page.fill("#sources-password", password)
    page.click("#sources-take .button.main")


def test_bills_are_sent_read_shown_and_taken_back(browser: Browser, kaihu: Kaihu) -> None:
    watched = visit(browser, kaihu)
    page = watched.page
    sign_in(page, kaihu)
    consent(page)
    approve(kaihu)
    page.reload()
    page.click("#result-go")
    page.click("#wish-sources")
    page.check("#sources-kinds input[value=wechat]", force=True)
    page.click("#sources-take .button.main")
    expect(page.locator("#alert")).to_be_visible()  # no file yet
    send(page, "wechat", file_of("微信支付账单.zip", locked_zip(bill(kaihu), b"730518")))
    rows = page.locator("#sources-list li")
    expect(rows.first).to_contain_text("正在读取")
    read_all(kaihu.services)
    expect(rows.first).to_contain_text("需要密码")
    rows.first.locator("input").fill("730518")
    rows.first.locator("form button").click()
    expect(rows.first).to_contain_text("正在读取")
    read_all(kaihu.services)
    expect(rows.first).to_contain_text(f"已读 {ROWS} 条")
    expect(page.locator("#sources-known")).to_contain_text("月均经营收入")

    theirs = bank_statement(
        "欧阳建国", [], 5_000_00
    ) + "2026-10-01,9.00,,5009.00,某人,转账\n".encode("gb18030")
    send(page, "bank", file_of("流水.csv", theirs))
    expect(page.locator("#sources-list")).to_contain_text("正在读取")
    read_all(kaihu.services)
    expect(page.locator("#sources-list")).to_contain_text("户名与您本人不一致")
    assert Axe().run(page).response["violations"] == []

    withdraw = page.locator("#sources-list li", has_text="您已同意").filter(has_text="微信")
    withdraw.locator("button").click()
    expect(page.locator("#sources-list")).not_to_contain_text("微信支付账单.zip")
    read_all(kaihu.services)
    expect(page.locator("#sources-features li")).to_have_count(0)
    assert watched.complaints == []
    assert watched.foreign_requests == []
