"""A declaration compared with what is known of the business."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.codes import Role, industries
from loans.declaration.case import moved
from loans.declaration.consistency import compare
from loans.declaration.evidence import (
    Consistency,
    Difference,
    RecentIntent,
    Shown,
    Stated,
)
from loans.policy import LoanPolicy
from loans.profile.intents import Intent
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy)
NOODLES = Shown(
    "样例市知夏面馆",
    "个体工商户",
    "餐饮服务；食品销售（仅销售预包装食品）。",
    months_in_business=30,
    monthly_turnover_fen=8_000_000,
    staff=5,
)
DECORATOR = Shown("样例市雅居装饰工程有限公司", "有限责任公司", "室内装饰装修工程设计、施工")
CONSISTENT, UNCLEAR = Consistency.CONSISTENT, Consistency.UNCLEAR
CONTRADICTING = Consistency.CONTRADICTING


def stated(
    industry: str = "62",
    purpose: str = "stock_of_goods",
    text: str = "",
    payees: tuple[str, ...] = (),
    amount_fen: int | None = None,
    role: Role = Role.OWNER,
) -> Stated:
    return Stated(role, industry, purpose, text, amount_fen, payees)


def found(declared: Stated, shown: Shown = NOODLES) -> tuple[Consistency, list[Difference]]:
    comparison = compare(declared, shown, RULES)
    return comparison.consistency, [one.difference for one in comparison.evidence]


@pytest.mark.parametrize(
    "declared",
    [
        stated(),
        stated(text="面粉和牛骨三个月用量", payees=("样例粮油有限公司",), amount_fen=6_000_000),
        stated(purpose="equipment", text="煮面炉和四门冰柜", payees=("样例厨具有限公司",)),
        stated(purpose="renovation", text="后厨排烟改造，大厅翻新", payees=("小马装修队",)),
        stated(purpose="rent", text="下半年铺租", payees=("王某（房东，有租赁合同）",)),
        stated(purpose="rent", text="一年租金", payees=("样例商业管理有限公司",)),
        stated(purpose="payroll", text="5名员工2个月工资", payees=("员工代发名单",)),
        stated(purpose="other", text="外卖平台推广充值", payees=("本人经营账户（自主支付）",)),
        stated(purpose="other", text="给两名厨师考证的培训费", payees=("样例职业培训学校",)),
        stated(role=Role.SHAREHOLDER),
        stated(role=Role.MANAGER),
    ],
)
def test_what_fits_the_business_is_consistent(declared: Stated) -> None:
    assert found(declared) == (CONSISTENT, [])


@pytest.mark.parametrize(
    ("declared", "difference"),
    [
        (stated(text="先炒股"), Difference.MONEY_TO_SECURITIES),
        (
            stated(text="周五进货", payees=("样例证券客户交易结算资金专户",)),
            Difference.MONEY_TO_SECURITIES,
        ),
        (stated(purpose="other", text="凑婚房的首付"), Difference.MONEY_TO_PROPERTY),
        (stated(text="押金", payees=("样例棋牌俱乐部",)), Difference.MONEY_TO_GAMBLING),
        (stated(purpose="other", text="借给老乡吃利息"), Difference.MONEY_LENT_ON),
        (
            stated(purpose="other", text="表弟急用，一个月给三分利", payees=("赵某（表弟）",)),
            Difference.MONEY_LENT_ON,
        ),
        (stated(purpose="equipment", text="给儿子买辆轿车上大学开"), Difference.MONEY_PRIVATE),
        (stated(purpose="other", text="信用卡和网贷到期"), Difference.MONEY_PRIVATE),
        (
            stated(purpose="equipment", text="牙椅两台", payees=("样例医疗器械有限公司",)),
            Difference.OTHER_BUSINESS,
        ),
        (
            stated(purpose="payroll", text="5名员工2个月工资", amount_fen=50_000_000),
            Difference.AMOUNT_IMPOSSIBLE,
        ),
    ],
)
def test_what_is_surely_no_use_of_this_business_contradicts(
    declared: Stated, difference: Difference
) -> None:
    consistency, differences = found(declared)
    assert consistency is CONTRADICTING
    assert differences[0] is difference


@pytest.mark.parametrize(
    ("declared", "difference"),
    [
        (stated("51"), Difference.INDUSTRY_DIFFERS),
        (stated(role=Role.PARTNER), Difference.ROLE_UNUSUAL),
        (stated("26", "franchise_fee"), Difference.INDUSTRY_DIFFERS),
        (stated(purpose="other", text="生意上要用"), Difference.PURPOSE_VAGUE),
        (stated(purpose="other", text="手头的事", payees=("待定",)), Difference.PURPOSE_VAGUE),
        (stated(purpose="other", text="合伙人退股"), Difference.EQUITY_BOUGHT),
        (stated(purpose="other", text="还供货商垫的款"), Difference.OLD_DEBT),
        (
            stated(purpose="renovation", text="一楼做门面，楼上自己住，一起装"),
            Difference.HOME_OR_SHOP,
        ),
        (
            stated(purpose="equipment", text="商务车，接客户也家用"),
            Difference.PRIVATE_AND_BUSINESS,
        ),
        (stated("81", text="茅台十箱"), Difference.GIFT_OR_RESALE),
        (stated(purpose="equipment", text="牙椅两台"), Difference.OTHER_BUSINESS),
        (
            stated(text="鸡蛋两百箱，口头说好", payees=("样例粮油店",)),
            Difference.PAYEE_A_PERSON,
        ),
        (stated(text="面粉", amount_fen=80_000_000), Difference.AMOUNT_LARGE),
    ],
)
def test_what_one_answer_settles_is_asked_about(declared: Stated, difference: Difference) -> None:
    shown = NOODLES
    if difference is Difference.GIFT_OR_RESALE:
        shown = Shown("样例市老彭汽车修理店", "个体工商户", "汽车维修")
    consistency, differences = found(declared, shown)
    assert consistency is UNCLEAR
    assert differences[0] is difference


def test_evidence_of_an_industry_that_no_rule_knows_names_nobody() -> None:
    stall = Shown("样例市林知夏百年灰豆子甜醅摊", "个体工商户", "")
    comparison = compare(stated("81"), stall, RULES)
    (evidence,) = comparison.evidence
    assert (evidence.difference, evidence.known) == (Difference.INDUSTRY_DIFFERS, "62")


def test_what_is_absent_never_counts_against() -> None:
    bare = Shown(NOODLES.business_name, NOODLES.business_type, NOODLES.scope)
    wages = stated(purpose="payroll", text="5名员工6个月工资", amount_fen=90_000_000)
    assert found(stated(text="面粉", amount_fen=80_000_000), bare) == (CONSISTENT, [])
    assert found(wages, bare) == (CONSISTENT, [])
    assert found(stated("")) == (CONSISTENT, [])
    assert found(stated("51"), Shown("", "", "")) == (CONSISTENT, [])


def test_a_young_business_is_asked_about_half_a_years_pay() -> None:
    wages = stated(purpose="payroll", text="5名员工6个月工资", amount_fen=15_000_000)
    young = replace(NOODLES, months_in_business=1)
    assert found(wages, young) == (UNCLEAR, [Difference.BUSINESS_YOUNG])
    assert found(wages) == (CONSISTENT, [])


def test_a_trade_pays_for_its_customers() -> None:
    declared = stated("50", "stock_of_goods", "业主新房的衣柜板材", ("样例木业有限公司",))
    assert found(declared, DECORATOR)[0] is CONSISTENT
    assert found(replace(declared, industry="62"))[0] is not CONSISTENT


def test_a_use_is_known_without_its_word() -> None:
    for text, difference in (
        ("把几张卡的最低还款先平了", Difference.MONEY_PRIVATE),
        ("那套小两居的尾款", Difference.MONEY_TO_PROPERTY),
    ):
        consistency, differences = found(stated(purpose="other", text=text))
        assert consistency is not CONSISTENT
        assert difference in differences


def test_a_word_of_a_household_is_no_sign_in_a_purpose_of_a_business() -> None:
    jeweller = Shown("样例市金满源珠宝店", "个体工商户", "珠宝首饰零售")
    declared = stated("52", text="水贝拿足金镯子铺柜台")
    assert found(declared, jeweller) == (CONSISTENT, [])


def test_a_strange_thing_for_less_than_a_month_of_turnover_is_asked_about() -> None:
    chairs = stated(purpose="equipment", text="牙椅两台", payees=("样例医疗器械有限公司",))
    assert found(replace(chairs, amount_fen=7_900_000))[0] is UNCLEAR
    assert found(replace(chairs, amount_fen=8_000_000))[0] is CONTRADICTING


def test_homes_for_staff_are_no_property() -> None:
    homes = stated(
        purpose="rent", text="给员工租宿舍，两套三室一年", payees=("王某（房东，有合同）",)
    )
    assert found(homes) == (CONSISTENT, [])


def test_a_side_line_of_the_scope_uses_its_own_things() -> None:
    coffee = stated("52", "equipment", "靠窗隔一块出来做咖啡，买咖啡机和磨豆机")
    books = Shown("样例市旧时光书店", "个体工商户", "图书零售")
    with_drinks = replace(books, scope="图书零售；餐饮服务")
    assert found(coffee, books)[1] == [Difference.OTHER_BUSINESS]
    assert found(coffee, with_drinks) == (CONSISTENT, [])


def test_who_makes_something_sells_it() -> None:
    orchard = Shown("样例市小禾茶叶专业合作社", "农民专业合作社", "茶叶种植、销售")
    assert found(stated("52", text="包装袋"), orchard) == (CONSISTENT, [])
    assert found(stated("62", text="包装袋"), orchard)[1] == [Difference.INDUSTRY_DIFFERS]


def test_wages_are_not_the_familys() -> None:
    wages = stated(purpose="payroll", text="店里工资", payees=("经营者配偶覃某",))
    assert found(wages) == (UNCLEAR, [Difference.PAYEE_A_PERSON])
    assert found(replace(wages, payees=("员工代发名单",))) == (CONSISTENT, [])


def test_pay_of_untold_months_is_asked_about_from_a_quarter_that_nobody_pays() -> None:
    bonus = stated(purpose="payroll", text="年终奖", payees=("员工代发名单",))
    assert found(replace(bonus, amount_fen=40_000_000)) == (CONSISTENT, [])
    assert found(replace(bonus, amount_fen=46_000_000)) == (UNCLEAR, [Difference.AMOUNT_LARGE])


def test_searches_of_the_own_trade_are_no_sign() -> None:
    intents = searched(Intent.PROPERTY, 3, 9, 20, 31)
    agent = Shown("样例市安家房产经纪有限公司", "有限责任公司", "房地产经纪", intents=intents)
    ports = stated("70", "other", "续房源网站的端口费", ("样例信息技术有限公司",))
    assert found(ports, agent) == (CONSISTENT, [])
    assert found(replace(ports, industry="62"), replace(NOODLES, intents=intents))[1]


def searched(intent: Intent, *days: int) -> tuple[RecentIntent, ...]:
    return tuple(RecentIntent(intent, day) for day in days)


def test_a_home_beside_a_shop_hides_no_other_use() -> None:
    both = stated(purpose="renovation", text="门面和住宅一起装")
    assert found(both) == (UNCLEAR, [Difference.HOME_OR_SHOP])
    broker = ("样例证券客户交易结算资金专户",)
    assert found(replace(both, payees=broker)) == (CONTRADICTING, [Difference.MONEY_TO_SECURITIES])


def test_one_payee_is_read_among_many() -> None:
    grocers = tuple(f"样例第{number}粮油店" for number in "一二三四五六七八九")
    broker = "样例证券客户交易结算资金专户"
    assert found(stated(text="周五进货", payees=grocers)) == (CONSISTENT, [])
    many = stated(text="周五进货", payees=(*grocers, broker))
    assert found(many) == (CONTRADICTING, [Difference.MONEY_TO_SECURITIES])


@pytest.mark.parametrize("payee", ["本人储蓄卡", "待定", "装修公司未定"])
def test_a_payee_that_is_nobody_says_nothing(payee: str) -> None:
    assert found(stated(text="面粉和牛骨三个月用量", payees=(payee,))) == (CONSISTENT, [])
    undecided = "样例证券客户交易结算资金专户（待定）"
    assert found(stated(text="周五进货", payees=(undecided,)))[0] is CONTRADICTING


@pytest.mark.parametrize("text", ["?", "。", "🙂🙂", "\u200b"])
def test_a_text_without_words_says_nothing(text: str) -> None:
    assert found(stated(text=text)) == (CONSISTENT, [])


def test_several_searches_of_a_use_raise_its_odds() -> None:
    rest = stated(purpose="other", text="付尾款")
    twice = replace(NOODLES, intents=searched(Intent.PROPERTY, 3, 9))
    once = replace(NOODLES, intents=searched(Intent.PROPERTY, 3))
    assert found(rest, once) == (CONSISTENT, [])
    assert found(rest, twice) == (UNCLEAR, [Difference.MONEY_TO_PROPERTY])


@given(st.floats(0.01, 0.99), st.floats(1.01, 100))
def test_odds_that_are_multiplied_move_a_probability(share: float, factor: float) -> None:
    assert share < moved(share, factor) < 1
    assert 0 < moved(share, 1 / factor) < share
    assert moved(moved(share, factor), 1 / factor) == pytest.approx(share)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_is_certain_stays_so(share: float) -> None:
    assert moved(share, 0.1) == pytest.approx(share, abs=1e-6)


def test_a_stray_search_contradicts_nothing() -> None:
    supplier = stated(text="面粉", payees=("样例粮油有限公司",))
    stray = replace(NOODLES, intents=searched(Intent.GAMBLING, 3, 20))
    many = replace(NOODLES, intents=searched(Intent.GAMBLING, 3, 9, 20, 31))
    old = replace(NOODLES, intents=searched(Intent.GAMBLING, 70, 75, 80, 85))
    assert found(supplier, stray) == (CONSISTENT, [])
    assert found(supplier, old) == (CONSISTENT, [])
    assert found(supplier, many) == (UNCLEAR, [Difference.SEARCHES_FORBIDDEN])


def test_all_to_the_owner_who_searches_for_the_forbidden_alone_contradicts() -> None:
    own = stated(text="货款", payees=("本人储蓄卡",))
    forbidden = searched(Intent.SECURITIES, 2, 5, 9)
    trading = searched(Intent.STOCK_PURCHASE, 4)
    alone = replace(NOODLES, intents=forbidden)
    assert found(own, alone)[0] is CONTRADICTING
    assert found(own, alone)[1][0] is Difference.MONEY_TO_OWNER
    besides = found(own, replace(NOODLES, intents=forbidden + trading))
    assert besides == (UNCLEAR, [Difference.SEARCHES_FORBIDDEN])


def test_services_of_one_letter_are_told_apart() -> None:
    garage = Shown("样例市老彭汽车修理店", "个体工商户", "汽车维修")
    assert found(stated("80"), garage) == (UNCLEAR, [Difference.INDUSTRY_DIFFERS])
    assert found(stated("81"), garage) == (CONSISTENT, [])


def test_the_worst_counts_and_all_are_told() -> None:
    comparison = compare(stated("51", text="打新股", role=Role.PARTNER), NOODLES, RULES)
    assert comparison.consistency is CONTRADICTING
    assert [one.difference for one in comparison.evidence] == [
        Difference.MONEY_TO_SECURITIES,
        Difference.INDUSTRY_DIFFERS,
        Difference.ROLE_UNUSUAL,
    ]
    assert comparison.evidence[0].known == Difference.MONEY_TO_SECURITIES


@given(
    st.builds(
        Stated,
        st.sampled_from(Role),
        st.sampled_from(sorted(industries().choices)),
        st.sampled_from(sorted(RULES.purposes)),
        st.text(max_size=50),
        st.none() | st.integers(1, 10**12),
        st.lists(st.text(max_size=20), max_size=3).map(tuple),
    ),
    st.builds(Shown, st.text(max_size=50), st.text(max_size=20), st.text(max_size=100)),
)
def test_any_declaration_can_be_compared(declared: Stated, shown: Shown) -> None:
    comparison = compare(declared, shown, RULES)
    assert (comparison.consistency is CONSISTENT) == (comparison.evidence == ())


def test_a_builder_secures_work_for_a_developer() -> None:
    developer = ("样例房地产开发有限公司",)
    secured = stated("50", "other", "楼盘样板间履约保证金", developer)
    assert found(secured, DECORATOR) == (CONSISTENT, [])
    assert found(replace(secured, purpose_text="凑首付"), DECORATOR)[0] is CONTRADICTING
    assert found(replace(secured, industry="62"))[0] is CONTRADICTING
