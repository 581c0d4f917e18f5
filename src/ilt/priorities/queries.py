"""Reads of priorities that several pages and slices share."""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from ilt.priorities.models import Priority
from ilt.report.queries import OPEN_TO_ALL
from ilt.report.told import Told, told
from ilt.schools.models import School
from ilt.shared.nodes import as_nodes


def priorities_to_take_up(school: School, kept: int | None) -> QuerySet[Priority]:
    """What a goal can take up, and what it took up already, archived or not."""
    rows = Priority.objects.filter(Q(archived=False) | Q(id=kept), school=school)
    return rows.select_related("owner", "snapshot__wave").order_by("id")


def all_priorities(school: School, early: bool) -> list[Priority]:
    """Archived ones too. What cites results that are not out yet is for the leadership team alone."""
    rows = Priority.objects.filter(school=school).select_related("owner", "snapshot__wave").order_by("id")
    return [each for each in rows if early or is_out(each)]


def finding_of(school: School, priority_id: str) -> Told | None:
    """What all staff read that a priority took up; nothing if the results were corrected since."""
    row = Priority.objects.get(school=school, id=priority_id)
    named = (row.snapshot_id, row.finding)
    return next((each for each in told(school, early=False) if (each.snapshot_id, each.key) == named), None)


def is_out(priority: Priority) -> bool:
    """Whether all staff may read the results that it cites; it holds their words."""
    return priority.snapshot.wave.state in OPEN_TO_ALL


def priority_nodes(school: School) -> QuerySet[Any, Any]:
    state = Case(When(archived=True, then=Value("archived")), default=F("fate"))
    rows = Priority.objects.filter(school=school, snapshot__wave__state__in=OPEN_TO_ALL)
    return as_nodes(rows, "priority", title=F("title"), day=F("made_on"), state=state, person=F("owner_id"))
