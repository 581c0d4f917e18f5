from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import reverse
from tests.cast import Cast

from ilt.roster.models import User
from ilt.schools.models import School

pytestmark = pytest.mark.django_db

RECORD = {"name": "Birch School", "level": "middle", "zone": "America/New_York", "languages": ["en", "es"]}


def save(cast: Cast, person: User, **more: str) -> HttpResponse:
    address = reverse("school_edit", args=[cast.school.id])
    return cast.browser_of(person).post(address, {"token": str(uuid4()), **RECORD, **more})  # type: ignore[return-value]


def reads(cast: Cast) -> int:
    """What the district office is answered when it asks for the vision."""
    return cast.browser_of(cast.eli).get(reverse("vision", args=[cast.school.id])).status_code


def test_the_principal_lets_the_district_office_read_the_plan_and_takes_it_back(cast: Cast) -> None:
    assert reads(cast) == 404
    assert save(cast, cast.ana, shares_plan="on").status_code == 302
    assert reads(cast) == 200
    save(cast, cast.ana)
    assert reads(cast) == 404


def test_the_district_office_changes_the_record_and_never_what_is_shared(cast: Cast) -> None:
    page = cast.browser_of(cast.eli).get(reverse("school_edit", args=[cast.school.id]))
    assert "shares_plan" not in page.content.decode()
    save(cast, cast.eli, shares_plan="on")
    assert (School.objects.get(id=cast.school.id).level, reads(cast)) == ("middle", 404)
    save(cast, cast.ana, shares_plan="on")
    save(cast, cast.eli)
    assert reads(cast) == 200


def test_a_school_without_a_district_is_not_asked(cast: Cast) -> None:
    School.objects.filter(id=cast.school.id).update(district=None)
    page = cast.browser_of(cast.ana).get(reverse("school_edit", args=[cast.school.id]))
    assert (page.status_code, "shares_plan" in page.content.decode()) == (200, False)
