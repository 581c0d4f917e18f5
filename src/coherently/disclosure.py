"""The one place that decides what may be published: a plan and states go in, a Release comes out.

A Release holds what a reader may see and nothing else: numbers already rounded, bands instead of counts of
people, and codes for words. Page, file, spreadsheet and findings are made from it alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from coherently.errors import PlanError
from coherently.estimate import Estimate, percents, shown
from coherently.instrument import Instrument, Item
from coherently.measures.agreement import ad_m, rwg_j
from coherently.measures.contrast import p_value, paired
from coherently.measures.descriptives import mean, sd
from coherently.measures.multiplicity import holm
from coherently.measures.nonresponse import shift
from coherently.moments import Moments, States

Ints = NDArray[np.int64]

GATE = "whole-group/1"
FLOOR_REPORT = 8
FLOOR_MEAN = 7
FLOOR_SPREAD = 10
SMALLEST_DIFFERENCE = 0.25
SIGNIFICANCE = 0.05
N_BANDS = ((50, "50+"), (30, "30-49"), (20, "20-29"), (15, "15-19"), (10, "10-14"), (8, "8-9"))

Outcome = Literal["profile", "care", "none"]
Reason = Literal["", "half", "few"]
Agreement = Literal["largely", "partly", "split", "wide"]


# What is planned


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A faculty that is reported on, and how many people were asked (None: unknown)."""

    group: str
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What was promised before anybody answered; it can raise a floor, never lower one.

    `asked` is the day the survey opened, as `2026-09-14`. With `pooled`, all groups together get a section.
    """

    groups: tuple[PlannedGroup, ...]
    pooled: bool = False
    asked: str | None = None
    k_mean: int = FLOOR_MEAN
    k_spread: int = FLOOR_SPREAD

    def __post_init__(self) -> None:
        if self.k_mean < FLOOR_MEAN or self.k_spread < max(FLOOR_SPREAD, self.k_mean):
            raise PlanError(
                f"The plan asks for {self.k_mean} answers for a mean and {self.k_spread} for a distribution. "
                f"Ask for at least {FLOOR_MEAN} and {FLOOR_SPREAD}, and not fewer for a distribution."
            )
        names = [planned.group for planned in self.groups]
        if len(set(names)) < len(names):
            raise PlanError("The plan names a group twice. Give each group a name of its own.")


# What is published


@dataclass(frozen=True, slots=True)
class ItemResult:
    """An item as asked. `place` is empty when there are too few answers.

    `mean` is absent when the answers lie at an end of the scale or nearly all agree: then only words remain.
    `over` names a category that more than 90 % chose; every other one is under 10 %.
    """

    id: str
    place: tuple[int, ...] = ()
    mean: float | None = None
    percents: tuple[int, ...] = ()
    over: int | None = None


@dataclass(frozen=True, slots=True)
class TopicResult:
    """A construct. `mean` is the mean of its printed item means; codes are decided from exact numbers.

    `place`: the label nearest the mean, or two labels when it lies between them. `mostly`: more than half of
    the scores lie above the middle. `silent`: the place if those who did not answer see things less well,
    where it differs. `below`: clearly below the middle topic of its scale.
    """

    id: str
    place: tuple[int, ...] = ()
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    agreement: Agreement | None = None
    mostly: bool | None = None
    silent: tuple[int, ...] = ()
    below: bool | None = None


@dataclass(frozen=True, slots=True)
class GroupResult:
    """All that is published about one group; `group` is None for everybody together.

    `rate` is a whole percent in steps of five, or "90+"; `n` is a band such as "10-14". `ties` are
    neighboring topics too close to tell apart.
    """

    group: str | None
    outcome: Outcome
    reason: Reason = ""
    rate: str | None = None
    n: str | None = None
    topics: tuple[TopicResult, ...] = ()
    items: tuple[ItemResult, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()

    def topic(self, topic_id: str) -> TopicResult:
        return next(topic for topic in self.topics if topic.id == topic_id)

    def item(self, item_id: str) -> ItemResult:
        return next(item for item in self.items if item.id == item_id)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One published figure. `decimals` is None for a word; `banded` means that no exact number was given."""

    group: str | None
    subject: str
    statistic: str
    decimals: int | None
    banded: bool


