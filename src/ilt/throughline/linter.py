"""Broken links, each said in one sentence that says what to do."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ilt.throughline.graph import Graph, Node

Weight = Literal["gap", "hint"]
AHEAD = timedelta(weeks=8)
OLD = timedelta(days=365)


@dataclass(frozen=True)
class Problem:
    """A broken link: its rule, whether it blocks adoption, where it is, and its sentence.

    about: the month or team, of rules that can find several at one thing.
    """

    rule: str
    weight: Weight
    kind: str
    ref: str
    about: str
    title: str
    sentence: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.rule, self.kind, self.ref, self.about


@dataclass(frozen=True)
class Facts:
    """What the rules know beside the graph."""

    graph: Graph
    today: date
    strategy_on: date | None = None  # when the valid strategy was adopted
    survey_on: date | None = None  # when the latest results opened
    commitment: bool = True  # whether the principal has written it


Found = tuple[Node, str] | tuple[Node, str, str]  # where, the sentence, and what it is about
Told = Iterator[Found]
Rule = Callable[[Facts], Told]


def lint(facts: Facts) -> list[Problem]:
    """All broken links, rule by rule."""
    return [
        Problem(rule, weight, node.kind, node.ref, "".join(about), node.title, sentence)
        for rule, (weight, check) in RULES.items()
        for node, sentence, *about in check(facts)
    ]


def _l01(facts: Facts) -> Told:
    for need in facts.graph.of("need"):
        if not need.detail:
            yield need, _("This need has no evidence yet. Add what showed it.")


def _l02(facts: Facts) -> Told:
    for need in facts.graph.of("need"):
        if need.detail and need.day and need.day < facts.today - OLD:
            yield need, _("The evidence for this need is more than a year old.")


def _l03(facts: Facts) -> Told:
    for need in facts.graph.of("need"):
        if not facts.graph.after(need, "element"):
            yield need, _("Nothing in the vision answers this need.")


def _l04(facts: Facts) -> Told:
    for element in facts.graph.of("element"):
        if not facts.graph.after(element, "goal"):
            yield element, _("No goal helps teachers learn this part of the vision yet.")


def _l05(facts: Facts) -> Told:
    for goal in facts.graph.of("goal"):
        if not facts.graph.before(goal, "element"):
            yield goal, _("This goal serves no part of the vision.")


def _l06(facts: Facts) -> Told:
    for goal in facts.graph.of("goal"):
        days = [each.day for each in facts.graph.after(goal, "activity")]
        if not any(day and facts.today <= day <= facts.today + AHEAD for day in days):
            yield goal, _("Nobody learns this in the next eight weeks. Add a meeting?")


def _l07(facts: Facts) -> Told:
    for activity in facts.graph.of("activity"):
        goals = (each for each, _own in facts.graph.back.get(activity.name, []) if each.kind == "goal")
        # A goal that is closed was served: else each year's end would leave a gap for every meeting of it.
        if not any(each.lives or each.state == "closed" for each in goals):
            yield activity, _("This activity serves no goal. Link it, or put it on the stop list.")


def _l08(facts: Facts) -> Told:
    for goal in facts.graph.of("goal"):
        activities = facts.graph.after(goal, "activity")
        if any(each.everybody for each in activities):
            continue
        included = {team for each in activities for team in each.teams}
        for team in goal.teams:
            if team not in included:
                sentence = _("The goal names the %(team)s team, but no activity includes it.")
                yield goal, sentence % {"team": team_name(team)}, team


def team_name(team: str) -> str:
    """A team's name as it stands before "team": staff lists hold "Grade 5" and "Math team" alike."""
    bare = re.sub(r"^(equipo( de)?)\s+|\s+team$", "", team.strip(), flags=re.IGNORECASE)
    return _("leadership") if bare.lower() == "leadership" else bare


def _l09(facts: Facts) -> Told:
    for activity in facts.graph.of("activity"):
        if activity.day is None or not activity.minutes:
            yield activity, _("This activity has no time on the calendar.")


def _l10(facts: Facts) -> Told:
    for resource in facts.graph.of("resource"):
        if resource.minutes is None:
            continue
        for month, needed in sorted(minutes_by_month(facts.graph.before(resource, "activity")).items()):
            if needed > resource.minutes and month >= facts.today.replace(
                day=1
            ):  # what is over stays as it was
                sentence = _("%(month)s needs %(needed)s minutes of %(time)s. %(planned)s are planned.")
                numbers = {"needed": needed, "time": resource.title, "planned": resource.minutes}
                named = {"month": capfirst(str(MONTHS[month.month])), **numbers}
                yield resource, sentence % named, month.isoformat()[:7]


