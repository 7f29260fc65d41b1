"""What is told of a statement, and what is refused."""

from __future__ import annotations

import io
import pickle
import zipfile
from datetime import date
from pathlib import Path

import pytest

from loans.sources.readers.refusal import RefusalCode, RowReason, StatementRefused
from loans.sources.readers.statement import read_statement
from loans.sources.rows import AccountKind, Direction, RefusedRow, RowKind, Statement
from tests.support.statement_files import LAYOUTS, LIMITS, Drawn, as_xlsx, trades

BANK = "交易日期,摘要,收入金额,支出金额,账户余额,对方户名\n"
WALLET = "交易时间,交易类型,交易对方,商品,收/支,金额(元),当前状态,交易单号\n"


def read(text: str, encoding: str = "utf-8") -> Statement:
    return read_statement(text.encode(encoding), "a.csv", None, LIMITS)


def refusal(data: bytes | str, password: str | None = None) -> StatementRefused:
    raw = data.encode() if isinstance(data, str) else data
    with pytest.raises(StatementRefused) as caught:
        read_statement(raw, "a.csv", password, LIMITS)
    return caught.value


def test_the_header_may_stand_anywhere() -> None:
    row = "2026-06-01,转账,5.00,,105.00,王某\n"
    for notes in ("", "账单\n\n户名：周某\n", "注：\n" * 40):
        assert [row.amount_fen for row in read(notes + BANK + row).rows] == [500]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    statement = read("户名：周某某\n" + BANK + "2026-06-01,转账,5.00,,105.00,欧阳某\n", encoding)
    assert statement.owner == "周某某"
    assert statement.rows[0].counterparty == "欧阳某"


def test_two_encodings_in_one_file() -> None:
    utf_8 = (BANK + "2026-06-01,转账,5.00,,105.00,王小二某\n").encode()
    gb = "2026-06-02,转账,5.00,,110.00,李某某某\n".encode("gb18030")
    statement = read_statement(utf_8 + gb, "a.csv", None, LIMITS)
    assert [row.counterparty for row in statement.rows] == ["王小二某", "李某某某"]


def test_a_path_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    data = (BANK + "2026-06-01,转账,5.00,,105.00,王某\n").encode()
    (tmp_path / "a.csv").write_bytes(data)
    from_path = read_statement(tmp_path / "a.csv", "a.csv", None, LIMITS)
    assert from_path == read_statement(data, "a.csv", None, LIMITS)
    assert pickle.loads(pickle.dumps(from_path)) == from_path  # noqa: S301


def test_what_stands_around_the_rows() -> None:
    text = (
        "中国工商银行\n户　　名：周某某,账号：6222 **** **** 7685\n"
        "起始日期：20260601,截止日期：20260630\n" + BANK + "2026-06-01,转账,5.00,,105.00,王某\n"
    )
    statement = read(text)
    assert (statement.publisher, statement.account) == ("icbc", AccountKind.DEBIT)
    assert (statement.owner, statement.account_tail) == ("周某某", "7685")
    assert (statement.first_day, statement.last_day) == (date(2026, 6, 1), date(2026, 6, 30))


def test_every_row_that_is_not_read_is_named() -> None:
    good = "2026-06-01 10:00:00,消费,店,/,支出,¥5.00,支付成功,1\n"
    text = (
        WALLET
        + good * 6
        + (
            "2026-02-30 10:00:00,消费,店,/,支出,¥5.00,支付成功,2\n"
            "2026-06-01 10:00:00,消费,店,/,支出,¥5.0.0,支付成功,3\n"
            "2026-06-01 10:00:00,消费,店,/,,¥5.00,支付成功,4\n"
            "2026-06-01 10:00:00,消费,店,/,支出,¥5.00,支付成功,5,多,了\n"
            "2026-06-01 10:00:00,消费,店\n"
        )
    )
    assert read(text).refused == (
        RefusedRow(8, RowReason.TIME),
        RefusedRow(9, RowReason.AMOUNT),
        RefusedRow(10, RowReason.DIRECTION),
        RefusedRow(11, RowReason.CELLS_TOO_MANY),
        RefusedRow(12, RowReason.CUT_OFF),
    )


def test_balances_are_carried_forward_in_both_orders() -> None:
    rows = ["2026-06-01,转账,5.00,,105.00,甲", "2026-06-02,转账,,3.00,102.00,乙",
            "2026-06-03,转账,9.00,,120.00,丙", "2026-06-04,转账,1.00,,121.00,丁"]  # fmt: skip
    assert read(BANK + "\n".join(rows)).balance_breaks == (4,)
    assert read(BANK + "\n".join(reversed(rows))).balance_breaks == (3,)


