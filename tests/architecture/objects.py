"""What the access walker puts into the addresses: for each name in a route, something that is there.

A route with a new name in its address needs a line in OBJECTS: given the cast and the school that is called,
make (or find) the thing and return what goes into the address.
"""

from collections.abc import Callable
from uuid import uuid4

from ilt.schools.models import School
from tests.cast import Cast

OBJECTS: dict[str, Callable[[Cast, School], object]] = {
    "school_id": lambda cast, school: school.id,
}


def nothing(cast: Cast, school: School) -> object:
    """An id that nothing has: the page must answer like a foreign one."""
    return uuid4()
