"""Empty, tiny and constant groups give a number or `None` with a reason; never NaN, never a warning."""

from collections.abc import Iterator
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherently import measures as m
from coherently.errors import MeasureError
from coherently.estimate import Estimate
from coherently.moments import Moments, moments_of_rows

Rows = list[list[int]]


def counts_of(groups: list[Rows], points: int) -> np.ndarray:
    """[G, J, m] from complete rows of answers."""
    table = np.zeros((len(groups), len(next(row for rows in groups for row in rows)), points), dtype=np.int64)
    for g, rows in enumerate(groups):
        for row in rows:
            table[g, np.arange(len(row)), np.array(row) - 1] += 1
    return table


def moments(*groups: list[float]) -> Moments:
    means = [np.mean(group) if group else np.nan for group in groups]
    squares = [float(np.sum((np.array(group) - np.mean(group)) ** 2)) if group else 0.0 for group in groups]
    return Moments(np.array([len(group) for group in groups]), np.array(means), np.array(squares))


def codes(estimate: Estimate) -> list[str]:
    return [each.code for each in estimate.cautions]


def alpha_of(rows: Rows) -> Estimate:
    answers = np.array(rows, dtype=np.int64)
    return m.alpha(np.array([len(answers)]), answers.sum(axis=0)[None], (answers.T @ answers)[None])[0]


# Mean and spread


def test_nobody_has_no_mean() -> None:
    told = m.mean(moments([]), [5])[0]
    assert (told.value, told.low, told.se, codes(told)) == (None, None, None, ["no_scores"])


def test_one_person_has_a_mean_without_interval() -> None:
    told = m.mean(moments([4.0]), [1])[0]
    assert (told.value, told.low, told.se, codes(told)) == (4.0, None, None, ["n_too_small"])
    assert codes(m.sd(moments([4.0]))[0]) == ["n_too_small"]


def test_a_census_has_no_sampling_error() -> None:
    told = m.mean(moments([3.0, 5.0]), [2])[0]
    assert (told.low, told.high, told.se, codes(told)) == (4.0, 4.0, 0.0, ["census"])


def test_equal_scores_have_no_spread() -> None:
    told = m.mean(moments([3.0, 3.0, 3.0]), [9])[0]
    assert (told.low, told.se, codes(told)) == (3.0, 0.0, ["zero_variance"])
    assert m.sd(moments([3.0, 3.0]))[0].value == 0


def test_thirds_that_are_equal_have_exactly_no_spread() -> None:
    _, found = moments_of_rows([10 / 3] * 7, ["a"] * 7)
    assert found.ss.tolist() == [0.0]


def test_an_unknown_population_is_said() -> None:
    told = m.mean(moments([3.0, 4.0], [3.0, 5.0]), [None, 6])
    assert [(each.method, codes(each)) for each in told] == [
        ("mean/t", ["population_unknown"]),
        ("mean/t-fpc", []),
    ]


def test_the_climate_interval_is_as_wide_as_without_a_population() -> None:
    scores = moments([3.0, 4.0, 4.5])
    climate = m.mean(scores, [4], target="climate")[0]
    assert (climate.low, climate.high, codes(climate)) == (m.mean(scores)[0].low, m.mean(scores)[0].high, [])
    assert climate.target == "climate"


def test_fewer_invited_than_answers_is_refused() -> None:
    with pytest.raises(MeasureError, match="2 people answered but only 1 were invited"):
        m.mean(moments([3.0, 4.0]), [1])


def test_a_population_for_each_group_is_demanded() -> None:
    with pytest.raises(MeasureError, match="found 1 for 2 groups"):
        m.mean(moments([3.0], [4.0]), [5])


def test_26_of_40_with_unit_spread_by_arithmetic() -> None:
    school = Moments(np.array([26]), np.array([4.0]), np.array([25.0]))
    assert m.mean(school, [40])[0].se == pytest.approx(0.116024, abs=5e-7)


@pytest.mark.parametrize(("counts", "middle"), [([1, 0, 0, 1], 2.5), ([0, 3, 1, 0], 2), ([0, 0, 0, 1], 4)])
def test_the_median_stands_in_the_middle(counts, middle) -> None:
    assert m.median(np.array([counts]))[0].value == middle


def test_people_who_were_not_shown_an_item_are_not_missing() -> None:
    assert m.missing(np.array([[0, 0]]), np.array([[0, 0, 5, 0]]))[0].value is None
    assert m.missing(np.array([[3, 0]]), np.array([[0, 1, 5, 0]]))[0].value == 0.25


# Percent favorable


def test_18_of_26_among_40_by_arithmetic() -> None:
    told = m.favorable(np.array([[0, 0, 8, 18, 0, 0]]), [40])[0]
    assert (told.low, told.high, told.method) == (0.575, 0.775, "favorable/hypergeometric")


