"""The engine: a plan and the sums of all answers go in, a Release comes out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coherently.disclosure.bands import (
    at_an_end,
    item_result,
    n_band,
    nearly_all,
    outcome_of,
    place_of,
    rate_band,
)
from coherently.disclosure.comparison import Comparison
from coherently.disclosure.plan import Plan
from coherently.disclosure.published import GroupResult, ItemResult, Release, TopicResult
from coherently.disclosure.topics import Numbers, topic_mean, topic_result
from coherently.instrument import Instrument, Item
from coherently.moments import Ints, States


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
    numbers = Numbers(grouped, [planned.population for planned in plan.groups])
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


def _school(numbers: Numbers, row: int, plan: Plan) -> GroupResult:
    planned = plan.groups[row]
    outcome, reason = outcome_of(int(numbers.people[row]), planned.population)
    if outcome == "none":
        return GroupResult(planned.group, outcome, reason)
    items = tuple(
        item_result(item.id, numbers.asked[item.id][row], plan.k_mean, plan.k_spread)
        for item in numbers.instrument.items
    )
    topics = tuple(
        topic_result(numbers, topic.id, row, items, plan) for topic in numbers.instrument.constructs
    )
    compared = Comparison(numbers, row, topics, plan.k_spread)
    return GroupResult(
        planned.group,
        outcome,
        reason,
        rate_band(int(numbers.people[row]), planned.population),
        n_band(int(numbers.people[row])),
        compared.topics(),
        items,
        compared.ties(),
    )


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
    outcome, reason = outcome_of(n, population)
    if outcome == "none":
        return (GroupResult(None, outcome, reason),)
    items = tuple(
        _pooled_item(item, everybody, members, results, plan.k_spread) for item in states.instrument.items
    )
    topics = tuple(
        _pooled_topic(topic.id, items, states.instrument) for topic in states.instrument.constructs
    )
    return (GroupResult(None, outcome, reason, rate_band(n, population), n_band(n), topics, items),)


def _pooled_population(plan: Plan, members: States) -> int | None:
    """Everybody asked, in every planned group.

    A group without a section counts as well. Else the rate would look too high, and would tell whether few
    people of that group answered or none.
    """
    known = {planned.group: planned.population for planned in plan.groups}
    if not known.keys() >= set(members.groups):
        return None
    counts = [count for count in known.values() if count is not None]
    return sum(counts) if len(counts) == len(known) else None


def _pooled_item(
    item: Item, everybody: States, members: States, results: Sequence[GroupResult], k: int
) -> ItemResult:
    counts = everybody.item(item.id).asked[0]
    whole = item_result(item.id, counts, k, k)
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
    return n == 0 or (n >= k and not at_an_end(counts) and nearly_all(counts) is None)


def _pooled_topic(topic_id: str, items: Sequence[ItemResult], instrument: Instrument) -> TopicResult:
    own = instrument.items_of(topic_id)
    results = [next(result for result in items if result.id == item.id) for item in own]
    points = instrument.scale_of(topic_id).m
    value = topic_mean(own, results, points)
    return TopicResult(topic_id) if value is None else TopicResult(topic_id, place_of(value, points), value)
