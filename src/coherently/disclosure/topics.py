"""One topic of one group: exact numbers in, what may be told out."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from coherently.disclosure.bands import place_of, rounded, told_value
from coherently.disclosure.plan import Plan
from coherently.disclosure.published import Agreement, ItemResult, TopicResult
from coherently.estimate import Estimate
from coherently.instrument import Item
from coherently.measures.agreement import ad_m, rwg_j
from coherently.measures.descriptives import mean, sd
from coherently.measures.nonresponse import shift
from coherently.moments import Moments, States

SMALLEST_SPREAD = 0.1


class Numbers:
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


def topic_result(
    numbers: Numbers, topic_id: str, row: int, items: Sequence[ItemResult], plan: Plan
) -> TopicResult:
    own = numbers.instrument.items_of(topic_id)
    results = [next(result for result in items if result.id == item.id) for item in own]
    topic = numbers.topics[topic_id]
    n = int(topic.scores.n[row])
    if n < plan.k_mean or not all(result.place for result in results):
        return TopicResult(topic_id)
    value = topic_mean(own, results, topic.points)
    place = place_of(_told_mean(own, results, topic.points) if value is None else value, topic.points)
    if n < plan.k_spread:
        return TopicResult(topic_id, place, value)
    low, high = _interval(value, topic.mean[row], topic.points)
    return TopicResult(
        topic_id,
        place,
        value,
        low,
        high,
        sd=_spread(value, topic.sd[row]),
        agreement=_agreement(topic, row, n, plan.k_spread),
        mostly=2 * int(topic.favorable[row]) > n,
        silent=_silent(topic.silent[row], place, topic.points),
    )


def topic_mean(items: Sequence[Item], results: Sequence[ItemResult], points: int) -> float | None:
    """The mean of the printed item means, so that it tells no more than they do; none where one is banded."""
    if any(result.mean is None for result in results):
        return None
    return rounded(_told_mean(items, results, points))


def _told_mean(items: Sequence[Item], results: Sequence[ItemResult], points: int) -> float:
    """The same from what is told about each item, so that words, too, tell no more than the items do."""
    values = [told_value(result, points) for result in results]
    turned = [points + 1 - x if item.reversed else x for item, x in zip(items, values, strict=True)]
    return sum(turned) / len(turned)


def _interval(value: float | None, exact: Estimate, points: int) -> tuple[float | None, float | None]:
    """The printed mean plus and minus a half-width rounded up.

    At least a tenth: a width of nothing would tell that everybody answered.
    """
    if value is None or exact.value is None or exact.high is None:
        return None, None
    half = max(1, ceil(10 * (exact.high - exact.value) - 1e-9)) / 10
    return rounded(max(1.0, value - half)), rounded(min(float(points), value + half))


def _spread(value: float | None, exact: Estimate) -> float | None:
    """The printed SD, unless it would be 0.0 or 0.1.

    A 0.0 would tell that everybody answered alike. Left out alone, its absence would tell the same; 0.1 is
    where one lone other answer lies.
    """
    if value is None or exact.value is None:
        return None
    printed = rounded(exact.value)
    return printed if printed > SMALLEST_SPREAD else None


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