def test_the_middle_of_an_odd_scale_is_not_favorable() -> None:
    assert m.favorable(np.array([[0, 0, 3, 1, 0]]))[0].value == 0.25
    assert m.favorable(np.array([[0, 0, 3, 1, 0, 0]]))[0].value == 0.25


def test_a_census_knows_the_share() -> None:
    told = m.favorable(np.array([[1, 0, 0, 3]]), [4])[0]
    assert (told.low, told.high, codes(told)) == (0.75, 0.75, ["census"])


def test_without_answers_there_is_no_share() -> None:
    told = m.favorable(np.array([[0, 0], [0, 0]]), [4, None])
    assert [(each.value, each.low, codes(each)) for each in told] == [(None, None, ["no_scores"])] * 2


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 3 * n))))
def test_exact_limits_are_the_outermost_numbers_of_people_that_fit(case) -> None:
    from scipy.stats import hypergeom

    x, n, size = case
    told = m.favorable(np.array([[n - x, x]]), [size])[0]
    people = np.arange(x, size - (n - x) + 1)
    low = people[hypergeom.sf(x - 1, size, people, n) > 0.025].min()
    high = people[hypergeom.cdf(x, size, people, n) > 0.025].max()
    assert (told.low, told.high) == (low / size, high / size)


# Alpha


def test_alpha_needs_two_items() -> None:
    assert (alpha_of([[1], [2]]).value, codes(alpha_of([[1], [2]]))) == (None, ["few_items"])


@pytest.mark.parametrize("rows", [[[1, 2]], [[2, 3], [2, 3]], [[1, 3], [2, 2], [3, 1]]])
def test_alpha_needs_scores_that_differ(rows) -> None:
    assert (alpha_of(rows).value, codes(alpha_of(rows))) == (None, ["zero_variance"])


def test_a_negative_alpha_is_told_with_a_caution() -> None:
    told = alpha_of([[1, 4], [2, 4], [4, 1], [4, 2], [4, 4]])
    assert told.value is not None
    assert told.value < 0
    assert codes(told) == ["negative_alpha"]


def test_items_that_always_agree_have_alpha_one() -> None:
    told = alpha_of([[1, 1], [2, 2], [4, 4]])
    assert (told.low, told.value, told.high) == (1, 1, 1)


# Agreement


def test_five_items_with_unit_variance_on_six_points_by_arithmetic() -> None:
    rows = [[1] * 5, [2] * 5, [3] * 5]  # variance 1 in each item
    assert m.rwg_j(counts_of([rows], 6))[0].value == pytest.approx(0.905512, abs=5e-7)


def test_one_item_gives_r_wg() -> None:
    assert m.rwg_j(counts_of([[[1], [2], [3]]], 6))[0].value == pytest.approx(1 - 12 / 35)


def test_people_who_all_agree_have_full_agreement() -> None:
    same = counts_of([[[3, 6]] * 5], 6)
    told = [index(same)[0].value for index in (m.rwg_j, m.rwg_j_star, m.ad_m, m.ad_md)]
    assert told == [1, 1, 0, 0]


def test_agreement_at_the_end_of_the_scale_is_full() -> None:
    assert m.a_wg(counts_of([[[6], [6]]], 6))[0].value == 1


def test_a_wg_is_not_defined_next_to_the_end_of_the_scale() -> None:
    told = m.a_wg(counts_of([[[2], [2]]], 6))[0]
    assert (told.value, codes(told)) == (None, ["out_of_range_mean"])


def test_a_wg_is_defined_up_to_its_limit() -> None:
    assert m.a_wg(counts_of([[[1], [6]]], 6))[0].value == pytest.approx(-1)


def test_a_wg_rests_on_the_items_where_it_is_defined() -> None:
    both, one = counts_of([[[2, 3], [2, 4]]], 6), counts_of([[[3], [4]]], 6)
    assert m.a_wg(both)[0].value == m.a_wg(one)[0].value


@pytest.mark.parametrize("index", [m.rwg_j, m.rwg_j_star, m.a_wg, m.ad_m, m.ad_md])
def test_one_person_alone_has_no_agreement(index) -> None:
    told = index(counts_of([[[2, 3]], [[1, 2], [3, 3]]], 6))
    assert (told[0].value, codes(told[0])) == (None, ["n_too_small"])


def test_more_disagreement_than_at_random_gives_zero_or_less() -> None:
    ends = counts_of([[[1], [6], [1], [6]]], 6)
    assert m.rwg_j(ends)[0].value == 0
    assert m.rwg_j_star(ends)[0].value == pytest.approx(1 - (25 / 3) / (35 / 12))