@dataclass(frozen=True, slots=True)
class Release:
    """Everything a reader may see of one survey, complete in itself."""

    instrument: str
    version: str
    fingerprint: str
    plan: Plan
    groups: tuple[GroupResult, ...]
    gate: str = GATE

    @property
    def shown(self) -> tuple[GroupResult, ...]:
        """The groups that have results."""
        return tuple(group for group in self.groups if group.outcome != "none")

    def ledger(self) -> tuple[LedgerLine, ...]:
        """One line for every figure in this release, read off the release itself so that none is missed."""
        return tuple(line for group in self.groups for line in _lines(group))

    def to_json(self) -> str:
        """The same text for the same release, wherever it is made."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Release:
        """The release that `to_json` wrote."""
        data = _frozen(json.loads(text))
        plan = dict(data["plan"], groups=tuple(PlannedGroup(**group) for group in data["plan"]["groups"]))
        groups = tuple(_group_from(group) for group in data["groups"])
        return Release(**dict(data, plan=Plan(**plan), groups=groups))


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    return {key: _frozen(part) for key, part in value.items()} if isinstance(value, dict) else value


def _group_from(data: Mapping[str, Any]) -> GroupResult:
    topics = tuple(TopicResult(**topic) for topic in data["topics"])
    items = tuple(ItemResult(**item) for item in data["items"])
    return GroupResult(**dict(data, topics=topics, items=items))


def _lines(result: GroupResult) -> Iterator[LedgerLine]:
    for statistic, value in (("outcome", result.outcome), ("rate", result.rate), ("n", result.n)):
        if value is not None:
            yield LedgerLine(result.group, "response", statistic, None, True)
    for item in result.items:
        yield from _figures(result.group, f"item:{item.id}", item, {"mean": 1, "percents": 0})
    for topic in result.topics:
        decimals = {"mean": 1, "low": 1, "high": 1, "sd": 1}
        yield from _figures(result.group, f"topic:{topic.id}", topic, decimals)
    for first, second in result.ties:
        yield LedgerLine(result.group, f"topic:{first}|{second}", "tie", None, True)


def _figures(
    group: str | None, subject: str, result: ItemResult | TopicResult, decimals: Mapping[str, int]
) -> Iterator[LedgerLine]:
    for statistic, value in asdict(result).items():
        if statistic != "id" and value not in (None, ()):
            places = decimals.get(statistic)
            yield LedgerLine(group, subject, statistic, places, places is None)


# The engine


def release(plan: Plan, states: States) -> Release:
    """What may be published about these answers?

    Parameters
    ----------
    plan : the groups reported on, their populations, and floors that may be raised.
    states : sums of all answers, by group.

    Returns
    -------
    Release, in which a group with too few answers looks like one with none.

    Notes
    -----
    Floors hold for valid answers, per item and per topic. Means near an end of the scale, and a category that
    nearly all chose, are told in words only. Everybody together is shown only where what the groups leave
    over could itself be shown: else a subtraction would tell about the group that was withheld.
    """
    grouped = _rows(states, [planned.group for planned in plan.groups])
    numbers = _Numbers(grouped, [planned.population for planned in plan.groups])
    results = tuple(_school(numbers, row, plan) for row in range(len(plan.groups)))
    if plan.pooled:
        results += _pooled(plan, states, results)
    instrument = states.instrument
    return Release(instrument.id, instrument.version, instrument.fingerprint, plan, results)


def _rows(states: States, groups: Sequence[str]) -> States:
    """One line per planned group, also for those in which nobody answered."""
    cells = np.zeros((len(groups), states.cells.shape[1]), dtype=np.int64)
    for row, group in enumerate(groups):
        if group in states.groups:
            cells[row] = states.cells[states.groups.index(group)]
    return States(states.instrument, tuple(groups), cells)


class _Numbers:
    """Exact numbers of all groups, before any gate; computed once for all groups together."""

    def __init__(self, states: States, populations: Sequence[int | None]) -> None:
        self.instrument = states.instrument
        self.populations = populations
        self.states = states
        self.people = states.people
        self.asked = {item.id: states.item(item.id).asked for item in self.instrument.items}
        self.topics = {
            topic.id: _TopicNumbers(states, topic.id, populations) for topic in self.instrument.constructs
        }


class _TopicNumbers:
    """Exact numbers of one topic, one entry per group."""

    def __init__(self, states: States, topic: str, populations: Sequence[int | None]) -> None:
        sums = states.construct(topic)
        self.points = sums.points
        self.scores: Moments = sums.scores
        self.complete = sums.n
        self.mean = mean(sums.scores, populations)
        self.sd = sd(sums.scores)
        self.ad = ad_m(sums.counts)
        self.rwg = rwg_j(sums.counts, "slight_skew")
        self.silent = shift(sums.scores, populations)
        values, counts = sums.score_values, sums.score_counts
        third = (self.points - 1) / 3
        self.low = counts[:, values <= 1 + third + 1e-9].sum(axis=1)
        self.high = counts[:, values >= self.points - third - 1e-9].sum(axis=1)
        self.favorable = counts[:, values > (self.points + 1) / 2].sum(axis=1)


def _school(numbers: _Numbers, row: int, plan: Plan) -> GroupResult:
    planned = plan.groups[row]
    outcome, reason = _outcome(int(numbers.people[row]), planned.population)
    if outcome == "none":
        return GroupResult(planned.group, outcome, reason)
    items = tuple(
        _item(item.id, numbers.asked[item.id][row], plan.k_mean, plan.k_spread)
        for item in numbers.instrument.items
    )
    topics = tuple(_topic(numbers, topic.id, row, items, plan) for topic in numbers.instrument.constructs)
    compared = _Comparison(numbers, row, topics, plan.k_spread)
    return GroupResult(
        planned.group,
        outcome,
        reason,
        _rate(int(numbers.people[row]), planned.population),
        _band(int(numbers.people[row])),
        compared.topics(),
        items,
        compared.ties(),
    )


# Who answered


def _outcome(n: int, population: int | None) -> tuple[Outcome, Reason]:
    """A profile from 65 %, with care from 50 %; below, or under eight people, none."""
    if population and 2 * n < population:
        return "none", "half"
    if n < FLOOR_REPORT:
        return "none", "few"
    return ("care" if population and 100 * n < 65 * population else "profile"), ""


def _rate(n: int, population: int | None) -> str | None:
    if not population:
        return None
    share = Fraction(100 * n, population)
    return "90+" if share > 90 else str(5 * floor(share / 5 + Fraction(1, 2)))


def _band(n: int) -> str:
    return next(band for least, band in N_BANDS if n >= least)


# Items


def _item(item_id: str, counts: Ints, k_mean: int, k_spread: int) -> ItemResult:
    """An item as asked; at an end of the scale, or when nearly all agree, words only."""
    n = int(counts.sum())
    if n < k_mean:
        return ItemResult(item_id)
    exact = _mean_of(counts)
    if _at_an_end(counts):
        return ItemResult(item_id, (1 if 2 * exact < len(counts) else len(counts),))
    place = place_of(exact, len(counts))
    if n < k_spread:
        return ItemResult(item_id, place, _rounded(exact))
    if (over := _nearly_all(counts)) is not None:
        return ItemResult(item_id, place, over=over)
    return ItemResult(item_id, place, _rounded(exact), percents(counts.tolist()))


def _mean_of(counts: Ints) -> float:
    values = np.arange(1, len(counts) + 1)
    return float(Fraction(int(values @ counts), int(counts.sum())))


def _at_an_end(counts: Ints) -> bool:
    """Does the mean lie within a tenth of the scale's length of one of its ends?"""
    points = len(counts)
    total, n = int(np.arange(1, points + 1) @ counts), int(counts.sum())
    margin = Fraction(points - 1, 10)
    return not 1 + margin <= Fraction(total, n) <= points - margin


