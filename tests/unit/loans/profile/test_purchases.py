"""Whether what is bought is of the trade that buys it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.profile.purchases import (
    business_text,
    features,
    fitted_purchases,
    made_of,
    purchase_of,
    usual_of,
)
from loans.profile.vectors import fitted_vectors
from tools.fit_classifiers import purchases_hash

NOODLES = business_text("样例市知夏面馆", "餐饮服务")
DENTIST = business_text("样例市康宁口腔门诊部", "口腔科医疗服务")
SOFTWARE = business_text("样例市捷思软件有限公司", "软件开发")


@pytest.mark.parametrize(
    ("business", "purpose", "payee"),
    [
        (NOODLES, "煮面炉和四门冰柜", "样例厨具有限公司"),
        (DENTIST, "牙椅两台", "样例口腔器械有限公司"),
        (SOFTWARE, "服务器和显示器", "样例电脑商行"),
        (SOFTWARE, "空调", "样例电器商行"),
    ],
)
def test_own_things_and_everybodys_are_no_others(business: str, purpose: str, payee: str) -> None:
    assert fitted_purchases().share_of_another(business, purpose, (payee,)) < 0.3


@pytest.mark.parametrize(
    ("business", "purpose", "payee"),
    [
        (NOODLES, "牙椅两台", "样例口腔器械有限公司"),
        (DENTIST, "联合收割机一台", "样例农机销售有限公司"),
        (SOFTWARE, "母猪三十头、猪饲料", "样例种猪场"),
    ],
)
def test_what_this_business_has_no_use_for_is_anothers(
    business: str, purpose: str, payee: str
) -> None:
    assert fitted_purchases().share_of_another(business, purpose, (payee,)) > 0.7


def test_who_is_paid_may_tell_it() -> None:
    told = fitted_purchases().share_of_another(NOODLES, "设备两台", ("样例农机销售有限公司",))
    assert told > fitted_purchases().share_of_another(NOODLES, "设备两台", ("样例厨具商行",))


def test_a_usual_purchase_is_measured_from_the_mean() -> None:
    vectors = fitted_vectors()
    purchase = purchase_of(vectors, NOODLES, "面粉", ("样例粮油店",))
    usual = usual_of([purchase, purchase])
    assert usual.bought.shape == (3, vectors.size)
    assert usual.business == pytest.approx(purchase.business, abs=1e-6)
    weighed = features(purchase, usual)
    assert weighed.shape == (3 + 3 * vectors.size,)
    assert weighed.dtype == np.float32


@given(st.text(max_size=50), st.text(max_size=50), st.lists(st.text(max_size=20), max_size=3))
def test_anything_can_be_compared(business: str, purpose: str, payees: list[str]) -> None:
    assert 0.0 <= fitted_purchases().share_of_another(business, purpose, payees) <= 1.0


def test_it_is_fitted_to_the_declarations_that_are_there() -> None:
    assert made_of() == purchases_hash(), "run `make classifiers`"
