"""Amounts, rates, days and purposes as a Chinese contract writes them. Pure."""

from __future__ import annotations

from datetime import date

from core.money import BasisPoints, Fen

FEN_A_YUAN = 100
MAX_FEN = 10**16 * FEN_A_YUAN - 1  # what four groups of four digits hold

PURPOSES = {
    "stock_of_goods": "货款周转",
    "renovation": "店面装修扩张",
    "equipment": "固定资产购买",
    "payroll": "员工工资发放",
    "rent": "经营场所租金",
    "franchise_fee": "加盟费",
    "other": "其他经营用途",
}

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_words(fen: Fen) -> str:
    """An amount in capital words (大写): 人民币壹仟肆佰零玖元伍角整.

    By 《正确填写票据和结算凭证的基本规定》 of the People's Bank. Raises `ValueError` below zero and
    from ten quadrillion yuan on.
    """
    if not 0 <= fen <= MAX_FEN:
        raise ValueError("an amount that no contract is about")
    yuan, rest = divmod(fen, FEN_A_YUAN)
    jiao, single = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"人民币{whole}整"
    jiao_words = f"{_DIGITS[jiao]}角" if jiao else "零" if whole else ""
    gap = "零" if jiao and whole and yuan % 10 == 0 else ""
    return f"人民币{whole}{gap}{jiao_words}" + (f"{_DIGITS[single]}分" if single else "整")


def in_yuan(fen: Fen) -> str:
    """An amount in digits with separators: 8,000.00."""
    return f"{fen // FEN_A_YUAN:,}.{fen % FEN_A_YUAN:02d}"


def in_percent(rate: BasisPoints) -> str:
    """A rate with two decimals: 6.40%."""
    return f"{rate // 100}.{rate % 100:02d}%"


def in_chinese(day: date) -> str:
    """A day: 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _whole(yuan: int) -> str:
    """A whole number; gaps of any length are one 零."""
    if yuan == 0:
        return _DIGITS[0]
    words, gap = "", False
    for place in range(len(str(yuan)) - 1, -1, -1):
        digit = yuan // 10**place % 10
        if digit:
            words += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[place % 4]
            gap = False
        else:
            gap = True
        group_has_digits = yuan // 10**place % 10_000
        if place % 4 == 0 and place and group_has_digits:
            words += _GROUPS[place // 4]
    return words
