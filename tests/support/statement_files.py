"""Statements of invented accounts, in layouts that publishers use, with what is right of each.

No layout here is one of the evaluation data. The trades are the same in all; a layout says which
columns there are, what stands in them, and in which container they are written.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from loans.policy import LoanPolicy
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.times import CHINA
from tests.support.policy import POLICY

Cell = object


@dataclass(frozen=True)
class Trade:
    """One movement of money, as it was."""

    number: int
    at: datetime
    fen: int  # out negative
    who: str
    word: str
    balance: int
    order: str

    @property
    def out(self) -> bool:
        """Whether money went."""
        return self.fen < 0

    @property
    def yuan(self) -> str:
        """The bare amount."""
        return f"{abs(self.fen) / 100:.2f}"

    @property
    def grouped(self) -> str:
        """The bare amount with separators."""
        return f"{abs(self.fen) / 100:,.2f}"

    @property
    def signed(self) -> str:
        """With a minus where money went."""
        return ("-" if self.out else "") + self.grouped

    @property
    def left(self) -> str:
        """The balance after it."""
        return f"{self.balance / 100:,.2f}"

    def when(self, form: str) -> str:
        """Its time, printed."""
        return self.at.strftime(form)


def trades(count: int = 40, seed: int = 7) -> list[Trade]:
    """Trades of an account that never runs dry, oldest first."""
    chance = random.Random(seed)
    at = datetime(2026, 3, 1, 9, 0, tzinfo=CHINA)
    balance = 5_000_000
    found = []
    for number in range(1, count + 1):
        at += timedelta(hours=chance.randrange(1, 30), minutes=chance.randrange(60), seconds=7)
        fen = chance.randrange(100, 600_000) * chance.choice((1, 1, -1))
        balance += fen
        who = chance.choice(("王小二", "李*", "杭州某某食品有限公司", "某某药房", "赵**", "欧阳某"))
        word = "消费" if fen < 0 else "跨行转入"
        found.append(Trade(number, at, fen, who, word, balance, f"{20260301 * 10**12 + number}"))
    return found


Print = Callable[[Trade], Cell]


@dataclass(frozen=True)
class Drawn:
    """A layout: its columns, what stands around the rows, and how it is written."""

    name: str
    columns: Sequence[tuple[str, Print]]
    write: Callable[[list[list[Cell]]], bytes]
    before: Sequence[Sequence[Cell]] = ()
    after: Sequence[Sequence[Cell]] = ()
    file: str = "明细.csv"
    exact: str = "second"  # how exact the times in the file are: second, minute, day
    backward: bool = False
    headers: Sequence[
        Sequence[str]
    ] = ()  # in place of the names of columns, where they take two rows
    lost: int = 0  # rows at the beginning whose direction nothing proves

    def data(self, rows: Sequence[Trade]) -> bytes:
        """The file."""
        ordered = list(reversed(rows)) if self.backward else list(rows)
        headers: Sequence[Sequence[Cell]] = self.headers or [[name for name, _ in self.columns]]
        body = [[printed(trade) for _, printed in self.columns] for trade in ordered]
        around = (self.before, headers, body, self.after)
        return self.write([list(row) for part in around for row in part])

    def truth(self, rows: Sequence[Trade]) -> list[tuple[datetime | date, int]]:
        """Time and fen of each row, in the file's order."""
        ordered = list(reversed(rows)) if self.backward else list(rows)
        kept = ordered[: -self.lost] if self.backward and self.lost else ordered[self.lost :]
        return [(self._at(trade), trade.fen) for trade in kept]

    def _at(self, trade: Trade) -> datetime | date:
        if self.exact == "day":
            return trade.at.date()
        return trade.at.replace(second=0) if self.exact == "minute" else trade.at


def as_text(
    delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n"
) -> Callable[..., bytes]:
    """Writes delimited text; what holds the delimiter is quoted."""

    def write(rows: list[list[Cell]]) -> bytes:
        lines = []
        for row in rows:
            cells = [str(cell) for cell in row]
            quoted = [f'"{cell}"' if delimiter in cell else cell for cell in cells]
            lines.append(delimiter.join(quoted))
        return (end.join(lines) + end).encode(encoding)

    return write


