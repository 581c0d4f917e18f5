"""What a reader may see: a Release, its text form, and one ledger line for every figure in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from coherently.disclosure.plan import Plan, PlannedGroup

GATE = "whole-group/2"

Outcome = Literal["profile", "care", "none"]
Reason = Literal["", "half", "few"]
Agreement = Literal["largely", "partly", "split", "wide"]


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
    """A construct. `mean` is the mean of its printed item means; the other codes come from exact numbers.

    `place`: the label nearest the mean, or two labels when it lies between them; like the mean, it follows
    from what is told about the items. `mostly`: more than half of
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