def test_nothing_is_said_of_a_balance_across_a_refused_row() -> None:
    rows = ["2026-06-01,转账,5.00,,105.00,甲", "2026-06-02,转账,?,,107.00,乙",
            "2026-06-03,转账,9.00,,116.00,丙"]  # fmt: skip
    statement = read(BANK + "\n".join(rows))
    assert [row.line for row in statement.refused] == [3]
    assert statement.balance_breaks == ()


def test_duplicates_by_order_number_never_by_look() -> None:
    row = "2026-06-01 10:00:00,消费,店,/,支出,¥5.00,支付成功,{}\n"
    other = "2026-06-01 10:00:00,消费,别店,/,支出,¥5.00,支付成功,7\n"
    text = WALLET + row.format(7) + row.format(8) + row.format(7) + other + row.format("/") * 2
    assert [row.duplicate for row in read(text).rows] == [False, False, True, False, False, False]


@pytest.mark.parametrize(
    ("row", "kind", "direction", "fen"),
    [
        ("退款,店,退款-鞋,不计收支,5.00,退款成功", RowKind.REFUND, Direction.IN, 500),
        ("转账,李某,退货款,支出,5.00,交易成功", RowKind.PAYMENT, Direction.OUT, -500),
        ("零钱提现,某银行,/,/,5.00,提现已到账", RowKind.TRANSFER, Direction.NEUTRAL, 500),
        ("商户消费,店,鞋,支出,5.00,交易关闭", RowKind.CLOSED, Direction.OUT, -500),
        ("商户消费,店,鞋,支出,5.00,等待确认收货", RowKind.PENDING, Direction.OUT, -500),
        ("商户消费,店,鞋,,5.00,交易关闭", RowKind.CLOSED, Direction.NEUTRAL, 500),
    ],
)
def test_kinds(row: str, kind: RowKind, direction: Direction, fen: int) -> None:
    usual = "2026-06-01 10:00:00,消费,店,/,收入,1.00,支付成功,9\n"
    found = read(f"支付宝账单\n{WALLET}2026-06-01 10:00:00,{row},1\n{usual}").rows[0]
    assert (found.kind, found.direction, found.amount_fen) == (kind, direction, fen)


def test_money_to_oneself_is_no_income() -> None:
    text = "户名：周某某\n" + BANK + "2026-06-01,跨行转入,5.00,,105.00,周某某\n"
    assert read(text).rows[0].kind is RowKind.TRANSFER


@pytest.mark.parametrize(
    ("printed", "other", "kind"),
    [("周*明", "周大明", RowKind.TRANSFER), ("周*明", "周大小明", RowKind.PAYMENT),
     ("*明", "周明", RowKind.PAYMENT), ("周*明", "李大明", RowKind.PAYMENT)],
)  # fmt: skip
def test_an_owner_with_one_character_masked(printed: str, other: str, kind: RowKind) -> None:
    text = f"户名：{printed}\n{BANK}2026-06-01,跨行转入,5.00,,105.00,{other}\n"
    assert read(text).rows[0].kind is kind


@pytest.mark.parametrize(
    ("note", "owner"),
    [
        ("持卡人：周某某先生", "周某某"),
        ("尊敬的周某某女士，您好", "周某某"),
        ("尊敬的周先生，您好", None),
        ("尊敬的客户，您好", None),
        ("户名 周某某", "周某某"),
        ("户名 账号", None),
        ("戶口持有人,周某某", "周某某"),
        ("某某果业专业合作社 收付款流水账", "某某果业专业合作社"),
        ("某某银行股份有限公司资金流水", None),
    ],
)
def test_the_owner_among_other_words(note: str, owner: str | None) -> None:
    assert read(f"{note}\n{BANK}2026-06-01,转账,5.00,,105.00,王某\n").owner == owner


def test_a_trade_that_was_closed_moves_no_balance() -> None:
    text = (
        "数字人民币钱包\n交易时间,类型,交易金额,钱包余额,交易状态\n"
        "2026-06-01 10:00:00,付款,-5.00,95.00,交易成功\n"
        "2026-06-02 10:00:00,付款,-9.00,95.00,交易关闭\n"
        "2026-06-03 10:00:00,付款,-1.00,94.00,交易成功\n"
    )
    statement = read(text)
    assert statement.balance_breaks == ()
    assert [row.kind for row in statement.rows][1] is RowKind.CLOSED