def _nearly_all(counts: Ints) -> int | None:
    """The category, counted from 1, that is not printed exactly: over 90 % of under 20 people, or all."""
    n, most = int(counts.sum()), int(counts.max())
    if (n < 20 and 10 * most > 9 * n) or 100 in percents(counts.tolist()):
        return int(counts.argmax()) + 1
    return None


def place_of(value: float, points: int) -> tuple[int, ...]:
    """The label nearest a mean, counted from 1; two labels when it lies within .1 of their middle."""
    inside = min(max(value, 1.0), float(points))
    lower = floor(inside)
    if abs(inside - lower - 0.5) <= 0.1 + 1e-9:
        return (lower, lower + 1)
    return (floor(inside + 0.5),)


def _rounded(value: float) -> float:
    return float(shown(value, 1))


# Topics


def _topic(
    numbers: _Numbers, topic_id: str, row: int, items: Sequence[ItemResult], plan: Plan
) -> TopicResult:
    own = numbers.instrument.items_of(topic_id)
    results = [next(result for result in items if result.id == item.id) for item in own]
    topic = numbers.topics[topic_id]
    n = int(topic.scores.n[row])
    if n < plan.k_mean or not all(result.place for result in results):
        return TopicResult(topic_id)
    value = _topic_mean(own, results, topic.points)
    center = value if value is not None else _exact_topic_mean(numbers, own, row, topic.points)
    place = place_of(center, topic.points)
    if n < plan.k_spread:
        return TopicResult(topic_id, place, value)
    low, high = _interval(value, topic.mean[row], topic.points)
    return TopicResult(
        topic_id,
        place,
        value,
        low,
        high,
        sd=_rounded(topic.sd[row].value or 0.0) if value is not None else None,
        agreement=_agreement(topic, row, n, plan.k_spread),
        mostly=2 * int(topic.favorable[row]) > n,
        silent=_silent(topic.silent[row], place, topic.points),
    )


