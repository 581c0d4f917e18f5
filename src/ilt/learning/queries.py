"""Reads of the learning calendar that several pages and slices share."""

from typing import Any

from django.db.models import F, QuerySet

from ilt.learning.models import Activity
from ilt.schools.models import School
from ilt.shared.nodes import as_nodes


def activities_of(school: School) -> QuerySet[Activity]:
    """By day; those without one come last."""
    rows = Activity.objects.filter(school=school).exclude(state=Activity.State.DROPPED)
    return rows.select_related("lead").order_by(F("on").asc(nulls_last=True), "starts", "id")


def activity_nodes(school: School) -> QuerySet[Any, Any]:
    return as_nodes(
        Activity.objects.filter(school=school),
        "activity",
        title=F("title"),
        day=F("on"),
        minutes=F("minutes"),
        needed=F("cover_needed"),
        arranged=F("cover_arranged"),
        detail=F("setting"),
        state=F("state"),
        teams=F("teams"),
        everybody=F("everybody"),
        person=F("lead_id"),
    )