@pytest.mark.parametrize(("points", "variance"), [(5, 1.34), (6, 1.85), (7, 2.90)])
def test_the_slightly_skewed_null_is_the_published_one(points, variance) -> None:
    rows = [[1], [2], [3]]
    assert m.rwg_j(counts_of([rows], points), "slight_skew")[0].value == pytest.approx(1 - 1 / variance)


def test_no_skewed_null_is_known_for_four_points() -> None:
    told = m.rwg_j(counts_of([[[1], [2]]], 4), "slight_skew")[0]
    assert (told.value, codes(told)) == (None, ["no_skewed_null"])


def test_an_unknown_null_is_refused() -> None:
    with pytest.raises(MeasureError, match="'skewed'"):
        m.rwg_j(counts_of([[[1], [2]]], 5), "skewed")  # type: ignore[arg-type]


# Between groups


def between(scores: Moments) -> Iterator[Estimate]:
    fit = m.reml(scores)
    yield from (m.icc1_anova(scores), m.icc1_anova(scores, "k0"), m.icc2_anova(scores))
    yield from (m.icc1_reml(fit), m.icc2_reml(fit), m.icc2_reml(fit, "sb"))


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ([[], []], "no_scores"),
        ([[1.0, 2.0], []], "one_group"),
        ([[1.0], [2.0], [4.0]], "zero_variance"),
        ([[1.0, 1.0], [2.0, 2.0]], "zero_variance"),
    ],
)
def test_without_two_groups_that_vary_inside_there_is_no_icc(groups, code) -> None:
    assert [(each.value, codes(each)) for each in between(moments(*groups))] == [(None, [code])] * 6


def test_groups_that_differ_less_than_chance_have_a_negative_anova_icc() -> None:
    scores = moments([1.0, 3.0], [1.0, 3.1])
    told = m.icc1_anova(scores)
    assert told.value is not None
    assert told.value < 0
    assert codes(told) == ["few_groups", "negative_variance"]
    fit = m.reml(scores)
    assert (fit.tau2, m.icc1_reml(fit).value, m.icc2_reml(fit).value) == (0, 0, 0)
    assert codes(m.icc1_reml(fit)) == ["boundary", "few_groups"]


def test_equal_group_means_leave_icc2_undefined() -> None:
    told = m.icc2_anova(moments([1.0, 3.0], [1.0, 3.0]))
    assert (told.value, codes(told)) == (None, ["zero_variance"])


def test_unequal_sizes_make_the_f_interval_approximate() -> None:
    assert "approximate" in codes(m.icc1_anova(moments([1.0, 2.0], [2.0, 4.0, 5.0])))
    assert "approximate" not in codes(m.icc1_anova(moments([1.0, 2.0], [2.0, 4.0])))


def test_without_group_differences_everyone_is_pulled_to_the_middle() -> None:
    told = m.eb(m.reml(moments([1.0, 3.0], [1.0, 3.2], [])))
    middle = pytest.approx(np.mean([1.0, 3.0, 1.0, 3.2]))
    assert [each.value for each in told] == [middle, middle, None]
    assert [codes(each) for each in told] == [["boundary", "few_groups"]] * 2 + [["no_scores"]]


def test_the_higher_of_two_peaks_of_the_likelihood_is_found() -> None:
    n, means, within = np.array([5, 1, 3]), np.array([-0.006, 3.359, 0.044]), 11.929
    fit = m.reml(Moments(n, means, np.array([within, 0.0, 0.0])))
    ratio = np.linspace(0, 3, 300_001)[:, None]
    weights = n / (1 + n * ratio)
    center = (weights * means).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    rss = within + (weights * (means - center) ** 2).sum(axis=1)
    height = -8 * np.log(rss / 8) - np.log(1 + n * ratio).sum(axis=1) - np.log(weights.sum(axis=1))
    assert height[0] > height[1]  # one peak lies at zero
    assert fit.tau2 / fit.sigma2 == pytest.approx(ratio[height.argmax(), 0], abs=1e-5)


def test_an_empty_group_changes_no_number_between_groups() -> None:
    with_empty = between(moments([1.0, 2.0], [], [2.0, 5.0, 4.0]))
    assert list(with_empty) == list(between(moments([1.0, 2.0], [2.0, 5.0, 4.0])))


@pytest.mark.parametrize(
    "wrong", [lambda s: m.icc1_anova(s, "median"), lambda s: m.icc2_reml(m.reml(s), "k0")]
)
def test_an_unknown_size_is_refused(wrong) -> None:
    with pytest.raises(MeasureError, match="Choose mean or"):
        wrong(moments([1.0, 2.0], [2.0, 4.0]))


# Nonresponse, contrasts, several comparisons


def test_bounds_and_scenario_need_the_population() -> None:
    scores = moments([3.0, 4.0])
    for told in (m.bounds(scores, None, 6)[0], m.shift(scores, [None])[0]):
        assert (told.value, told.low, codes(told)) == (None, None, ["population_unknown"])


