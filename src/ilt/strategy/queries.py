"""Reads of the strategy that several pages and slices share."""

from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from ilt.rounds.models import Document, Version
from ilt.rounds.queries import adopted_at
from ilt.schools.models import School
from ilt.shared.nodes import as_nodes
from ilt.strategy.models import Goal, Handoff, Indicator, Resource

ARCHIVED = Case(When(archived=True, then=Value("archived")), default=Value(""))
OF_ITS_GOAL = Concat(Value("goal:"), Cast(F("goal_id"), CharField()))


def goals_of(school: School) -> QuerySet[Goal]:
    """Goals that are not archived: active ones first, in the order they were made."""
    order = Case(When(state=Goal.State.ACTIVE, then=0), default=1)
    rows = Goal.objects.filter(school=school).exclude(state=Goal.State.ARCHIVED)
    return rows.select_related("owner", "priority").order_by(order, "id")


def adopted_strategy(school: School) -> Version | None:
    """The strategy that is valid now."""
    return adopted_at(school, Document.Kind.STRATEGY)


def goal_nodes(school: School) -> QuerySet[Any, Any]:
    priority = Case(
        When(priority__isnull=False, then=Concat(Value("priority:"), Cast(F("priority_id"), CharField()))),
        default=Value(""),
    )
    return as_nodes(
        Goal.objects.filter(school=school),
        "goal",
        title=F("title"),
        day=F("review_on"),
        state=F("state"),
        teams=F("teams"),
        person=F("owner_id"),
        parent=priority,
    )


def evidence_nodes(school: School) -> QuerySet[Any, Any]:
    rows = Indicator.objects.filter(goal__school=school)
    return as_nodes(
        rows,
        "evidence",
        title=F("text"),
        day=F("due_on"),
        detail=F("showed"),
        state=ARCHIVED,
        parent=OF_ITS_GOAL,
    )


def resource_nodes(school: School) -> QuerySet[Any, Any]:
    rows = Resource.objects.filter(school=school)
    return as_nodes(
        rows, "resource", title=F("title"), minutes=F("minutes"), detail=F("kind"), state=ARCHIVED
    )


def handoff_nodes(school: School) -> QuerySet[Any, Any]:
    """Its two teams stand in `detail` and `teams`, one under the other."""
    rows = Handoff.objects.filter(goal__school=school)
    both = Concat(F("from_team"), Value("\n"), F("to_team"))
    return as_nodes(
        rows,
        "handoff",
        title=F("what"),
        day=F("on"),
        detail=both,
        state=ARCHIVED,
        person=F("person_id"),
        parent=OF_ITS_GOAL,
    )
