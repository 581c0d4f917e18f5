"""What a Release says, as codes and numbers in the order of reading; the words come later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from coherently.disclosure import GroupResult, Release, TopicResult, outer_third
from coherently.instrument import Instrument

Section = Literal["answered", "strength", "look", "topic", "agreement", "tie"]
Value = int | float | str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell.

    `code` is the key of its sentence, `topics` the construct ids it is about, `labels` scale labels counted
    from 1, `values` the numbers in the sentence.
    """

    section: Section
    code: str
    group: str | None
    topics: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    values: tuple[tuple[str, Value], ...] = ()

    @property
    def key(self) -> str:
        """Names this finding within its release, so that a plan can point at it."""
        return "/".join([self.code, *self.topics])


def findings(release: Release, instrument: Instrument) -> tuple[Finding, ...]:
    """What does this release say?

    Parameters
    ----------
    release : the published figures.
    instrument : the one the release belongs to, in any language.

    Returns
    -------
    Findings group by group: who answered, strengths, places to look, every topic, agreement, ties.
    """
    return tuple(finding for result in release.groups for finding in _of_group(result, instrument))


def main_scale(instrument: Instrument) -> str:
    """The scale most topics share; strengths and places to look are chosen among its topics."""
    used = [construct.scale for construct in instrument.constructs]
    return max(dict.fromkeys(used), key=used.count)


def _of_group(result: GroupResult, instrument: Instrument) -> Iterator[Finding]:
    yield from _answered(result)
    if result.outcome == "none":
        return
    yield from _strengths_and_places_to_look(result, instrument)
    for topic in result.topics:
        yield _place(topic, result.group)
    for topic in result.topics:
        if topic.agreement:
            yield Finding("agreement", f"agreement_{topic.agreement}", result.group, (topic.id,))
    for first, second in result.ties:
        yield Finding("tie", "tie", result.group, (first, second))


def _strengths_and_places_to_look(result: GroupResult, instrument: Instrument) -> Iterator[Finding]:
    order = _from_high_to_low(result, instrument)
    for topic in outer_third(order):
        if topic.mostly:
            yield Finding("strength", "strength", result.group, (topic.id,))
    for topic in outer_third(order[::-1]):
        if topic.below:
            yield Finding("look", "look", result.group, (topic.id,))
            if instrument.construct(topic.id).reach:
                yield Finding("look", "reach", result.group, (topic.id,))


def _answered(result: GroupResult) -> Iterator[Finding]:
    if result.outcome == "none":
        yield Finding("answered", f"no_report_{result.reason}", result.group)
        return
    if result.rate is None:
        yield Finding("answered", "rate_unknown", result.group)
    elif result.rate == "90+":
        yield Finding("answered", "rate_over", result.group, values=(("rate", 90),))
    else:
        yield Finding("answered", "rate", result.group, values=(("rate", int(result.rate)),))
    if result.outcome == "care":
        yield Finding("answered", "care", result.group)
    for topic in result.topics:
        if topic.silent:
            yield Finding("answered", "silent", result.group, (topic.id,), (topic.silent[0],))


def _from_high_to_low(result: GroupResult, instrument: Instrument) -> Sequence[TopicResult]:
    scale = main_scale(instrument)
    compared = [topic for topic in result.topics if topic.low is not None]
    same = [topic for topic in compared if instrument.construct(topic.id).scale == scale]
    return sorted(same, key=lambda topic: -(topic.mean or 0.0))


def _place(topic: TopicResult, group: str | None) -> Finding:
    if not topic.place:
        return Finding("topic", "few", group, (topic.id,))
    where = "place" if len(topic.place) == 1 else "between"
    numbers = {"mean": topic.mean, "low": topic.low, "high": topic.high}
    values = tuple((name, value) for name, value in numbers.items() if value is not None)
    detail = {0: "_words", 1: "_mean", 3: ""}[len(values)]
    return Finding("topic", f"{where}{detail}", group, (topic.id,), topic.place, values)