@pytest.mark.parametrize(
    "total",
    ["2026-06-30,本月合计,5.00,,,", "2026-06-30,本年累计,5.00,3.00,9.00,", "2026-06,小计,5.00,,,",
     ",上年结转,,,100.00,", "2026-06-01,承前页,0.00,0.00,100.00,"],
)  # fmt: skip
def test_a_total_among_the_rows_is_none_of_them(total: str) -> None:
    statement = read(f"{BANK}2026-06-01,转账,5.00,,105.00,甲\n{total}\n")
    assert [row.line for row in statement.rows] == [2]
    assert statement.refused == ()


def test_a_trade_that_its_owner_noted_as_a_total_stays() -> None:
    row = "2026-06-01 10:00:00,消费,店,合计,支出,¥5.00,支付成功,1\n"
    assert len(read(WALLET + row).rows) == 1
    assert len(read(f"{BANK}2026-06-01,合计,5.00,,105.00,甲\n").rows) == 1


@pytest.mark.parametrize(
    ("unit", "currency"), [("港币", "HKD"), ("USD", "USD"), ("HK$", "HKD"), ("元", "CNY")]
)
def test_the_currency_is_that_of_the_columns_names(unit: str, currency: str) -> None:
    text = f"交易日期,摘要,收入({unit}),支出({unit}),余额({unit})\n2026-06-01,转账,5.00,,105.00\n"
    assert read(text).rows[0].currency == currency


def test_dollars_of_no_country_are_asked_about() -> None:
    text = "交易日期,摘要,收入($),支出($),余额($)\n2026-06-01,转账,5.00,,105.00\n"
    assert refusal(text).missing == ("unit",)
    assert read(f"貨幣,HKD\n{text}").rows[0].currency == "HKD"


@pytest.mark.parametrize(
    "names", ["日期,品名,入库金额,出库金额,结存金额", "日期,单价,用电量,金额,余额"]
)
def test_goods_and_meters_are_no_money(names: str) -> None:
    text = f"{names}\n2026-06-01,鞋,100.00,,100.00\n2026-06-02,鞋,,20.00,80.00\n"
    assert refusal(text).missing == ("amount",)


def test_what_a_shop_calls_its_takings_contradicts_no_column() -> None:
    text = "交易日期,交易类型,收入,支出\n" + "2026-06-01,扫码支付,5.00,\n" * 3
    assert [row.amount_fen for row in read(f"{text}2026-06-02,手续费,,1.00\n").rows] == [
        500, 500, 500, -100,
    ]  # fmt: skip


def test_what_a_merchant_paid_is_no_taking() -> None:
    text = "交易时间,商户号,交易类型,交易金额,手续费\n" + (
        "2026-06-01 10:00:00,1,扫码支付,5.00,0.01\n" * 4 + "2026-06-02 10:00:00,1,提现,9.00,0.00\n"
    )
    assert read(text).refused == (RefusedRow(6, RowReason.DIRECTION),)


def test_the_currency_is_that_of_the_notes_where_no_column_has_one() -> None:
    text = f"貨幣,港元 (HKD)\n{BANK}2026-06-01,转账,5.00,,105.00,甲\n"
    assert read(text).rows[0].currency == "HKD"


def test_books_of_ones_own_accounts() -> None:
    text = (
        "时间,账单类型,分类,金额,账户,转入账户,备注\n"
        "2026/1/1 08:09,转账,转账,1000,零钱,银行卡,\n"
        "2026/1/3 10:58,收入,兼职,61,零钱,,\n"
        "2026/1/4 10:52,支出,购物,55,零钱,,\n"
        "2026/1/8 19:03,退款,购物,45,零钱,,\n" + "2026/1/9 19:03,支出,餐饮,5,零钱,,\n" * 7
    )
    rows = read(text + "2026/1/9 20:00,余额变更,,7,零钱,,\n")
    found = [(row.amount_fen, row.direction, row.kind) for row in rows.rows[:4]]
    assert found == [
        (100_000, Direction.NEUTRAL, RowKind.TRANSFER),
        (6_100, Direction.IN, RowKind.PAYMENT),
        (-5_500, Direction.OUT, RowKind.PAYMENT),
        (4_500, Direction.IN, RowKind.REFUND),
    ]
    assert rows.refused == (RefusedRow(13, RowReason.DIRECTION),)


