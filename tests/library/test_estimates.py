"""Numbers are kept whole and rounded only when shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherently.estimate import CAUTION_TEXTS, caution, estimate, estimates, percents, shown


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (4.35, 1, "4.4"),
        (3.3499999999999996, 1, "3.4"),
        (4.25, 1, "4.3"),
        (2.5, 0, "3"),
        (-0.25, 1, "-0.3"),
        (-0.04, 1, "0.0"),
        (0.705, 2, "0.71"),
        (4, 1, "4.0"),
    ],
)
def test_a_number_is_rounded_as_by_hand(value, decimals, text) -> None:
    assert shown(value, decimals) == text


def test_percents_add_to_100_by_largest_remainder() -> None:
    assert percents([1, 1, 1]) == (34, 33, 33)
    assert percents([2, 3, 1]) == (33, 50, 17)
    assert percents([0, 7]) == (0, 100)


def test_percents_of_nobody_are_zero() -> None:
    assert percents([0, 0, 0]) == (0, 0, 0)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=11).filter(any))
def test_percents_lie_within_one_point_of_the_exact_share(counts) -> None:
    shares = percents(counts)
    assert sum(shares) == 100
    assert all(
        abs(share - 100 * count / sum(counts)) < 1 for share, count in zip(shares, counts, strict=True)
    )


def test_a_number_that_is_not_finite_never_leaves_the_library() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 2.0])
    assert [each.value for each in estimates(values, np.arange(4), "mean/t", low=values)] == [None] * 3 + [
        2.0
    ]
    assert estimate(np.inf, 3, "icc2/anova", low=np.nan).value is None


def test_a_caution_reaches_only_the_groups_concerned() -> None:
    flags = ((np.array([False, True]), "census", "se"), (np.array([True, True]), "zero_variance", "se"))
    first, second = estimates(np.ones(2), np.array([2, 2]), "mean/t", flags=flags)
    assert [each.code for each in first.cautions] == ["zero_variance"]
    assert [each.code for each in second.cautions] == ["census", "zero_variance"]


def test_a_caution_tells_its_numbers() -> None:
    told = caution("complete_cases", "rwg_j", complete=54)
    assert told.text == "This number rests on the 54 people who answered every item."
    assert told.values == (("complete", 54),)


@pytest.mark.parametrize("code", sorted(CAUTION_TEXTS))
def test_a_caution_is_a_short_sentence(code) -> None:
    text = CAUTION_TEXTS[code]
    assert text.endswith(".")
    assert len(text.split()) <= 20
