"""What searches are about, and how much of it is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.policy import LoanPolicy
from loans.profile.intents import (
    FORBIDDEN,
    Intent,
    IntentRules,
    read_intent,
    sure_intent,
)
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy).intents or IntentRules(min_confidence=1)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("想在县城开个烘焙店", Intent.STARTS_BUSINESS),
        ("柠檬茶加盟电话", Intent.STARTS_BUSINESS),
        ("外卖平台抽成太高怎么谈", Intent.RUNS_BUSINESS),
        ("个体户怎么报税", Intent.RUNS_BUSINESS),
        ("理发店门头翻新报价", Intent.RENOVATION),
        ("把隔壁铺子打通要报消防吗", Intent.RENOVATION),
        ("童装批发市场拿货", Intent.STOCK_PURCHASE),
        ("面粉一吨什么价 要两吨", Intent.STOCK_PURCHASE),
        ("商用和面机多少钱一台", Intent.EQUIPMENT),
        ("洗碗阿姨一个月开多少合适", Intent.WAGES),
        ("临街铺面押一付三", Intent.RENT),
        ("鱼塘承包一亩一年多少钱", Intent.RENT),
        ("库迪加盟费多少", Intent.FRANCHISE_FEE),
        ("连锁便利店总部每月抽几个点", Intent.FRANCHISE_FEE),
        ("营业执照满一年能贷多少", Intent.BUSINESS_LOAN),
        ("主卧飘窗改书桌多少钱", Intent.PERSONAL_CONSUMPTION),
        ("花呗最低还款", Intent.PERSONAL_CONSUMPTION),
        ("首套房月供多少", Intent.PROPERTY),
        ("可转债打新还能买吗", Intent.SECURITIES),
        ("以太坊合约二十倍杠杆", Intent.SECURITIES),
        ("今晚曼联让一球怎么看", Intent.GAMBLING),
        ("百家乐看路技巧", Intent.GAMBLING),
        ("过桥垫资一天多少利息", Intent.LENDING_ON),
        ("信用卡套现手续费", Intent.LENDING_ON),
        ("应用题 小明家有60个苹果 卖出一半还剩几个", Intent.NONE),
        ("房东的猫歌词", Intent.NONE),
        ("明天天气", Intent.NONE),
        ("", Intent.NONE),
    ],
)
def test_the_whole_text_decides_and_not_a_word_alone(text: str, intent: Intent) -> None:
    read = read_intent(text, RULES)
    assert read.intent is intent
    assert 0 < read.confidence <= 1


def test_a_home_is_no_shop() -> None:
    assert read_intent("新房装修半包多少钱", RULES).intent is Intent.PERSONAL_CONSUMPTION
    assert read_intent("餐馆装修半包多少钱", RULES).intent is Intent.RENOVATION


@pytest.mark.parametrize(
    "text",
    ["面馆月利润多少", "供货商返几个点", "平台保证金怎么退", "两分钟出餐"],
)
def test_words_of_trade_are_not_taken_for_forbidden_ones(text: str) -> None:
    assert sure_intent(text, RULES) not in FORBIDDEN


@given(st.text(max_size=60))
def test_any_text_has_one_intent(text: str) -> None:
    read = read_intent(text, RULES)
    assert read.intent in Intent
    assert 0 <= read.confidence <= 1
    assert read_intent(text, RULES) == read


def test_what_is_not_sure_is_none() -> None:
    unsure = read_intent("两分钟出餐", RULES)
    assert unsure.confidence < RULES.min_confidence
    assert sure_intent("两分钟出餐", RULES) is Intent.NONE
    assert sure_intent("库迪加盟费多少", RULES) is Intent.FRANCHISE_FEE


def test_what_no_loan_may_pay_is_known() -> None:
    assert {Intent.PROPERTY, Intent.SECURITIES, Intent.GAMBLING, Intent.LENDING_ON} == FORBIDDEN