def as_xlsx(rows: list[list[Cell]]) -> bytes:
    """Writes a workbook; days and numbers stay such."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(
            [cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell for cell in row]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_html(rows: list[list[Cell]]) -> bytes:
    """Writes what banks call `.xls`: a page with a table."""
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}&nbsp;</td>" for cell in row) + "</tr>\n" for row in rows
    )
    head = '<html><head><meta charset="gb2312"><style>td {mso-number-format:"@"}</style></head>'
    return f"{head}<body><!-- 交易 --><table border=1>{body}</table></body></html>".encode(
        "gb18030"
    )


def as_spreadsheet_xml(rows: list[list[Cell]]) -> bytes:
    """Writes an XML spreadsheet of 2003; empty cells are left out and the next one is indexed."""
    lines = []
    for row in rows:
        cells, skipped = [], False
        for at, cell in enumerate(row, start=1):
            if cell == "":
                skipped = True
                continue
            index = f' ss:Index="{at}"' if skipped else ""
            cells.append(f'<Cell{index}><Data ss:Type="String">{cell}</Data></Cell>')
            skipped = False
        lines.append(f"<Row>{''.join(cells)}</Row>")
    return (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="s"><Table>'
        + "\n".join(lines)
        + "</Table></Worksheet></Workbook>"
    ).encode()


def as_pdf(widths: Sequence[int], ruled: bool, right: Sequence[int] = ()) -> Callable[..., bytes]:
    """Writes pages with columns of these widths in mm, with rules around the cells or none.

    The header is on each page; the cells of the columns `right` end at the right, as amounts do.
    """

    def write(rows: list[list[Cell]]) -> bytes:
        from fpdf import FPDF

        from tests.support.fonts import common_letters

        paper = FPDF(orientation="L", format="A4")
        paper.add_font("chinese", fname=common_letters())
        paper.set_font("chinese", size=7)
        paper.set_auto_page_break(False)
        header = next(row for row in rows if len(row) == len(widths))
        height = 5.5
        for index, row in enumerate(rows):
            if index % 30 == 0:
                paper.add_page()
                if index > 0:
                    _print(paper, header, widths, height, ruled, ())
            if len(row) == len(widths):
                _print(paper, row, widths, height, ruled, () if row is header else right)
            else:
                paper.cell(0, height, "   ".join(map(str, row)), new_x="LMARGIN", new_y="NEXT")
        return bytes(paper.output())

    return write


def _print(
    paper: object,
    row: list[Cell],
    widths: Sequence[int],
    height: float,
    ruled: bool,
    right: Sequence[int],
) -> None:
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        align = "R" if at in right else "L"
        paper.cell(width, height, str(cell), border=int(ruled), align=align)  # type: ignore[attr-defined]
    paper.ln(height)  # type: ignore[attr-defined]


def _in(trade: Trade) -> str:
    return "" if trade.out else trade.grouped


def _out(trade: Trade) -> str:
    return trade.grouped if trade.out else ""


def _nothing(_: Trade) -> str:
    return ""


WIDE: dict[int, int] = {ord(char): ord(char) + 0xFEE0 for char in "0123456789,."}

LAYOUTS: tuple[Drawn, ...] = (
    Drawn(
        "an agricultural bank: plus and minus, time in digits, newest first",
        (
            ("交易日期", lambda t: t.when("%Y%m%d")),
            ("交易时间", lambda t: t.when("%H%M%S")),
            ("交易金额", lambda t: t.signed if t.out else f"+{t.grouped}"),
            ("本次余额", lambda t: t.left),
            ("对手信息", lambda t: f"{t.who} 6228{t.number:014d}"),
            ("日志号", lambda t: f"{t.number:09d}"),
            ("交易渠道", lambda _: "掌银"),
            ("交易附言", lambda _: "转账"),
            ("交易摘要", lambda t: t.word),
        ),
        as_text(encoding="gb18030"),
        before=[
            ["中国农业银行账户活期交易明细清单"],
            ["户名：周某某", "账户：6228480000000001234"],
        ],
        backward=True,
    ),
    Drawn(
        "a bank with Chinese and English in each name and word",
        (
            ("序号 Serial Num", lambda t: t.number),
            ("交易日期 Trans Date", lambda t: t.when("%Y-%m-%d")),
            ("交易时间 Trans Time", lambda t: t.when("%H:%M:%S")),
            ("交易类型 Trading Type", lambda t: t.word),
            ("借贷状态 Dc Flg", lambda t: "借 Dr" if t.out else "贷 Cr"),
            ("交易金额 Trans Amt", lambda t: t.yuan),
            ("余额 Balance", lambda t: t.left),
            ("对方账号 Payment Receipt Account", lambda t: f"6222{t.number:012d}"),
            ("对方户名 Payment Receipt Account Name", lambda t: t.who),
            ("交易地点 Trading Place", lambda _: "手机银行"),
            ("摘要 Abstract", lambda _: "网上支付"),
        ),
        as_xlsx,
        before=[
            ["交通银行个人客户交易清单"],
            ["账号/卡号:", "6222600000000009876", "户名:", "周某某"],
        ],
        after=[["合计", "", "", "", "", "", "", "", "", "", ""]],
    ),
    Drawn(
        "a postal bank: two columns in full width, tab separated",
        (
            ("交易日期", lambda t: t.when("%Y年%m月%d日")),
            ("摘要", lambda t: t.word),
            ("币种", lambda _: "人民币"),
            ("存入", lambda t: _in(t).translate(WIDE)),
            ("支取", lambda t: _out(t).translate(WIDE)),
            ("账户余额", lambda t: t.left.translate(WIDE)),
            ("对方信息", lambda t: t.who),
        ),
        as_text("\t", "utf-16"),
        before=[["中国邮政储蓄银行"], ["客户姓名：周某某"]],
        exact="day",
    ),
    Drawn(
        "a joint-stock bank: a moment in fourteen digits, HTML",
        (
            ("交易时间", lambda t: t.when("%Y%m%d%H%M%S")),
            ("交易摘要", lambda t: t.word),
            ("存入金额", _in),
            ("取出金额", _out),
            ("账户余额", lambda t: t.left),
            ("对方账户名称", lambda t: t.who),
            ("对方账号", lambda t: f"6222{t.number:012d}"),
        ),
        as_html,
        before=[["上海浦东发展银行交易明细"]],
        after=[["合计 40 笔"]],
        file="明细.xls",
    ),
    Drawn(
        "a card's bill in foreign and own currency: spending is positive",
        (
            ("交易日期", lambda t: t.when("%Y-%m-%d")),
            ("入账日期", lambda t: t.when("%Y-%m-%d")),
            ("交易描述", lambda t: f"消费 {t.who}" if t.out else "还款 转账还款"),
            ("卡末四位", lambda _: "1234"),
            ("交易币种", lambda _: "人民币"),
            ("交易金额", lambda t: float(-t.fen) / 100),
            ("结算币种", lambda _: "人民币"),
            ("结算金额", lambda t: float(-t.fen) / 100),
        ),
        as_xlsx,
        before=[["中信银行信用卡账单明细"]],
        exact="day",
    ),
    Drawn(
        "a bank with name and account in one cell, signed",
        (
            ("凭证类型", _nothing),
            ("凭证号码", _nothing),
            ("交易时间", lambda t: t.when("%Y/%m/%d %H:%M:%S")),
            ("摘要", lambda t: t.word),
            ("交易金额", lambda t: t.signed),
            ("账户余额", lambda t: t.left),
            ("现转标志", lambda _: "转账"),
            ("交易渠道", lambda _: "网银"),
            ("交易机构", lambda _: "0001"),
            ("对方户名/账号", lambda t: f"{t.who}/6222{t.number:012d}"),
            ("对方行名", lambda _: "某某银行"),
        ),
        as_text(encoding="gb18030"),
        before=[["个人账户对账单"], ["客户姓名:周某某", "客户账号:6226220000001111"]],
    ),
    Drawn(
        "a firm's account: 借方发生额/元(支取)",
        (
            ("账号", lambda _: "33050000000000000001"),
            ("账户名称", lambda _: "某某商贸有限公司"),
            ("交易时间", lambda t: t.when("%Y%m%d %H:%M:%S")),
            ("借方发生额/元(支取)", lambda t: t.yuan if t.out else "0"),
            ("贷方发生额/元(收入)", lambda t: "0" if t.out else t.yuan),
            ("余额", lambda t: t.left),
            ("币种", lambda _: "人民币元"),
            ("对方户名", lambda t: t.who),
            ("对方账号", lambda t: f"6222{t.number:012d}"),
            ("对方开户机构", lambda _: "某某支行"),
            ("记账日期", lambda t: t.when("%Y%m%d")),
            ("摘要", lambda t: t.word),
            ("备注", lambda _: "货款"),
            ("账户明细编号-交易流水号", lambda t: f"{t.number}-{t.order}"),
        ),
        as_xlsx,
    ),
    Drawn(
        "a firm's account with payer and payee, English in brackets",
        (
            ("交易类型[ Transaction Type ]", lambda t: "往账" if t.out else "来账"),
            ("业务类型[ Business type ]", lambda _: "网上支付"),
            ("付款人账号[ Debit Account No. ]", lambda t: f"3305{t.number:012d}"),
            ("付款人名称[ Payer's Name ]", lambda t: "某某商贸" if t.out else t.who),
            ("收款人账号[ Payee's Account Number ]", lambda t: f"6222{t.number:012d}"),
            ("收款人名称[ Payee's Name ]", lambda t: t.who if t.out else "某某商贸"),
            ("交易日期[ Transaction Date ]", lambda t: t.when("%Y%m%d")),
            ("交易时间[ Transaction time ]", lambda t: t.when("%H:%M:%S")),
            ("交易货币[ Trade Currency ]", lambda _: "CNY"),
            ("交易金额[ Trade Amount ]", lambda t: t.signed),
            ("交易后余额[ After-transaction balance ]", lambda t: t.left),
            ("交易流水号[ Transaction reference number ]", lambda t: t.order),
            ("用途[ Purpose ]", lambda _: "货款"),
        ),
        as_text(),
        before=[["查询账号[ Inquirer account number ]", "330500000001"]],
    ),
    Drawn(
        "a wallet's merchants: what came and what went, with signs in both",
        (
            ("账务流水号", lambda t: t.order),
            ("业务流水号", lambda t: f"B{t.order}"),
            ("商户订单号", lambda t: f"M{t.number}"),
            ("商品名称", lambda _: "收款"),
            ("发生时间", lambda t: t.when("%Y-%m-%d %H:%M:%S")),
            ("对方账号", lambda t: t.who),
            ("收入金额（+元）", lambda t: "" if t.out else t.yuan),
            ("支出金额（-元）", lambda t: f"-{t.yuan}" if t.out else ""),
            ("账户余额（元）", lambda t: f"{t.balance / 100:.2f}"),
            ("交易渠道", lambda _: "支付宝"),
            ("业务类型", lambda t: "转账" if t.out else "在线支付"),
            ("备注", _nothing),
        ),
        as_text(encoding="gb18030"),
        before=[
            ["#支付宝账务明细查询"],
            ["#账号：[2088000000000156]"],
            ["#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年04月30日 00:00:00]"],
            ["#-----------------账务明细列表----------------"],
        ],
        after=[
            ["#-----------------账务明细列表结束------------"],
            ["#导出时间：[2026年05月01日 10:00:00]"],
        ],
    ),
    Drawn(
        "a wallet's flow of funds: backticks before everything",
        (
            ("记账时间", lambda t: t.when("`%Y-%m-%d %H:%M:%S")),
            ("微信支付业务单号", lambda t: f"`{t.order}"),
            ("资金流水单号", lambda t: f"`9{t.order}"),
            ("业务名称", lambda t: "`退款" if t.out else "`交易"),
            ("业务类型", lambda t: "`退款" if t.out else "`交易"),
            ("收支类型", lambda t: "`支出" if t.out else "`收入"),
            ("收支金额（元）", lambda t: f"`{t.yuan}"),
            ("账户结余（元）", lambda t: f"`{t.balance / 100:.2f}"),
            ("资金变更提交申请人", lambda _: "`system"),
            ("备注", lambda _: "`"),
            ("业务凭证号", lambda t: f"`{t.number}"),
        ),
        as_text(),
        after=[
            ["资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额"],
            ["`40", "`1", "`1.00", "`1", "`1.00"],
        ],
    ),
    Drawn(
        "an acquirer: takings with fees, refunds by type",
        (
            ("交易日期", lambda t: t.at.date()),
            ("交易时间", lambda t: t.when("%H:%M:%S")),
            ("商户编号", lambda _: "898330000000001"),
            ("终端号", lambda _: "00000001"),
            ("交易类型", lambda t: "退货" if t.out else "消费"),
            ("卡号", lambda _: "621700******1234"),
            ("发卡行", lambda _: "某某银行"),
            ("交易金额", lambda t: abs(t.fen) / 100),
            ("手续费", lambda t: round(abs(t.fen) * 6 / 1000) / 100),
            ("清算金额", lambda t: (abs(t.fen) - round(abs(t.fen) * 6 / 1000)) / 100),
            ("检索参考号", lambda t: f"{t.number:012d}"),
        ),
        as_xlsx,
        before=[["银联商务商户交易明细"], ["商户名称：某某小吃店"]],
    ),
    Drawn(
        "a shop's wallet: what was given back stands behind the amount",
        (
            ("交易时间", lambda t: t.when("%Y-%m-%d %H:%M:%S\t")),
            ("商户名称", lambda t: t.who),
            ("交易说明", lambda _: "商品"),
            ("金额", lambda t: f"{t.yuan}(已退款0.01)" if t.number % 5 == 0 else t.yuan),
            ("收/付款方式", lambda _: "白条"),
            ("交易状态", lambda _: "交易成功"),
            ("收/支", lambda t: "支出" if t.out else "收入"),
            ("交易分类", lambda _: "日用"),
            ("交易订单号", lambda t: f"{t.order}\t"),
            ("商家订单号", lambda t: f"{t.number}\t"),
            ("备注", _nothing),
        ),
        as_text(),
        before=[["导出信息："], ["京东账号名：某某"], ["日期区间：2026-03-01 至 2026-04-30"]],
    ),
    Drawn(
        "a delivery wallet: when it was made and when it was done, what it cost and what was paid",
        (
            (
                "交易创建时间",
                lambda t: (t.at - timedelta(seconds=30)).strftime("%Y-%m-%d %H:%M:%S"),
            ),
            ("交易成功时间", lambda t: t.when("%Y-%m-%d %H:%M:%S")),
            ("交易类型", lambda t: "支付" if t.out else "提现到账"),
            ("订单标题", lambda t: t.who),
            ("收/支", lambda t: "支出" if t.out else "收入"),
            ("支付方式", lambda _: "零钱"),
            ("订单金额", lambda t: f"¥{abs(t.fen) / 100 + 3:.2f}"),
            ("实付金额", lambda t: f"¥{t.yuan}"),
            ("交易单号", lambda t: t.order),
            ("商家单号", lambda t: str(t.number)),
            ("备注", lambda _: "/"),
        ),
        as_text(),
        before=[["美团交易账单明细"]],
    ),
    Drawn(
        "amounts without any sign: the balance tells",
        (
            ("日期", lambda t: t.when("%Y-%m-%d")),
            ("摘要", lambda _: "转账"),
            ("交易金额", lambda t: t.yuan),
            ("余额", lambda t: t.left),
            ("对方户名", lambda t: t.who),
        ),
        as_text(),
        before=[["某某农村信用合作联社存款对账单"]],
        exact="day",
        lost=1,
    ),
    Drawn(
        "amounts without any sign, and the balance that was brought forward",
        (
            ("交易日", lambda t: t.when("%Y.%m.%d")),
            ("摘要", lambda _: "转账"),
            ("发生额", lambda t: t.grouped),
            ("账面余额", lambda t: t.left),
        ),
        as_text(),
        before=[["某某村镇银行"], ["期初余额：50,000.00"]],
        exact="day",
    ),
    Drawn(
        "English, the day first",
        (
            ("Date", lambda t: t.when("%d/%m/%Y")),
            ("Description", lambda t: t.who),
            ("Deposit", _in),
            ("Withdrawal", _out),
            ("Balance", lambda t: t.left),
        ),
        as_text(),
        before=[["HSBC Business Account"]],
        exact="day",
    ),
    Drawn(
        "a broker: what each trade moved",
        (
            ("发生日期", lambda t: t.when("%Y%m%d")),
            ("业务名称", lambda t: "证券买入" if t.out else "证券卖出"),
            ("证券代码", lambda _: "600000"),
            ("证券名称", lambda _: "某某股份"),
            ("成交数量", lambda _: "100"),
            ("成交均价", lambda _: "10.00"),
            ("成交金额", lambda t: f"{abs(t.fen) / 100 - 5:.2f}"),
            ("发生金额", lambda t: f"{t.fen / 100:.2f}"),
            ("资金余额", lambda t: f"{t.balance / 100:.2f}"),
            ("佣金", lambda _: "5.00"),
            ("股东代码", lambda _: "A000000001"),
        ),
        as_text("\t", "gb18030"),
        exact="day",
        file="资金流水.xls",
    ),
    Drawn(
        "two rows of names",
        (
            ("日期", lambda t: t.when("%Y-%m-%d")),
            ("摘要", lambda t: t.word),
            ("借方", _out),
            ("贷方", _in),
            ("余额", lambda t: t.left),
            ("对方户名", lambda t: t.who),
        ),
        as_xlsx,
        before=[["某某银行单位存款明细账"], ["户名", "某某食品厂"]],
        headers=[
            ["日期", "摘要", "发生额", "", "余额", "对方"],
            ["", "", "借方", "贷方", "", "户名"],
        ],
        after=[["本页合计", "", "1.00", "1.00", "", ""]],
        exact="day",
    ),
    Drawn(
        "an old wallet: three times, totals at the end",
        (
            ("交易号", lambda t: t.order),
            ("商家订单号", _nothing),
            ("交易创建时间", lambda t: (t.at - timedelta(seconds=9)).strftime("%Y-%m-%d %H:%M:%S")),
            ("付款时间", lambda t: t.when("%Y-%m-%d %H:%M:%S")),
            ("最近修改时间", lambda t: (t.at + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")),
            ("交易来源地", lambda _: "其他（包括阿里巴巴和外部商家）"),
            ("类型", lambda _: "即时到账交易"),
            ("交易对方", lambda t: t.who.ljust(16)),
            ("商品名称", lambda _: "某某"),
            ("金额（元）", lambda t: t.yuan.ljust(10)),
            ("收/支", lambda t: "支出    " if t.out else "收入    "),
            ("交易状态", lambda _: "交易成功"),
            ("服务费（元）", lambda _: "0.00"),
            ("成功退款（元）", lambda _: "0.00"),
            ("备注", _nothing),
            ("资金状态", lambda t: "已支出" if t.out else "已收入"),
        ),
        as_text(encoding="gb18030"),
        before=[
            ["支付宝交易记录明细查询"],
            ["账号:[某@example.com]"],
            ["-----交易记录明细列表-----"],
        ],
        after=[
            ["-------------"],
            ["共40笔记录"],
            ["导出时间:[2026-05-01 10:00:00]    用户:周某某"],
        ],
    ),
    Drawn(
        "a wallet's workbook of 2026: numbers, moments, and a word for what is neither",
        (
            ("交易时间", lambda t: t.at),
            ("交易类型", lambda _: "商户消费"),
            ("交易对方", lambda t: t.who),
            ("商品", lambda _: "/"),
            ("收/支", lambda t: "支出" if t.out else "收入"),
            ("金额(元)", lambda t: abs(t.fen) / 100),
            ("支付方式", lambda _: "零钱"),
            ("当前状态", lambda _: "支付成功"),
            ("交易单号", lambda t: t.order),
            ("商户单号", lambda _: "/"),
            ("备注", lambda _: "/"),
        ),
        as_xlsx,
        before=[
            ["微信支付账单明细"],
            ["微信昵称：[某]"],
            ["4. 本账单中所有时间均为UTC+08:00时间"],
            [],
            [],
        ],
    ),
    Drawn(
        "a firm's account with timestamps of a database",
        (
            ("凭证号", _nothing),
            ("本方账号", lambda _: "1202000000000000001"),
            ("对方账号", lambda t: f"6222{t.number:012d}"),
            ("交易时间", lambda t: t.when("%Y-%m-%d-%H.%M.%S.123456")),
            ("借/贷", lambda t: "借" if t.out else "贷"),
            ("借方发生额", lambda t: t.yuan if t.out else "0.00"),
            ("贷方发生额", lambda t: "0.00" if t.out else t.yuan),
            ("对方行号", _nothing),
            ("摘要", lambda t: t.word),
            ("用途", lambda _: "货款"),
            ("对方单位名称", lambda t: t.who),
            ("余额", lambda t: t.left),
        ),
        as_text(encoding="gb18030"),
        before=[["[HISTORYDETAIL]"]],
    ),
    Drawn(
        "the accountant's brackets, an XML spreadsheet",
        (
            ("入账时间", lambda t: t.when("%Y-%m-%d %H:%M")),
            ("流水号", lambda t: t.order),
            ("交易对手", lambda t: t.who),
            ("变动金额", lambda t: f"({t.grouped})" if t.out else t.grouped),
            ("账户余额", lambda t: t.left),
            ("交易备注", _nothing),
        ),
        as_spreadsheet_xml,
        before=[["网商银行账户流水"]],
        file="流水.xls",
        exact="minute",
    ),
    Drawn(
        "a PDF without rules",
        (
            ("记账日期", lambda t: t.when("%Y-%m-%d")),
            ("货币", lambda _: "CNY"),
            ("交易金额", lambda t: t.signed),
            ("联机余额", lambda t: t.left),
            ("交易摘要", lambda t: t.word),
            ("对手信息", lambda t: t.who),
        ),
        as_pdf((30, 20, 30, 35, 40, 80), ruled=False, right=(2, 3)),
        before=[["招商银行交易流水"], ["户    名：周某某", "账号：6214830000005678"]],
        after=[["温馨提示：交易流水验真"]],
        exact="day",
        file="流水.pdf",
    ),
    Drawn(
        "a PDF with rules and the word for direction",
        (
            ("交易单号", lambda t: t.order),
            ("交易时间", lambda t: t.when("%Y-%m-%d %H:%M:%S")),
            ("交易类型", lambda t: t.word),
            ("收/支/其他", lambda t: "支出" if t.out else "收入"),
            ("交易方式", lambda _: "零钱"),
            ("金额(元)", lambda t: t.yuan),
            ("交易对方", lambda t: t.who),
            ("商户单号", lambda t: str(t.number)),
        ),
        as_pdf((50, 40, 25, 25, 20, 30, 60, 20), ruled=True),
        before=[
            ["微信支付交易明细证明"],
            ["兹证明：周某某（居民身份证：330***）在其微信号：wx 中的交易明细信息如下："],
        ],
        file="明细.pdf",
    ),
)

LIMITS: StatementLimits = POLICY.section(LoanPolicy).statement_limits
