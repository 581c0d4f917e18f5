"""Every measure gives what R gives on the answers in tests/reference."""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import pytest
from tests.reference import read

from coherently import measures as m
from coherently.estimate import Estimate
from coherently.moments import Ints, Moments, States, states

R = read.values()
TOPICS = {"trust": 5, "practice": 4}
POINTS = {"trust": 6, "practice": 5}
INTERVAL = ("value", "low", "high")


@cache
def schools() -> States:
    return states(read.answers(), read.instrument(), "school").grouped


@cache
def invited() -> list[int | None]:
    counted = dict(read.answers().select("school", "invited").rows())
    return [counted[school] for school in schools().groups]


def scores(topic: str) -> Moments:
    return schools().construct(topic).scores


def counts(topic: str) -> Ints:
    return schools().construct(topic).counts


def fields(estimate: Estimate, names: Iterable[str]) -> dict[str, float]:
    return {name: getattr(estimate, name) for name in names}


def by_school(estimates: Iterable[Estimate], names: tuple[str, ...] = ()) -> dict[str, Any]:
    told = zip(schools().groups, estimates, strict=True)
    return {school: fields(each, names) if names else each.value for school, each in told}


def by_topic(values: Callable[[str], Any]) -> dict[str, Any]:
    return {topic: values(topic) for topic in TOPICS}


def first_item(topic: str) -> str:
    return f"{topic}1"


def favorable(topic: str, population: list[int | None] | None) -> dict[str, Any]:
    per_item = {
        item.id: by_school(m.favorable(schools().item(item.id).recoded, population), INTERVAL)
        for item in read.instrument().items_of(topic)
    }
    return {school: {item: told[school] for item, told in per_item.items()} for school in schools().groups}


def pooled_alpha(topic: str) -> dict[str, float]:
    pooled = schools().pooled().construct(topic)
    return fields(m.alpha(pooled.n, pooled.sums, pooled.cross)[0], INTERVAL)


def icc1(topic: str) -> dict[str, Any]:
    at_mean = m.icc1_anova(scores(topic), "mean")
    at_k0 = m.icc1_anova(scores(topic), "k0")
    return {"package": at_mean.value, "mean": fields(at_mean, INTERVAL), "k0": fields(at_k0, INTERVAL)}


def icc2(topic: str) -> dict[str, Any]:
    estimate = m.icc2_anova(scores(topic))
    return {"package": estimate.value, "limits": fields(estimate, INTERVAL)}


def eb(topic: str) -> dict[str, Any]:
    fit = m.reml(scores(topic))
    given_mu = {school: each.se for school, each in zip(schools().groups, m.eb(fit, True), strict=True)}
    full = {school: each.se for school, each in zip(schools().groups, m.eb(fit), strict=True)}
    return {"value": by_school(m.eb(fit)), "se_given_mu": given_mu, "se": full}


def reml(topic: str) -> dict[str, float]:
    fit = m.reml(scores(topic))
    return {name: getattr(fit, name) for name in ("tau2", "sigma2", "mu", "log_likelihood")}


def icc2_reml(topic: str) -> dict[str, float | None]:
    fit = m.reml(scores(topic))
    return {"mean": m.icc2_reml(fit, "mean").value, "sb": m.icc2_reml(fit, "sb").value}


def paired(population: list[int | None] | None) -> tuple[Estimate, ...]:
    return m.paired(schools().pair("trust", "practice"), 5, 4, population)


def paired_t() -> dict[str, Any]:
    told = by_school(paired(None), (*INTERVAL, "se"))
    p = {school: m.p_value(each) for school, each in zip(schools().groups, paired(None), strict=True)}
    return {school: {**numbers, "p": p[school]} for school, numbers in told.items()}


NULLS = ("uniform", "slight_skew", "moderate_skew", "heavy_skew")
OURS: dict[str, Callable[[], Any]] = {
    "mean": lambda: {
        "t": by_topic(lambda t: by_school(m.mean(scores(t)), (*INTERVAL, "se"))),
        "fpc": by_topic(lambda t: by_school(m.mean(scores(t), invited()), (*INTERVAL, "se"))),
    },
    "sd": lambda: by_topic(lambda t: by_school(m.sd(scores(t)))),
    "median": lambda: by_topic(lambda t: by_school(m.median(schools().item(first_item(t)).asked))),
    "missing": lambda: by_topic(
        lambda t: by_school(
            m.missing(schools().item(first_item(t)).asked, schools().item(first_item(t)).missing)
        )
    ),
    "favorable": lambda: {
        "hypergeometric": by_topic(lambda t: favorable(t, invited())),
        "wilson": by_topic(lambda t: favorable(t, None)),
    },
    "favorable_answers": lambda: by_topic(lambda t: by_school(m.favorable_answers(schools().answers(t)))),
    "alpha": lambda: by_topic(pooled_alpha),
    "rwg_j": lambda: {null: by_topic(lambda t, n=null: by_school(m.rwg_j(counts(t), n))) for null in NULLS},
    "rwg_j_star": lambda: by_topic(lambda t: by_school(m.rwg_j_star(counts(t)))),
    "a_wg": lambda: by_topic(lambda t: by_school(m.a_wg(counts(t)))),
    "ad_m": lambda: by_topic(lambda t: by_school(m.ad_m(counts(t)))),
    "ad_md": lambda: by_topic(lambda t: by_school(m.ad_md(counts(t)))),
    "icc1_anova": lambda: by_topic(icc1),
    "icc2_anova": lambda: by_topic(icc2),
    "reml": lambda: by_topic(reml),
    "icc1_reml": lambda: by_topic(lambda t: fields(m.icc1_reml(m.reml(scores(t))), INTERVAL)),
    "icc2_reml": lambda: by_topic(icc2_reml),
    "eb": lambda: by_topic(eb),
    "bounds": lambda: by_topic(
        lambda t: by_school(m.bounds(scores(t), invited(), POINTS[t]), ("low", "high"))
    ),
    "shift": lambda: by_topic(lambda t: by_school(m.shift(scores(t), invited()))),
    "paired": lambda: {"t": paired_t(), "fpc": by_school(paired(invited()), (*INTERVAL, "se"))},
    "p_value": lambda: {school: numbers["p"] for school, numbers in paired_t().items()},
    "holm": lambda: {"p": R["holm"]["p"], "adjusted": list(m.holm(R["holm"]["p"]))},
}


def leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(tree, list):
        tree = {str(index): part for index, part in enumerate(tree)}
    if not isinstance(tree, dict):
        yield path, tree
        return
    for name, part in tree.items():
        yield from leaves(part, (*path, name))


@pytest.mark.parametrize("measure", sorted(OURS))
def test_a_measure_equals_the_number_r_gives(measure: str) -> None:
    ours, theirs = dict(leaves(OURS[measure]())), dict(leaves(R[measure]))
    assert ours.keys() == theirs.keys()
    wrong = {
        place: (ours[place], r)
        for place, r in theirs.items()
        if not math.isclose(ours[place], r, rel_tol=1e-6, abs_tol=1e-6)
    }
    assert wrong == {}


def test_every_exported_measure_has_a_value_from_outside() -> None:
    assert sorted(m.__all__) == sorted(R) == sorted(OURS)