def minutes_by_month(activities: Iterable[Node]) -> dict[date, int]:
    """Planned minutes per month, each named by its first day."""
    found: dict[date, int] = defaultdict(int)
    for each in activities:
        if each.day and each.minutes:
            found[each.day.replace(day=1)] += each.minutes
    return found


def _l11(facts: Facts) -> Told:
    for resource in facts.graph.of("resource"):
        uses = facts.graph.before(resource, "activity")
        if resource.detail == "money" and not any(facts.graph.before(each, "goal") for each in uses):
            yield resource, _("This money serves no goal.")


def _l12(facts: Facts) -> Told:
    for activity in facts.graph.of("activity"):
        if activity.arranged < activity.needed and activity.state != "held":
            yield activity, _cover(activity.needed, activity.arranged)


def _cover(needed: int, arranged: int) -> str:
    """In two sentences: how many visits need cover, and for how many it is arranged."""
    visits = ngettext("One peer visit needs cover.", "%(number)s peer visits need cover.", needed)
    some = ngettext("One is arranged.", "%(number)s are arranged.", arranged)
    return " ".join(
        [
            visits % {"number": in_words(needed)},
            some % {"number": in_words(arranged)} if arranged else _("None is arranged."),
        ]
    )


def in_words(number: int) -> str:
    """A small number as it begins a sentence."""
    words = _("One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve").split()
    return words[number - 1] if number <= len(words) else str(number)


def _l13(facts: Facts) -> Told:
    for goal in facts.graph.of("goal"):
        if not goal.person:
            yield goal, _("Nobody looks after this goal yet.")


def _l14(facts: Facts) -> Told:
    for goal in facts.graph.of("goal"):
        if not facts.graph.after(goal, "evidence"):
            yield goal, _("No evidence is planned for this goal.")


def _l15(facts: Facts) -> Told:
    for evidence in facts.graph.of("evidence"):
        if evidence.day and evidence.day < facts.today and not evidence.detail:
            day = date_format(evidence.day, _("M j"))
            yield evidence, _("This evidence was due on %(day)s. Is it ready?") % {"day": day}


def _l16(facts: Facts) -> Told:
    if facts.strategy_on and facts.survey_on and facts.strategy_on < facts.survey_on:
        yield (
            Node("strategy", "", _("Strategy")),
            _("This strategy is older than the latest survey. Read them together."),
        )


def _l17(facts: Facts) -> Told:
    nodes = facts.graph.nodes
    dead = (edge.start for edge in facts.graph.edges if nodes[edge.end].gone and not edge.own)
    for start in dict.fromkeys(dead):
        if nodes[start].lives:
            yield nodes[start], _("This link leads to something archived.")


def _l19(facts: Facts) -> Told:
    for priority in facts.graph.of("priority"):
        if priority.state == "open":
            yield priority, _("This priority has no goal, promise or reasoned 'not now'.")


def _l20(facts: Facts) -> Told:
    for handoff in facts.graph.of("handoff"):
        if not handoff.person:
            sentence = _("Nobody carries this from the %(start)s team to the %(end)s team.")
            start, end = map(team_name, handoff.teams)
            yield handoff, sentence % {"start": start, "end": end}


def _l21(facts: Facts) -> Told:
    if not facts.commitment:
        yield (
            Node("commitment", "", _("The principal's commitment")),
            _("The principal's own commitment is not written yet."),
        )


RULES: dict[str, tuple[Weight, Rule]] = {
    "L01": ("gap", _l01),
    "L02": ("hint", _l02),
    "L03": ("gap", _l03),
    "L04": ("hint", _l04),
    "L05": ("gap", _l05),
    "L06": ("gap", _l06),
    "L07": ("gap", _l07),
    "L08": ("gap", _l08),
    "L09": ("gap", _l09),
    "L10": ("gap", _l10),
    "L11": ("hint", _l11),
    "L12": ("gap", _l12),
    "L13": ("gap", _l13),
    "L14": ("gap", _l14),
    "L15": ("hint", _l15),
    "L16": ("hint", _l16),
    "L17": ("hint", _l17),
    "L19": ("gap", _l19),
    "L20": ("gap", _l20),
    "L21": ("hint", _l21),
}
