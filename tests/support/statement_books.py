"""Layouts of firms' own books, of Hong Kong, of book-keepers, shops and cards; with what is right.

Those in `BOOKS` are read; those in `UNCLEAR` leave a question open, and are refused with it.
"""

from __future__ import annotations

from datetime import timedelta

from tests.support.statement_files import Drawn, Print, as_text, as_xlsx
from tests.support.statement_habits import PRINTS as HABITS
from tests.support.statement_habits import columns as columns_of


def _fee(fen: int) -> int:
    return abs(fen) // 200 * (1 if fen > 0 else -1)


PRINTS: dict[str, Print] = HABITS | {
    "05-Jan-2026": lambda t: t.when("%d-%b-%Y"),
    "January 5, 2026": lambda t: t.when("%B %d, %Y"),
    "05 JAN": lambda t: t.when("%d %b").upper(),
    "05/01": lambda t: t.when("%d/%m"),
    "2026.1.5": lambda t: f"{t.at.year}.{t.at.month}.{t.at.day}",
    "in UTC": lambda t: (t.at - timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "下午": lambda t: t.when("%Y/%m/%d ") + ("上午" if t.at.hour < 12 else "下午")
    + t.when("%I:%M:%S"),
    "three days before": lambda t: (t.at - timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S"),
    "before, or none": lambda t: PRINTS["three days before"](t) if t.number % 4 else "",
    "the day after": lambda t: (t.at + timedelta(days=1)).strftime("%Y-%m-%d"),
    "DR/CR": lambda t: "DR" if t.out else "CR",
    "贷/借": lambda t: "贷" if t.out else "借",
    "支/收": lambda t: "支" if t.out else "收",
    "X/Y": lambda t: "X" if t.out else "Y",
    "付款单": lambda t: "付款单" if t.out else "收款单",
    "many types": lambda t: (
        ("缴费支出", "消费", "转账转出") if t.out else ("红包收入", "转账收入", "退货")
    )[t.number % 3],
    "transfers": lambda t: "转账" if t.number % 2 else ("消费" if t.out else "红包收入"),
    "bought": lambda t: "购买商品" if t.out else "退款",
    "paid back": lambda t: f"消费 {t.who}" if t.out else "银联还款",
    "in fen": lambda t: t.fen,
    "left in fen": lambda t: t.balance,
    "in, 1,000": lambda t: "" if t.out else f"{t.fen / 1e5:.5f}",
    "out, 1,000": lambda t: f"{-t.fen / 1e5:.5f}" if t.out else "",
    "left, 1,000": lambda t: f"{t.balance / 1e5:.5f}",
    "usable": lambda t: f"{(t.balance - 10_000) / 100:,.2f}",
    "fee": lambda t: f"{_fee(t.fen) / 100:.2f}",
    "net": lambda t: f"{(t.fen - _fee(t.fen)) / 100:.2f}",
    "twice": lambda t: f"{t.fen / 50:.2f}",
    "3.00 more": lambda t: f"{(abs(t.fen) + 300) / 100:.2f}",
    "3.00": lambda _: "3.00",
    "借": lambda _: "借",
}  # fmt: skip


def columns(line: str) -> list[tuple[str, Print]]:
    """Columns out of `name=print; name=print`."""
    return columns_of(line, PRINTS)


def _days(name: str, line: str, *before: str) -> Drawn:
    """A text whose rows have days, under notes."""
    return Drawn(name, columns(line), as_text(), before=[[note] for note in before], exact="day")


def _moments(name: str, line: str, *before: str) -> Drawn:
    """A text whose rows have moments, under notes."""
    return Drawn(name, columns(line), as_text(), before=[[note] for note in before])


BOOKS: tuple[Drawn, ...] = (
    _days(
        "Hong Kong: traditional characters, days first",
        "日期=day first; 交易摘要=who; 存入=in; 提取=out; 結餘=left",
        "某銀行月結單",
    ),
    _days(
        "Hong Kong: what can be drawn beside the ledger",
        "Posting Date=05-Jan-2026; Value Date=the day after; Description=who; DR/CR=DR/CR; "
        "Transaction Amount=bare; Available Balance=usable; Ledger Balance=left",
    ),
    _days(
        "Hong Kong: days without a year",
        "日期=05/01; 摘要=word; 存入=in; 支取=out; 結餘=left",
        "月結單 2026年04月",
    ),
    _days(
        "months in letters, without a year",
        "Date=05 JAN; Details=who; Deposits=in; Withdrawals=out; Balance=left",
        "Statement date 2026/04/30",
    ),
    _days(
        "months in words; receipts and payments",
        "Date=January 5, 2026; Narrative=who; Receipts=in; Payments=out; Balance=left",
    ),
    _moments("moments in UTC", "time=in UTC; description=who; amount=signed; balance=left"),
    _moments("morning and afternoon", "交易时间=下午; 摘要=who; 金额=signed; 余额=left"),
    _moments("China's zone is named", "交易时间(UTC+8)=moment; 摘要=word; 金额=signed; 余额=left"),
    Drawn(
        "a firm's journal: debit is in",
        columns(
            "日期=day; 凭证字号=number; 摘要=word; 对方科目=x; 借方金额=in; 贷方金额=out; "
            "方向=借; 余额=left"
        ),
        as_xlsx,
        before=[["银行存款日记账"], ["", "", "期初余额", "", "", "", "借", "50,000.00"]],
        after=[
            ["2026-03", "", "本月合计", "", "9.00", "8.00", "借", "1.00"],
            ["2026-03-31", "", "本年累计", "", "", "8.00", "借", "1.00"],
        ],
        exact="day",
    ),
    _days(
        "a journal of cash without balances",
        "日期=day; 凭证号=number; 摘要=x; 对方科目=x; 借方=in; 贷方=out",
        "库存现金日记账",
    ),
    _days(
        "a journal with the side in a word",
        "日期=day; 凭证字号=number; 摘要=x; 借贷=贷/借; 金额=bare; 余额=left",
        "银行存款日记账",
    ),
    _days(
        "the notes say that debit is in",
        "日期=day; 借贷标志=贷/借; 金额=bare; 对方户名=who",
        "说明：借为收入，贷为支出",
    ),
    _days(
        "the notes say that a plus is spending",
        "日期=day; 说明=who; 金额=owed",
        "注：正数表示支出，负数表示收入",
    ),
    _days(
        "vouchers of a program for accounts",
        "单据日期=day; 单据类型=付款单; 单据编号=order; 往来单位=who; 收款金额=in; 付款金额=out; "
        "优惠金额=3.00; 摘要=word",
    ),
    _days(
        "10,000 yuan, said above the table",
        "日期=2026.1.5; 业务内容=word; 对方单位=who; 流入=in, 10,000; 流出=out, 10,000; "
        "账面余额=left, 10,000",
        "单位：万元",
    ),
    _days(
        "1,000 yuan, said above the table",
        "日期=2026.1.5; 摘要=word; 收入=in, 1,000; 支出=out, 1,000; 余额=left, 1,000",
        "币种：人民币  金额单位：人民币千元",
    ),
    _moments(
        "a column's own unit is another than that of the notes",
        "时间=moment; 流水类型=word; 变动金额(分)=in fen; 账户余额(分)=left in fen",
        "单位：元",
    ),
    _moments(
        "a shop's ledger: when it was ordered and when the balance moved",
        "流水号=order; 订单创建时间=before, or none; 入账时间=moment; 流水类型=word; "
        "入账方向=+/-; 变动金额=bare; 账户余额=left",
    ),
    _moments(
        "a shop's orders, settled a day later",
        "订单号=order; 下单时间=moment; 结算日期=the day after; 订单类型=收款/退款; "
        "订单金额=signed; 手续费=fee; 结算金额=net",
    ),
    _moments(
        "an acquirer: what was taken has a name that nobody knows",
        "商户号=1234; 终端号=1234; 交易时间=moment; 交易名称=消费/退款; 刷卡款=signed; "
        "手续费=fee; 清算金额=net",
    ),
    _moments(
        "what a shop is to get, after the platform's fee",
        "订单号=order; 下单时间=moment; 用户支付金额=twice; 商家应收款=signed; 平台服务费=1",
        "某某外卖商家对账单",
    ),
    _moments(
        "a wallet whose types say the direction",
        "交易时间=moment; 交易类型=many types; 商户/对方=who; 订单金额=3.00 more; "
        "优惠金额=3.00; 实付金额=bare",
    ),
    _days(
        "a column with a name that nobody knows says in and out",
        "交易日=day; 去向=支/收; 金额=bare; 摘要=x; 对方户名=who",
    ),
    _days(
        "a word for both sides, the other way round",
        "日期=day; 支/收=支/收; 金额=bare; 对方=who",
    ),
    _days(
        "a card's bill: spent and paid back",
        "交易日=day; 入账日=day; 交易说明=who or 还款; 消费金额=out; 还款金额=in",
        "某某银行信用卡对账单",
    ),
    _days(
        "a card's bill: the only amount is called posted",
        "交易日=day; 记账日=day; 卡号末四位=1234; 交易描述=paid back; 入账金额=owed",
        "信用卡电子账单",
    ),
    _days(
        "sides in brackets",
        "日期=day; 摘要=word; 支出(借)=out; 收入(贷)=in; 余额=left",
    ),
    _moments(
        "a clock and a moment under names that nobody knows",
        "记账日期=day; 某栏=moment; 摘要=word; 支出=out; 收入=in; 余额=left",
    ),
)  # fmt: skip

UNCLEAR: tuple[tuple[Drawn, str], ...] = (
    (
        _days(
            "a ledger of what others owe",
            "日期=day; 凭证字号=number; 摘要=word; 对方科目=x; 借方=in; 贷方=out; 余额=left",
            "应收账款明细分类账",
        ),
        "direction",
    ),
    (
        _days(
            "the balance says that names are exchanged",
            "日期=day; 摘要=word; 收入=out; 支出=in; 余额=left",
        ),
        "direction",
    ),
    (
        _days(
            "a bank's debit that the balance says is in",
            "日期=day; 摘要=word; 借贷标志=贷/借; 金额=bare; 余额=left",
        ),
        "direction",
    ),
    (
        _days(
            "debit beside types of trade that are in",
            "日期=day; 摘要=word; 借方=in; 贷方=out",
        ),
        "direction",
    ),
    (
        _days("the side of the balance", "日期=day; 摘要=word; 金额=bare; 方向=借; 余额=left"),
        "direction",
    ),
    (_days("letters without a legend", "日期=day; 标志=X/Y; 金额=bare; 对方户名=who"), "direction"),
    (
        _moments(
            "types that could be either",
            "交易时间=moment; 交易类型=transfers; 对方=who; 金额=bare",
        ),
        "direction",
    ),
    (
        _moments("purchases with returns as minus",
                 "消费时间=moment; 商家=who; 消费类型=bought; 金额=owed"),
        "direction",
    ),
    (
        _moments("what somebody bought at merchants",
                 "交易时间=moment; 商户名称=who; 终端号=1234; 交易金额=bare"),
        "direction",
    ),
    (
        _days("two units", "日期=day; 收入=in; 支出=out; 余额=left", "单位：千元", "单位：元"),
        "unit",
    ),
    (
        _moments(
            "several amounts of names that nobody knows",
            "商户号=1234; 交易时间=moment; 交易名称=消费/退款; 甲金额=twice; 乙金额=signed",
        ),
        "amount",
    ),
    (
        _moments(
            "what was paid has a name that nobody knows",
            "交易时间=moment; 收/支=收入/支出; 对方=who; 订单金额=3.00 more; 某栏=bare",
        ),
        "amount",
    ),
    (
        _moments(
            "when it was paid has a name that nobody knows",
            "下单时间=three days before; 某栏=moment; 收/支=收入/支出; 对方=who; 金额=bare",
        ),
        "time",
    ),
    (
        _moments("the zone is another", "Created (UTC)=moment; Description=who; Amount=signed; "
                 "Type=word; Balance=left"),
        "time",
    ),
)  # fmt: skip
