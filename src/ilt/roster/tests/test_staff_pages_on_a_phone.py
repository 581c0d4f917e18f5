"""People, roles and journal on a phone of 360 px: every word is there without moving sideways."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast

from ilt.roster.models import User
from ilt.roster.rules import grant, propose_import
from ilt.schools.models import School

pytestmark = [
    pytest.mark.django_db(databases=["default", "box"], transaction=True),
    pytest.mark.slow,
]
LONG = "maximiliana.featherstonehaugh-cholmondeley@elementary.birch-valley.school.example"


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=live_server.url)
    cookie = cast.browser_of(cast.ana).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    yield context.new_page()
    context.close()


def proposed(actor: User, school: School) -> str:
    data = f"email,name,role\n{LONG},Maximiliana Featherstonehaugh-Cholmondeley,Teacher\n,Total: 25,".encode()
    made = propose_import(actor, school, data=data, file_name="staff.csv", whole=False)
    return f"staff/import/{made.id}"


def test_tables_of_people_fit_on_a_phone(cast: Cast, page: Page) -> None:
    User.objects.filter(id=cast.ben.id).update(email=LONG)
    grant(cast.ana, cast.cleo, "F", school=cast.school)
    for path in ["staff", "roles", "journal", proposed(cast.ana, cast.school)]:
        page.goto(f"/school/{cast.school.id}/{path}")
        assert page.locator("table.stacked tbody tr").count() > 0
        wider = "[document.body, ...document.querySelectorAll('.stacked, .stacked *')]"
        wider += ".filter(one => one.getBoundingClientRect().right > 360 || one.scrollWidth > 360).length"
        assert (path, page.evaluate(wider)) == (path, 0)
        assert Axe().run(page).response["violations"] == []
        assert page.get_by_role("cell").count() > 0
