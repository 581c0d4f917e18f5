"""Reads of priorities that several pages and slices share."""

from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from ilt.priorities.models import Priority
from ilt.schools.models import School
from ilt.shared.nodes import as_nodes


def priorities_of(school: School) -> QuerySet[Priority]:
    rows = Priority.objects.filter(school=school, archived=False)
    return rows.select_related("owner", "snapshot__wave").order_by("id")


def priority_nodes(school: School) -> QuerySet[Any, Any]:
    state = Case(When(archived=True, then=Value("archived")), default=F("fate"))
    rows = Priority.objects.filter(school=school)
    return as_nodes(rows, "priority", title=F("title"), day=F("made_on"), state=state, person=F("owner_id"))