def test_a_transfer_with_both_amounts_is_neither() -> None:
    text = (
        "转账时间,转出账户,转出金额,转入账户,转入金额\n"
        "2026-06-01,零钱,5.00,银行卡,5.00\n2026-06-02,零钱,5.00,银行卡,4.00\n"
        "2026-06-03,零钱,7.00,银行卡,7.00\n"
    )
    statement = read(text)
    assert [row.direction for row in statement.rows] == [Direction.NEUTRAL] * 2
    assert statement.refused == (RefusedRow(3, RowReason.AMOUNT),)


def test_a_refund_among_amounts_of_one_direction_is_told_unless_it_has_a_minus() -> None:
    names = "收款时间,订单类型,付款人,收款金额\n"
    paid = "2026-06-01,收款,甲,5.00\n" * 4
    assert read(f"{names}{paid}2026-06-02,退款,甲,5.00\n").refused == (
        RefusedRow(6, RowReason.DIRECTION),
    )
    assert read(f"{names}{paid}2026-06-02,退款,甲,-5.00\n").rows[-1].amount_fen == -500


def test_a_refund_without_its_amount_is_told() -> None:
    text = (
        "交易时间,商户号,交易状态,应结订单金额,手续费\n"
        + "2026-06-01 10:00:00,1,SUCCESS,5.00,0.01\n" * 4
        + "2026-06-02 10:00:00,1,REFUND,0.00,0.00\n"
    )
    assert read(text).refused == (RefusedRow(6, RowReason.AMOUNT),)


def test_a_card_without_any_minus_is_paid_back_in_words() -> None:
    text = (
        "某银行信用卡账单\n交易日,交易说明,人民币金额\n2026-06-01,超市,5.00\n2026-06-02,还款,9.00\n"
    )
    assert [row.amount_fen for row in read(text).rows] == [-500, 900]


def test_totals_are_compared_with_the_table_that_they_stand_beside() -> None:
    def export(order: int, printed: int) -> str:
        row = f"2026-06-01 10:00:00,消费,店,/,支出,¥5.00,支付成功,{order}\n"
        return f"微信支付账单\n共1笔记录\n支出：{printed}笔 {5 * printed}.00元\n{WALLET}{row}"

    assert not read(export(1, 1) + export(2, 1)).totals_off
    assert read(export(1, 1) + export(2, 3)).totals_off


@pytest.mark.parametrize("others", [("某超市", "某药房"), ("某超市", "某超市")])
def test_merchants_of_a_wallet_are_the_other_side_and_not_its_owner(
    others: tuple[str, str],
) -> None:
    rows = (f"2026-06-0{day},{name},日用,{day}.00,支出" for day, name in enumerate(others, 1))
    found = read("\n".join(["京东账单", "交易时间,商户名称,交易说明,金额,收/支", *rows]))
    assert tuple(row.counterparty for row in found.rows) == others
    assert found.owner is None


def test_what_came_in_columns_that_are_not_known_is_asked() -> None:
    text = "日期,摘要,微信,支付宝,现金,支出\n2026-06-01,营业,100.00,20.00,30.00,5.00\n"
    assert refusal(text).missing == ("amount",)


def test_a_card_of_whose_trades_nothing_is_said_is_asked() -> None:
    rows = "".join(f"2026-06-0{day},1234,{fen}.00\n" for day, fen in enumerate((5, 6, 7, -9), 1))
    assert refusal(f"某银行信用卡账单\n交易日,卡号末四位,金额\n{rows}").missing == ("direction",)


def test_a_header_without_rows_is_an_empty_statement() -> None:
    assert read(f"支付宝\n共0笔记录\n{WALLET}").rows == ()