def _topic_mean(items: Sequence[Item], results: Sequence[ItemResult], points: int) -> float | None:
    """The mean of the printed item means, so that it tells no more than they do."""
    means = [result.mean for result in results]
    turned = [
        points + 1 - m if item.reversed else m for item, m in zip(items, means, strict=True) if m is not None
    ]
    return _rounded(sum(turned) / len(turned)) if len(turned) == len(results) else None


def _exact_topic_mean(numbers: _Numbers, items: Sequence[Item], row: int, points: int) -> float:
    means = [_mean_of(numbers.asked[item.id][row]) for item in items]
    return sum(points + 1 - m if item.reversed else m for item, m in zip(items, means, strict=True)) / len(
        items
    )


def _interval(value: float | None, exact: Estimate, points: int) -> tuple[float | None, float | None]:
    """The printed mean plus and minus a half-width rounded up.

    At least a tenth: a width of nothing would tell that everybody answered.
    """
    if value is None or exact.value is None or exact.high is None:
        return None, None
    half = max(1, ceil(10 * (exact.high - exact.value) - 1e-9)) / 10
    return _rounded(max(1.0, value - half)), _rounded(min(float(points), value + half))


def _agreement(topic: _TopicNumbers, row: int, n: int, k: int) -> Agreement | None:
    if 10 * int(topic.low[row]) >= 3 * n and 10 * int(topic.high[row]) >= 3 * n:
        return "split"
    deviation = topic.ad[row].value
    if int(topic.complete[row]) < k or deviation is None:
        return None
    if deviation > topic.points / 6:
        return "wide"
    strong = topic.rwg[row].value
    return "largely" if strong is None or strong >= 0.71 else "partly"


def _silent(scenario: Estimate, place: tuple[int, ...], points: int) -> tuple[int, ...]:
    """Where the topic would lie if the others see things less well; empty where the words stay the same."""
    if scenario.value is None:
        return ()
    other = place_of(scenario.value, points)
    return other if other < place else ()


# Topics beside each other


