"""More layouts of statements, written after the vocabulary: habits of banks, acquirers and shops.

Each is a line of names of columns with what stands in them, by the names in `PRINTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tests.support.statement_files import Drawn, Print, as_html, as_pdf, as_text, as_xlsx

PRINTS: dict[str, Print] = {
    "day": lambda t: t.when("%Y-%m-%d"),
    "digits": lambda t: t.when("%Y%m%d"),
    "slashes": lambda t: t.when("%Y/%m/%d"),
    "month/day": lambda t: t.when("%m/%d"),
    "day first": lambda t: t.when("%d/%m/%Y"),
    "weekday": lambda t: t.when("%Y-%m-%d 星期一"),
    "moment": lambda t: t.when("%Y-%m-%d %H:%M:%S"),
    "moment in words": lambda t: t.when("%Y年%m月%d日 %H时%M分%S秒"),
    "before": lambda t: (t.at - timedelta(seconds=20)).strftime("%Y-%m-%d %H:%M:%S"),
    "clock": lambda t: t.when("%H:%M:%S"),
    "clock digits": lambda t: t.when("%H%M%S"),
    "clock of 12": lambda t: t.when("%I:%M:%S %p"),
    "in": lambda t: "" if t.out else t.grouped,
    "out": lambda t: t.grouped if t.out else "",
    "in or --": lambda t: "--" if t.out else t.grouped,
    "out or --": lambda t: t.grouped if t.out else "--",
    "in or 0": lambda t: "0.00" if t.out else t.yuan,
    "out or 0": lambda t: t.yuan if t.out else "0.00",
    "+in": lambda t: "0.00" if t.out else f"+{t.yuan}",
    "-out": lambda t: f"-{t.yuan}" if t.out else "0.00",
    "bare": lambda t: t.yuan,
    "signed": lambda t: t.signed,
    "plus and minus": lambda t: t.signed if t.out else f"+{t.grouped}",
    "owed": lambda t: f"{-t.fen / 100:,.2f}",
    "with currency": lambda t: f"CNY {t.grouped}",
    "with side": lambda t: f"{t.yuan} {'DR' if t.out else 'CR'}",
    "fen": lambda t: abs(t.fen),
    "in, 10,000": lambda t: "" if t.out else f"{t.fen / 1e6:.6f}",
    "out, 10,000": lambda t: f"{-t.fen / 1e6:.6f}" if t.out else "",
    "left, 10,000": lambda t: f"{t.balance / 1e6:.6f}",
    "left": lambda t: t.left,
    "收入/支出": lambda t: "支出" if t.out else "收入",
    "入账/出账": lambda t: "出账" if t.out else "入账",
    "转入/转出": lambda t: "转出" if t.out else "转入",
    "收款/付款": lambda t: "付款" if t.out else "收款",
    "收款/退款": lambda t: "退款" if t.out else "收款",
    "消费/退款": lambda t: "扫码退款" if t.out else "扫码消费",
    "+/-": lambda t: "-" if t.out else "+",
    "C/D": lambda t: "D" if t.out else "C",
    "SUCCESS/REFUND": lambda t: "`REFUND" if t.out else "`SUCCESS",
    "`paid": lambda t: "`0.00" if t.out else f"`{t.yuan}",
    "`refunded": lambda t: f"`{t.yuan}" if t.out else "`0.00",
    "`moment": lambda t: t.when("`%Y-%m-%d %H:%M:%S"),
    "who": lambda t: t.who,
    "who or 还款": lambda t: f"消费 {t.who}" if t.out else "信用卡还款",
    "word": lambda t: t.word,
    "order": lambda t: t.order,
    "number": lambda t: t.number,
    "6222": lambda t: f"6222{t.number:012d}",
    "": lambda _: "",
    "x": lambda _: "某某",
    "1": lambda _: "1.00",
    "1234": lambda _: "1234",
    "人民币": lambda _: "人民币",
}


def columns(line: str, prints: Mapping[str, Print] = PRINTS) -> list[tuple[str, Print]]:
    """Columns out of `name=print; name=print`."""
    pairs = (column.strip().split("=") for column in line.split(";"))
    return [(name, prints[printed]) for name, printed in pairs]


HABITS: tuple[Drawn, ...] = (
    Drawn(
        "two columns, the day alone",
        columns(
            "交易日期=day; 收入金额=in; 支出金额=out; 账户余额=left; 对方账号=6222; "
            "对方户名=who; 摘要=word"
        ),
        as_text(),
        exact="day",
    ),
    Drawn(
        "expense before income, a page called .xls",
        columns(
            "交易时间=moment; 记账日=day; 支出=out; 收入=in; 账户余额=left; 摘要=word; "
            "对方户名=who; 用途="
        ),
        as_html,
        file="明细.xls",
    ),
    Drawn(
        "收支 as a word",
        columns(
            "交易时间=moment; 交易名称=word; 收支=收入/支出; 金额（元）=bare; 余额=left; "
            "交易方姓名=who"
        ),
        as_text(encoding="gb18030"),
    ),
    Drawn(
        "the type of trade says the direction",
        columns(
            "交易日期=slashes; 交易类型=转入/转出; 交易金额(元)=bare; 账户余额(元)=left; "
            "对方账户名=who"
        ),
        as_text(),
        exact="day",
    ),
    Drawn(
        "a purse without balances",
        columns(
            "交易时间=moment; 钱包编号=1234; 交易类型=收款/付款; 交易金额=bare; "
            "对方名称=who; 状态=x"
        ),
        as_text(),
    ),
    Drawn(
        "a wallet's merchants with backticks, refunds by state",
        columns(
            "交易时间=`moment; 商户号=1234; 微信订单号=order; 交易状态=SUCCESS/REFUND; "
            "应结订单金额=`paid; 退款金额=`refunded; 手续费=1; 费率=x; 订单金额=bare"
        ),
        as_text(),
    ),
    Drawn(
        "a wallet's merchants, refunds with a minus",
        columns(
            "支付宝交易号=order; 业务类型=收款/退款; 创建时间=before; 完成时间=moment; "
            "门店名称=; 对方账户=x; 订单金额（元）=signed; 商家实收（元）=signed; "
            "服务费（元）=1; 备注="
        ),
        as_text(encoding="gb18030"),
    ),
    Drawn(
        "an acquirer with codes and digits",
        columns(
            "交易日期=digits; 交易时间=clock digits; 商户号=1234; 商户名称=x; 终端号=1234; "
            "交易类别=消费/退款; 交易金额=signed; 手续费=1; 结算金额=1; 流水号=order"
        ),
        as_xlsx,
    ),
    Drawn(
        "a till",
        columns(
            "交易日期=day; 交易时间=clock; 门店名称=x; 收银员=x; 订单号=order; "
            "交易类型=收款/退款; 交易金额=bare; 商户优惠=1; 实收金额=bare; 手续费=1; "
            "结算金额=1; 交易状态=x"
        ),
        as_xlsx,
    ),
    Drawn(
        "a shop's account: 动账",
        columns(
            "动账时间=moment; 动账流水号=order; 动账方向=入账/出账; 动账金额=bare; "
            "动账账户=x; 备注="
        ),
        as_text(),
    ),
    Drawn(
        "a shop's account: plus and minus in both columns",
        columns(
            "商户订单号=order; 发生时间=moment; 收入金额（+元）=+in; 支出金额（-元）=-out; "
            "账务类型=x; 备注="
        ),
        as_text(encoding="utf-8-sig"),
    ),
    Drawn(
        "a firm's account with dashes",
        columns(
            "交易时间=moment; 收入金额=in or --; 支出金额=out or --; 账户余额=left; "
            "交易行名=x; 对方户名=who"
        ),
        as_xlsx,
        before=[["账户明细"], ["户名", "某某公司", "账号", "1234567890123456"]],
    ),
    Drawn(
        "a firm's account: 收(付)方",
        columns(
            "账号=1234; 交易日=digits; 交易时间=clock; 起息日=digits; 交易类型=word; "
            "借方金额=out; 贷方金额=in; 余额=left; 摘要=x; 流水号=order; 收(付)方名称=who; "
            "收(付)方账号=6222"
        ),
        as_text(encoding="gb18030"),
    ),
    Drawn(
        "a rural bank: which side the balance is on",
        columns(
            "交易日期=digits; 借方金额=out or 0; 贷方金额=in or 0; 余额方向=x; 余额=left; 摘要=word"
        ),
        as_text(),
        exact="day",
    ),
    Drawn(
        "a card's bill without years",
        columns(
            "交易日期=month/day; 记账日期=month/day; 交易摘要=who or 还款; "
            "卡号末四位=1234; 交易金额（人民币）=owed"
        ),
        as_text(),
        before=[["某某银行信用卡2026年04月账单"]],
        exact="day",
    ),
    Drawn(
        "a card's bill without any minus, the currency with the amount",
        columns(
            "交易日期=month/day; 卡末四位=1234; 交易说明=who or 还款; 入账币种/金额=with currency"
        ),
        as_text(),
        before=[["信用卡电子账单"], ["账单周期：2026/03/01-2026/04/30"]],
        exact="day",
    ),
    Drawn(
        "English: the side behind the amount",
        columns("Txn Date=day; Narration=who; Txn Amount=with side; Balance=left"),
        as_text(),
        exact="day",
    ),
    Drawn(
        "English: the balance has a currency too",
        columns(
            "Date=day first; Description=who; Billing Amount=signed; Currency=人民币; Balance=left"
        ),
        as_text(),
        exact="day",
    ),
    Drawn(
        "a sign in a column of its own",
        columns("记账时间=moment; 交易类型=word; 收支=+/-; 金额=bare; 余额=left; 对方=who"),
        as_text(),
    ),
    Drawn(
        "letters for the sides, bars between cells",
        columns(
            "交易日期=day; 借贷标志=C/D; 交易金额=bare; 账户余额=left; 对方名称=who; 摘要=word"
        ),
        as_text("|"),
        exact="day",
        file="明细.txt",
    ),
    Drawn(
        "one column for both, semicolons",
        columns("交易日期=day; 收入/支出金额=plus and minus; 余额=left; 对方户名=who"),
        as_text(";"),
        exact="day",
    ),
    Drawn(
        "amounts in fen, a moment in words",
        columns(
            "记账时间=moment in words; 收支方向=入账/出账; 金额(分)=fen; 对方=who; 业务单号=order"
        ),
        as_xlsx,
    ),
    Drawn(
        "amounts in 10,000 yuan",
        columns(
            "日期=day; 收入（万元）=in, 10,000; 支出（万元）=out, 10,000; 余额（万元）=left, 10,000"
        ),
        as_text(),
        exact="day",
    ),
    Drawn(
        "a clock of twelve hours",
        columns("交易日=day; 时间=clock of 12; 支出=out; 存入=in; 结余=left; 备注=who"),
        as_xlsx,
    ),
    Drawn(
        "the weekday behind the day",
        columns("交易日期=weekday; 收入=in; 支出=out; 余额=left"),
        as_xlsx,
        exact="day",
    ),
    Drawn(
        "names in English above those in Chinese",
        columns("日期=day; 摘要=word; 收入=in; 支出=out; 余额=left"),
        as_xlsx,
        headers=[
            ["Date", "Summary", "In", "Out", "Balance"],
            ["日期", "摘要", "收入", "支出", "余额"],
        ],
        exact="day",
    ),
    Drawn(
        "a PDF without rules, amounts at the right of their columns",
        columns(
            "序号=number; 交易日期=digits; 摘要=word; 支出金额=out; 收入金额=in; "
            "余额=left; 对方户名=who"
        ),
        as_pdf((12, 25, 30, 30, 30, 35, 70), ruled=False, right=(3, 4, 5)),
        before=[["个人账户对账单"], ["客户姓名：周某某   客户账号：6226220000001111"]],
        file="明细.pdf",
        exact="day",
    ),
)
