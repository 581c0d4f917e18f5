"""Reads of promises and actions that several pages and slices share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.utils.translation import gettext as _

from ilt.priorities.models import Priority
from ilt.priorities.queries import priority_nodes
from ilt.promises.models import Action, Promise
from ilt.roster.models import Membership, User
from ilt.schools.models import School
from ilt.shared.nodes import as_nodes
from ilt.strategy.models import Goal
from ilt.strategy.queries import drafted_goals, goal_nodes

ACTIVE = (Action.State.OPEN, Action.State.DOING)
ENDED = (Action.State.DONE, Action.State.DROPPED)


def promises_of(school: School) -> QuerySet[Promise]:
    """Those still to be kept come first, by their day."""
    waiting = Case(When(state=Promise.State.OPEN, then=0), default=1, output_field=IntegerField())
    rows = Promise.objects.filter(school=school).select_related("owner", "snapshot__wave", "priority")
    return rows.order_by(waiting, "due", "id")


def actions_of(school: School, reader: User, states: Iterable[str]) -> QuerySet[Action]:
    """The reader's own come first, by their day."""
    mine = Case(When(owner=reader, then=0), default=1, output_field=IntegerField())
    rows = Action.objects.filter(school=school, state__in=states).select_related("owner")
    return rows.order_by(mine, "due", "id")


@dataclass(frozen=True)
class Work:
    """Something that one person has to do by a day."""

    kind: str
    ref: str
    title: str
    due: date


def work_of(school: School, person: User) -> list[Work]:
    """What this person has promised or is to do here and has not ended yet, by its day."""
    actions = Action.objects.filter(school=school, owner=person, state__in=ACTIVE)
    promises = Promise.objects.filter(school=school, owner=person, state=Promise.State.OPEN)
    rows = as_nodes(actions, "action", title=F("title"), day=F("due")).union(
        promise_nodes(promises), all=True
    )
    found = [Work(kind, ref, title, day) for kind, ref, title, day, *_rest in rows]
    return sorted(found, key=lambda each: (each.due, each.kind, each.ref))


def promise_nodes(promises: QuerySet[Promise]) -> QuerySet[Any, Any]:
    return as_nodes(promises, "promise", title=F("will"), day=F("due"), state=F("state"))


def left_behind(school: School) -> int:
    """How many actions and promises wait for somebody who has left the school."""
    gone = Q(owner__in=Membership.objects.filter(school=school, left=True).values("person"))
    actions = Action.objects.filter(gone, school=school, state__in=ACTIVE).values("id")
    promises = Promise.objects.filter(gone, school=school, state=Promise.State.OPEN).values("id")
    return actions.union(promises, all=True).count()


@dataclass(frozen=True)
class Source:
    """What an action comes from. `kind` and `ref` name it; a whole document has no `ref`."""

    kind: str
    ref: str
    title: str
    lives: bool


def sources(school: School, reads_drafts: bool) -> dict[str, Source]:
    """Goals, priorities and promises that an action can come from, by `<kind>:<ref>`.

    Until a strategy is opened for comments, its new goals are the team's: others see no title of theirs.
    """
    hidden = set() if reads_drafts else {str(goal.pk) for goal in drafted_goals(school)}
    promises = promise_nodes(Promise.objects.filter(school=school))
    found = goal_nodes(school).union(priority_nodes(school), promises, all=True)
    return {
        f"{kind}:{ref}": Source(kind, ref, title, state in LIVE)
        if kind != "goal" or ref not in hidden
        else Source(kind, ref, _("A goal that is still a draft"), False)
        for kind, ref, title, _day, _minutes, _needed, _arranged, _detail, state, *_rest in found
    }


LIVE = {Goal.State.ACTIVE, Goal.State.PARKED, Promise.State.OPEN, *Priority.Fate}
