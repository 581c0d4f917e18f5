"""What learning asks of people, in minutes a month. No request, no database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from ilt.learning.models import Activity


@dataclass
class Month:
    """Minutes of some activities in one month."""

    first: date
    planned: int = 0
    kept: int = 0
    activities: list[Activity] = field(default_factory=list)


def by_month(activities: Iterable[Activity]) -> list[Month]:
    """Activities that have a day, month by month; what was dropped asks nothing of anybody."""
    found: dict[date, Month] = {}
    for each in activities:
        if each.on is None or each.state == Activity.State.DROPPED:
            continue
        first = each.on.replace(day=1)
        month = found.setdefault(first, Month(first))
        month.planned += each.minutes or 0
        month.kept += each.kept or 0
        month.activities.append(each)
    return [found[first] for first in sorted(found)]


def of_person(activities: Iterable[Activity], person_id: int, teams: Collection[str]) -> list[Month]:
    """What one person is part of: everybody's activities, their teams', and those they lead."""
    mine = set(teams)
    return by_month(
        each for each in activities if each.everybody or each.lead_id == person_id or mine & set(each.teams)
    )
