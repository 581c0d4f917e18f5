"""A small plan of a school, for tests: from a need to what is seen in the end."""

from datetime import date
from typing import Any

from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.links.rules import ALLOWED
from ilt.roster.models import User
from ilt.rounds.models import Document, Section
from ilt.schools.models import School
from ilt.shared import clock
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.vision.models import Need


def planned(cast: Cast, times: int = 1, phase: str = "comments") -> None:
    """So many of everything, in the school of the cast; readable for all staff unless in draft."""
    for kind in (Document.Kind.VISION, Document.Kind.STRATEGY):
        Document.objects.create(school=cast.school, kind=kind, phase=phase)
    students = write_element(cast.school, cast.ben, "students", "They quote.")
    for number in range(1, times + 1):
        need = Need.objects.create(
            school=cast.school, text=f"Argue **{number}**", evidence="Check", evidence_on=date(2026, 9, 1)
        )
        goal = Goal.objects.create(
            school=cast.school, title=f"Ask {number}", owner=cast.fay, teams=["Grade 5", "Grade 4"]
        )
        Indicator.objects.create(goal=goal, reach="short", text=f"Notes {number}", due_on=date(2026, 11, 2))
        time = Resource.objects.create(school=cast.school, kind="time", title=f"Time {number}", minutes=240)
        handoff(goal, cast.ben)
        activity = Activity.objects.create(
            school=cast.school,
            title=f"Try {number}",
            setting="team",
            on=date(2026, 10, 12),
            minutes=60,
            teams=["Grade 5"],
        )
        for start, end in [(need, students), (students, goal), (goal, activity), (activity, time)]:
            linked(cast.school, start, end)


def write_element(school: School, by: User, key: str, text: str) -> tuple[str, str]:
    vision = Document.objects.get(school=school, kind=Document.Kind.VISION)
    Section.objects.create(document=vision, key=key, text=text, revision=1, by=by, at=clock.now())
    return "element", key


def handoff(goal: Goal, person: User | None) -> Handoff:
    return Handoff.objects.create(
        goal=goal,
        from_team="Grade 5",
        to_team="leadership team",
        what="Notes",
        on=date(2026, 11, 9),
        person=person,
    )


def named(thing: Any) -> tuple[str, str]:
    return thing if isinstance(thing, tuple) else (type(thing).__name__.lower(), str(thing.pk))


def linked(school: School, start: Any, end: Any) -> None:
    (from_kind, from_ref), (to_kind, to_ref) = named(start), named(end)
    kind = ALLOWED[from_kind, to_kind]
    ends = {"from_kind": from_kind, "from_ref": from_ref, "to_kind": to_kind, "to_ref": to_ref}
    Link.objects.create(school=school, kind=kind, **ends)
