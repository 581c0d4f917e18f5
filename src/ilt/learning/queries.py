"""Reads of the learning calendar that several pages and slices share."""

from collections import defaultdict
from typing import Any

from django.db.models import F, Q, QuerySet

from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.roster.models import Membership, User
from ilt.schools.models import School, SchoolYear
from ilt.shared import clock
from ilt.shared.nodes import as_nodes


def years_of(school: School) -> list[SchoolYear]:
    """The school years, the latest first."""
    return list(SchoolYear.objects.filter(school=school).order_by("-starts_on"))


def year_of(school: School, asked: str) -> tuple[SchoolYear | None, list[SchoolYear]]:
    """The school year that was asked for, else the one today falls into or the next one; and all of them."""
    years, today = years_of(school), clock.today(school.zone)
    ahead = [year for year in years if year.ends_on >= today]
    now = ahead[-1] if ahead else next(iter(years), None)
    return next((year for year in years if str(year.id) == asked), now), years


def in_year(school: School, year: SchoolYear | None) -> list[Activity]:
    """A year's activities by day, the dropped ones too; those without a day come last."""
    rows = Activity.objects.filter(school=school).select_related("lead")
    if year:
        rows = rows.filter(Q(on=None) | Q(on__gte=year.starts_on, on__lte=year.ends_on))
    return list(rows.order_by(F("on").asc(nulls_last=True), F("starts").asc(nulls_last=True), "id"))


def goals_served(school: School) -> dict[str, list[str]]:
    """For each activity the goals that it serves; kinds and numbers are words, as links keep them."""
    return _ends(
        Link.objects.filter(school=school, from_kind="goal", to_kind="activity"), "to_ref", "from_ref"
    )


def resources_used(school: School) -> dict[str, list[str]]:
    rows = Link.objects.filter(school=school, from_kind="activity", to_kind="resource")
    return _ends(rows, "from_ref", "to_ref")


def _ends(rows: QuerySet[Link], here: str, there: str) -> dict[str, list[str]]:
    found = defaultdict(list)
    for one, other in rows.order_by("id").values_list(here, there):
        found[one].append(other)
    return found


def own_teams(school: School, person: User) -> set[str]:
    rows = Membership.objects.filter(school=school, person=person, left=False)
    return set(rows.values_list("team", flat=True)) - {""}


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
