"""What the access walker puts into the addresses: for each name in a route, something that is there.

A route with a new name in its address needs a line in OBJECTS: given the cast and the school that is called,
make (or find) the thing and return what goes into the address.
"""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from ilt.cycle.models import Wave
from ilt.schools.models import School, SchoolYear
from tests.cast import Cast


def open_survey(cast: Cast, school: School) -> object:
    year = SchoolYear.objects.get_or_create(
        school=school, starts_on=date(2026, 8, 24), defaults={"ends_on": date(2027, 6, 11)}
    )[0]
    return Wave.objects.create(school=school, year=year, state=Wave.State.OPEN, zone=school.zone).id


OBJECTS: dict[str, Callable[[Cast, School], object]] = {
    "school_id": lambda cast, school: school.id,
    "wave_id": open_survey,
}


def nothing(cast: Cast, school: School) -> object:
    """An id that nothing has: the page must answer like a foreign one."""
    return uuid4()
