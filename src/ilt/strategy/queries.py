"""Reads of the strategy that several pages and slices share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, Trim
from django.utils.translation import gettext as _

from ilt.roster.models import Membership
from ilt.rounds.models import Document, Section
from ilt.rounds.queries import behind_a_draft, is_shown
from ilt.schools.models import School
from ilt.shared.nodes import ARCHIVED, as_nodes
from ilt.shared.text import to_plain
from ilt.strategy.fields import COMMITMENT
from ilt.strategy.models import Goal, Handoff, Indicator, Resource

OF_ITS_GOAL = Concat(Value("goal:"), Cast(F("goal_id"), CharField()))
LEADERSHIP = "leadership team"  # as a handoff keeps it; staff lists name only the other teams


def _unless_left(name: str, school: str) -> Case:
    """Who looks after it; nobody once they have left."""
    gone = Membership.objects.filter(person=OuterRef(name), school=OuterRef(school), left=True)
    return Case(When(Exists(gone), then=None), default=F(f"{name}_id"))


def drafted_goals(school: School, on_staff: bool = True) -> QuerySet[Goal]:
    """The goals that only the team reads: all of a first draft, and those that are new in a later one."""
    goals = Goal.objects.filter(school=school)
    if not is_shown(school, Document.Kind.STRATEGY, on_staff):
        return goals
    adopted = behind_a_draft(school, on_staff).get(Document.Kind.STRATEGY)
    if adopted is None:
        return goals.none()
    return goals.exclude(pk__in=[goal["id"] for content in adopted for goal in content["goals"]])


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
        person=_unless_left("owner", "school"),
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
        person=_unless_left("person", "goal__school"),
        parent=OF_ITS_GOAL,
    )


def team_in_words(team: str) -> str:
    return _("the leadership team") if team == LEADERSHIP else team


def commitment_of(texts: Mapping[str, str]) -> str:
    """The principal's commitment as one sentence; empty until all of it is written."""
    said = {field.key: texts.get(f"commitment.{field.key}", "") for field in COMMITMENT}
    if not all(said.values()):
        return ""
    sentence = _("I will learn %(learn)s, with %(with)s, and I protect this time: %(time)s.")
    return sentence % {key: phrase(text) for key, text in said.items()}


def theory_of(texts: Mapping[str, str], goal_id: int) -> str:
    """The theory of action as one sentence; empty until all four parts are written."""
    said = {
        key: texts.get(f"goal{goal_id}.{key}", "") for key in ("leaders", "teams", "teachers", "students")
    }
    if not all(said.values()):
        return ""
    sentence = _(
        "If leaders %(leaders)s, then teams %(teams)s, "
        "then teachers %(teachers)s, then students %(students)s."
    )
    return sentence % {key: phrase(text) for key, text in said.items()}


def phrase(text: str) -> str:
    """A text as a piece of a longer sentence: on one line, without its own stop."""
    return " ".join(to_plain(text).split()).rstrip(" .;,")


@dataclass(frozen=True)
class Item:
    """What hangs on a goal, or on the strategy as a whole. Which facts it has depends on its kind.

    first: an indicator's reach, the team a handoff comes from, a resource's kind, a text's key.
    second: the team a handoff goes to, a resource's amount in words.
    day: an indicator is due, a handoff happens. person: who carries a handoff.
    """

    kind: str
    id: int
    goal: int | None
    first: str
    second: str
    text: str
    day: date | None
    shown_on: date | None
    showed: str
    minutes: int | None
    person: str


_ITEM: dict[str, Any] = {
    "kind": CharField(),
    "id": IntegerField(),
    "goal": IntegerField(),
    "first": CharField(),
    "second": CharField(),
    "text": CharField(),
    "day": DateField(),
    "shown_on": DateField(),
    "showed": CharField(),
    "minutes": IntegerField(),
    "person": CharField(),
}
_NONE: dict[str, Any] = {
    "goal": None,
    "second": "",
    "day": None,
    "shown_on": None,
    "showed": "",
    "minutes": None,
    "person": "",
}


def _as_items(rows: QuerySet[Any, Any], kind: str, **columns: Any) -> QuerySet[Any, Any]:
    given = {"kind": kind, "id": F("id"), **_NONE, **columns}
    columns = {
        name: value if hasattr(value, "resolve_expression") else Value(value) for name, value in given.items()
    }
    cast = {f"item_{name}": Cast(columns[name], column) for name, column in _ITEM.items()}
    shaped: QuerySet[Any, Any] = rows.order_by().annotate(**cast).values_list(*cast)
    return shaped


def items_of(school: School, document: Document | None = None, archived: bool = False) -> list[Item]:
    """Indicators, handoffs and resources in one statement; with the texts of a document, if one is given."""
    name = Trim(Concat(F("person__first_name"), Value(" "), F("person__last_name")))
    of_goals = {"goal__school": school, "archived": archived}
    rows = _as_items(
        Indicator.objects.filter(**of_goals),
        "indicator",
        goal=F("goal_id"),
        first=F("reach"),
        text=F("text"),
        day=F("due_on"),
        shown_on=F("shown_on"),
        showed=F("showed"),
    ).union(
        _as_items(
            Handoff.objects.filter(**of_goals),
            "handoff",
            goal=F("goal_id"),
            first=F("from_team"),
            second=F("to_team"),
            text=F("what"),
            day=F("on"),
            person=Case(When(person__isnull=False, then=name), default=Value("")),
        ),
        _as_items(
            Resource.objects.filter(school=school, archived=archived),
            "resource",
            first=F("kind"),
            second=F("amount"),
            text=F("title"),
            minutes=F("minutes"),
        ),
        _as_items(
            Section.objects.filter(document=document.id if document else None).exclude(text=""),
            "section",
            first=F("key"),
            text=F("text"),
        ),
        all=True,
    )
    return sorted((Item(*row) for row in rows), key=lambda item: (item.day or date.min, item.id))


class Plan:
    """A strategy as it stands now, each part read once and only when somebody asks."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def goals(self) -> list[Goal]:
        """All of them, the archived ones too: a remark on one keeps its name."""
        rows = Goal.objects.filter(school=self.document.school).select_related(
            "owner", "priority__snapshot__wave"
        )
        return list(rows.order_by("id"))

    @cached_property
    def items(self) -> list[Item]:
        """Texts come along with what hangs on goals: one statement less on every page."""
        return items_of(self.document.school, self.document)

    @cached_property
    def texts(self) -> dict[str, str]:
        return {item.first: item.text for item in self.items if item.kind == "section"}

    def in_state(self, state: Goal.State) -> list[Goal]:
        return [goal for goal in self.goals if goal.state == state]

    def hanging_on(self, goal: Goal | None, kind: str) -> list[Item]:
        wanted = goal.id if goal else None
        return [item for item in self.items if item.kind == kind and item.goal == wanted]


def plan_of(document: Document) -> Plan:
    """One plan per document in memory: the page, its gaps and the names of its parts share what was read."""
    plan: Plan = vars(document).setdefault("plan", Plan(document))
    return plan