@pytest.mark.parametrize(
    ("text", "code", "missing"),
    [
        ("品名,规格,单价,库存\n鞋,件,5.00,3\n", RefusalCode.NOT_A_STATEMENT, ()),
        ("交易时间,交易对方,摘要\n2026-06-01,店,消费\n", RefusalCode.UNKNOWN_LAYOUT, ("amount",)),
        ("摘要,金额,余额\n消费,5.00,1.00\n", RefusalCode.UNKNOWN_LAYOUT, ("time",)),
        (
            "交易时间,订单号,商品,金额\n2026-06-01,1,鞋,5.00\n",
            RefusalCode.UNKNOWN_LAYOUT,
            ("direction",),
        ),
        ("Date,Details,Amount\n2026-06-01,x,-5.00\n", RefusalCode.UNKNOWN_LAYOUT, ("direction",)),
        (
            "Date,Details,Debit,Credit\n01/02/2026,x,5.00,\n",
            RefusalCode.UNKNOWN_LAYOUT,
            ("day_order",),
        ),
    ],
)
def test_what_would_have_to_be_guessed_is_asked(
    text: str, code: RefusalCode, missing: tuple[str, ...]
) -> None:
    refused = refusal(text)
    assert (refused.code, refused.missing) == (code, missing)
    assert refused.line == 1
    assert refused.columns == tuple(text.split("\n")[0].split(","))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 100, b"\xff\xd8\xff\xe0JFIF", b"<html><body>login</body></html>", b"\x89PNG"],
)
def test_what_is_no_statement(data: bytes) -> None:
    assert refusal(data).code is RefusalCode.NOT_A_STATEMENT


def test_a_file_most_of_whose_rows_are_broken() -> None:
    refused = refusal(BANK + "2026-06-01,转账,5.00,,105.00,甲\n" + "2026-06-02,转账,x,,,乙\n" * 2)
    assert (refused.code, refused.line) == (RefusalCode.TOO_MANY_BROKEN_ROWS, 3)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def locked(password: str) -> bytes:
    import pyzipper

    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.writestr("账单.csv", (BANK + "2026-06-01,转账,5.00,,105.00,甲\n").encode())
    return out.getvalue()


def test_archives() -> None:
    statement = (BANK + "2026-06-01,转账,5.00,,105.00,甲\n").encode()
    assert len(read_statement(zipped(a_csv=statement), "a.zip", None, LIMITS).rows) == 1
    assert len(read_statement(locked("135246"), "a.zip", "135246", LIMITS).rows) == 1
    assert refusal(locked("135246")).code is RefusalCode.PASSWORD_NEEDED
    assert refusal(locked("135246"), "000000").code is RefusalCode.WRONG_PASSWORD
    both = zipped(a_csv=statement, b_csv=statement)
    assert refusal(both).code is RefusalCode.SEVERAL_FILES
    assert refusal(zipped(a_csv=statement)[:-30]).code is RefusalCode.CUT_OFF


def test_an_archive_compressed_in_another_way_has_no_wrong_password() -> None:
    data = bytearray(zipped(a_csv=(BANK + "2026-06-01,转账,5.00,,105.00,甲\n").encode()))
    for mark, after in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.index(mark) + after
        data[at : at + 2] = b"\x09\x00"  # Deflate64, as Windows packs what is large
    assert refusal(bytes(data)).code is RefusalCode.BROKEN


def test_an_archive_whose_file_lost_its_name() -> None:
    data = bytearray(zipped(a=b"x" * 40))
    for mark, after, beyond in ((b"PK\x03\x04", 26, 30), (b"PK\x01\x02", 28, 46)):
        at = data.index(mark)
        data[at + after : at + after + 2] = b"\x00\x00"
        data[at + beyond : at + beyond + 1] = b""
    end = data.index(b"PK\x05\x06")
    size, start = len(data[data.index(b"PK\x01\x02") : end]), data.index(b"PK\x01\x02")
    data[end + 12 : end + 20] = size.to_bytes(4, "little") + start.to_bytes(4, "little")
    assert refusal(bytes(data)).code is RefusalCode.NOT_A_STATEMENT


@pytest.mark.parametrize(
    "layout", [layout for layout in LAYOUTS if layout.write is as_xlsx or "PDF" in layout.name][-3:]
)
def test_workbooks_and_papers_in_archives(layout: Drawn) -> None:
    rows = trades(5)
    archive = zipped(account=layout.data(rows))
    assert read_statement(archive, "a.zip", None, LIMITS).rows


def test_a_paper_with_a_password() -> None:
    from fpdf import FPDF

    paper = FPDF()
    paper.add_page()
    paper.set_encryption(owner_password="a", user_password="135246")
    data = bytes(paper.output())
    assert refusal(data).code is RefusalCode.PASSWORD_NEEDED
    assert refusal(data, "0").code is RefusalCode.WRONG_PASSWORD
    assert refusal(data, "135246").code is RefusalCode.NOT_A_STATEMENT


def test_a_refusal_crosses_processes() -> None:
    refused = refusal("品名,规格,单价\n鞋,件,5.00\n")
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301
    assert (again.code, again.line, again.columns) == (refused.code, refused.line, refused.columns)