def test_with_everyone_in_the_bounds_close_on_the_mean() -> None:
    told = m.bounds(moments([3.0, 5.0]), [2], 6)[0]
    assert (told.low, told.high, told.level, codes(told)) == (4, 4, 1, ["census"])


def test_nobody_gives_no_bounds() -> None:
    assert codes(m.bounds(moments([]), [0], 6)[0]) == ["no_scores"]
    assert codes(m.shift(moments([]), [4])[0]) == ["no_scores"]


def test_one_answer_gives_no_scenario() -> None:
    told = m.shift(moments([3.0]), [4])[0]
    assert (told.value, codes(told)) == (None, ["n_too_small"])


def pair(a: list[int], b: list[int]) -> np.ndarray:
    first, second = np.array(a, dtype=np.int64), np.array(b, dtype=np.int64)
    sums = [len(a), first.sum(), second.sum(), first @ first, second @ second, first @ second]
    return np.array([sums], dtype=np.int64)


def test_a_difference_all_share_is_certain() -> None:
    told = m.paired(pair([6, 8, 4], [3, 4, 2]), 2, 1)[0]
    assert (told.value, told.se, codes(told)) == (0, 0, ["zero_variance", "population_unknown"])
    assert m.p_value(told) == 1
    assert m.p_value(m.paired(pair([7, 9, 5], [3, 4, 2]), 2, 1)[0]) == 0


def test_one_person_gives_no_p_value() -> None:
    assert m.p_value(m.paired(pair([6], [3]), 2, 1)[0]) is None
    assert codes(m.paired(pair([], []), 2, 1)[0]) == ["no_scores"]


def test_a_p_value_belongs_to_a_contrast() -> None:
    with pytest.raises(MeasureError, match="contrast/paired"):
        m.p_value(m.mean(moments([1.0, 2.0]))[0])


def test_holm_keeps_the_order_given() -> None:
    published = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    assert m.holm(published)[2] == pytest.approx(0.312)
    assert m.holm(published[::-1]) == m.holm(published)[::-1]
    assert m.holm([]) == ()


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(p) -> None:
    with pytest.raises(MeasureError, match="between 0 and 1"):
        m.holm([0.5, p])


# Anything


def everything(groups: list[Rows]) -> Iterator[Estimate]:
    """All measures of two topics: items 1 and 2, and item 3, on four points."""
    counts = counts_of([*groups, [[1, 1, 1]]], 4)[:-1]
    scores = moments(*([float(np.mean(row[:2])) for row in rows] for rows in groups))
    invited = [len(rows) + 1 for rows in groups]
    fit = m.reml(scores)
    for population in (None, invited):
        yield from (
            *m.mean(scores, population),
            *m.bounds(scores, population, 4),
            *m.shift(scores, population),
        )
        yield from m.favorable(counts[:, 0], population)
        for rows in groups:
            yield from m.paired(pair([sum(row[:2]) for row in rows], [row[2] for row in rows]), 2, 1)
    yield from (*m.sd(scores), *m.median(counts[:, 0]), *m.missing(counts[:, 0], counts[:, 1]))
    yield from m.favorable_answers(counts)
    yield from (alpha_of(rows) for rows in groups if rows)
    for index in (m.rwg_j, m.rwg_j_star, m.a_wg, m.ad_m, m.ad_md):
        yield from index(counts[:, :2])
    yield from (*between(scores), *m.eb(fit), *m.eb(fit, given_mu=True))


answer = st.sampled_from([1, 1, 2, 4])
some_rows = st.lists(st.lists(answer, min_size=3, max_size=3), max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(some_rows, min_size=1, max_size=4))
def test_every_number_is_finite_or_missing_with_a_reason(groups) -> None:
    for told in everything(groups):
        numbers = [x for x in (told.value, told.low, told.high, told.se) if x is not None]
        assert all(isfinite(x) for x in numbers)
        assert told.value is not None or told.cautions
        assert told.low is None or told.high is None or told.low <= told.high


@settings(max_examples=40, deadline=None)
@given(st.lists(some_rows, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_groups_does_not_matter(groups, random) -> None:
    order = random.sample(range(len(groups)), len(groups))
    scores = moments(*([float(row[0]) for row in rows] for rows in groups))
    turned = Moments(scores.n[order], scores.mean[order], scores.ss[order])
    assert [m.mean(scores)[place] for place in order] == list(m.mean(turned))
    for ours, theirs in zip(between(scores), between(turned), strict=True):
        assert ours.cautions == theirs.cautions
        assert (ours.value is None, theirs.value or 0) == (
            theirs.value is None,
            pytest.approx(ours.value or 0),
        )
