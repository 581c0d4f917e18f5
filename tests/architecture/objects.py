"""What the access walker puts into the addresses: for each name in a route, something that is there.

A route with a new name in its address needs a line in OBJECTS: given the cast and the school that is called,
make (or find) the thing and return what goes into the address.
"""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from coherently.instrument import shipped
from ilt.cycle.models import Wave
from ilt.cycle.rules.opening import freeze_words
from ilt.roster.models import Grant, Membership, StaffImport
from ilt.schools.models import School, SchoolYear
from ilt.shared import clock
from tests.cast import Cast, person
from tests.respondents import SMALL, box_only


def open_survey(cast: Cast, school: School) -> object:
    year = SchoolYear.objects.get_or_create(
        school=school, starts_on=date(2026, 8, 24), defaults={"ends_on": date(2027, 6, 11)}
    )[0]
    wave = Wave.objects.create(
        school=school,
        year=year,
        state=Wave.State.OPEN,
        zone=school.zone,
        instrument=shipped().id,
        instrument_version=shipped().version,
        languages=["en"],
        opens_on=date(2026, 9, 14),
        closes_on=date(2026, 9, 25),
        release_on=date(2026, 10, 9),
    )
    freeze_words(wave)
    return wave.id


def somebody_at(cast: Cast, school: School) -> int:
    """A teacher of that school without any role."""
    teacher = person("Kim", f"Kerr{school.id}")
    Membership.objects.create(person=teacher, school=school)
    return teacher.id


def role_at(cast: Cast, school: School) -> int:
    """A coach of that school, whom only the district office may take the role from."""
    return Grant.objects.create(person=person("Lou", f"Lang{school.id}"), role="C", school=school).id


def list_at(cast: Cast, school: School) -> object:
    """A staff list that waits for a look."""
    choices = {"whole": False, "all_here": False, "shared_confirmed": False, "many_leave": False}
    return StaffImport.objects.create(
        school=school,
        made_by=cast.fay,
        made_at=clock.now(),
        table={"header": ["last name"], "rows": [[2, ["Kerr"]]]},
        mapping={"columns": {"last_name": 0}, "private": [], "remarks": [], **choices},
    ).id


def nothing(cast: Cast, school: School) -> object:
    """An id that nothing has: the page must answer like a foreign one."""
    return uuid4()


OBJECTS: dict[str, Callable[[Cast, School], object]] = {
    "school_id": lambda cast, school: school.id,
    "person_id": somebody_at,
    "grant_id": role_at,
    "import_id": list_at,
    "job_id": nothing,  # a job is for the person who started it alone
    "wave_id": open_survey,
    "step": lambda cast, school: "window",
    "sheet": lambda cast, school: "poster",
    "wave": lambda cast, school: box_only(SMALL).id,
}