class _Comparison:
    """Which topics of one group differ by more than chance; only topics on the same scale are compared."""

    def __init__(self, numbers: _Numbers, row: int, topics: Sequence[TopicResult], k: int) -> None:
        self.numbers = numbers
        self.row = row
        self.all = tuple(topics)
        self.k = k
        self.by_scale: dict[str, list[TopicResult]] = {}
        for topic in topics:
            if topic.low is not None:
                self.by_scale.setdefault(numbers.instrument.construct(topic.id).scale, []).append(topic)
        for same in self.by_scale.values():
            same.sort(key=lambda topic: -(topic.mean or 0.0))

    def ties(self) -> tuple[tuple[str, str], ...]:
        """Neighbors in sorted order that are too close to tell apart."""
        found: list[tuple[str, str]] = []
        for same in self.by_scale.values():
            pairs = [(first.id, second.id) for first, second in pairwise(same)]
            clear = self._clearly_different(pairs)
            found += [pair for pair in pairs if clear.get(pair) is False]
        return tuple(found)

    def topics(self) -> tuple[TopicResult, ...]:
        """The topics, each lowest one marked when it lies clearly below the middle one."""
        below: set[str] = set()
        for same in self.by_scale.values():
            lowest = same[len(same) - len(same) // 3 :]
            pairs = [(topic.id, same[len(same) // 2].id) for topic in lowest]
            below |= {pair[0] for pair, clear in self._clearly_different(pairs).items() if clear}
        compared = {topic.id for same in self.by_scale.values() for topic in same}
        return tuple(
            replace(topic, below=topic.id in below) if topic.id in compared else topic for topic in self.all
        )

    def _clearly_different(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bool]:
        """By paired contrasts, Holm over the pairs, and a smallest difference worth telling."""
        tested: dict[tuple[str, str], tuple[float, float]] = {}
        for pair in pairs:
            contrast = self._contrast(*pair)
            p = p_value(contrast) if contrast.n >= self.k else None
            if p is not None and contrast.value is not None:
                tested[pair] = (p, abs(contrast.value))
        adjusted = holm([p for p, _ in tested.values()]) if tested else ()
        return {
            pair: p < SIGNIFICANCE and size >= SMALLEST_DIFFERENCE
            for (pair, (_, size)), p in zip(tested.items(), adjusted, strict=True)
        }

    def _contrast(self, first: str, second: str) -> Estimate:
        sizes = [len(self.numbers.instrument.items_of(topic)) for topic in (first, second)]
        sums = self.numbers.states.pair(first, second)[self.row : self.row + 1]
        return paired(sums, sizes[0], sizes[1], None, target="climate")[0]


# Everybody together


def _pooled(plan: Plan, states: States, results: Sequence[GroupResult]) -> tuple[GroupResult, ...]:
    """Averages and answers of everybody; nothing about spread or agreement, which live within a school."""
    shown_groups = [result.group for result in results if result.outcome != "none"]
    rest = int(states.people.sum()) - int(
        _rows(states, [g for g in shown_groups if g is not None]).people.sum()
    )
    members = states
    if 0 < rest < plan.k_spread:
        members = _rows(states, [group for group in shown_groups if group is not None])
    if sum(1 for people in members.people if people) < 2:
        return ()
    everybody = members.pooled()
    population = _pooled_population(plan, members)
    n = int(everybody.people[0])
    outcome, reason = _outcome(n, population)
    if outcome == "none":
        return (GroupResult(None, outcome, reason),)
    items = tuple(
        _pooled_item(item, everybody, members, results, plan.k_spread) for item in states.instrument.items
    )
    topics = tuple(
        _pooled_topic(topic.id, items, states.instrument) for topic in states.instrument.constructs
    )
    return (GroupResult(None, outcome, reason, _rate(n, population), _band(n), topics, items),)


def _pooled_population(plan: Plan, members: States) -> int | None:
    known = {planned.group: planned.population for planned in plan.groups}
    counts = [known.get(group) if group is not None else None for group in members.groups]
    return sum(count for count in counts if count) if all(counts) else None


def _pooled_item(
    item: Item, everybody: States, members: States, results: Sequence[GroupResult], k: int
) -> ItemResult:
    counts = everybody.item(item.id).asked[0]
    whole = _item(item.id, counts, k, k)
    told = {result.group: result.item(item.id) for result in results if result.items}
    by_group = dict(zip(members.groups, members.item(item.id).asked, strict=True))
    with_mean = [
        by_group[group] for group, result in told.items() if result.mean is not None and group in by_group
    ]
    with_parts = [by_group[group] for group, result in told.items() if result.percents and group in by_group]
    if not _may_be_left_over(counts - sum(with_mean), k):
        return ItemResult(item.id)
    if not _may_be_left_over(counts - sum(with_parts), k):
        return ItemResult(item.id, whole.place, whole.mean)
    return whole


def _may_be_left_over(counts: Ints, k: int) -> bool:
    """Could what a subtraction leaves over be published as a group of its own?"""
    n = int(counts.sum())
    return n == 0 or (n >= k and not _at_an_end(counts) and _nearly_all(counts) is None)


def _pooled_topic(topic_id: str, items: Sequence[ItemResult], instrument: Instrument) -> TopicResult:
    own = instrument.items_of(topic_id)
    results = [next(result for result in items if result.id == item.id) for item in own]
    points = instrument.scale_of(topic_id).m
    value = _topic_mean(own, results, points)
    return TopicResult(topic_id) if value is None else TopicResult(topic_id, place_of(value, points), value)
