"""The through-line's pages without scripts: every word is there, on a phone and at a desk."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.shared import clock
from ilt.strategy.models import Goal
from ilt.throughline.rules import keep_copy
from ilt.throughline.tests.plan import planned

pytestmark = [pytest.mark.django_db(databases=["default", "box"], transaction=True), pytest.mark.slow]
TOO_WIDE = "[...document.querySelectorAll('main, main *')].filter(one => !one.closest('.scroll')"
TOO_WIDE += " && !one.closest('.hidden') && one.getBoundingClientRect().right > innerWidth).length"
PHONE, DESK = ({"width": width, "height": 800} for width in (360, 1280))


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = cast.browser_of(cast.ben).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    with clock.at(datetime(2026, 10, 5, 12, tzinfo=UTC)):
        yield context.new_page()
    context.close()


def test_every_page_is_accessible_and_as_wide_as_the_screen(cast: Cast, page: Page) -> None:
    """Gaps, a thing and its links have no check of access here: the story of a school's year has one."""
    planned(cast, 2)
    long = "Immunohistochemistryinterdisciplinaryteamworkacrossdepartmentsandgrades" * 2
    Goal.objects.update(title=long)
    Activity.objects.update(minutes=310, teams=[long[:80], "فريق الصف الخامس"])
    kept = keep_copy(cast.ben, cast.school, long[:120])
    Goal.objects.filter(title=long).update(title="Short", state="archived")
    thing = f"/activity/{Activity.objects.order_by('id')[0].id}"
    checked = [
        "",
        "/lanes",
        "/copies",
        f"/copies/{kept.id}",
        "/copies/new",
        "/gaps/leave?gap=L07:activity:9:",
    ]
    for path in (*checked, "/gaps", thing, f"{thing}/links", "/picture"):
        page.goto(f"/school/{cast.school.id}/throughline{path}")
        for screen in (DESK, PHONE):
            page.set_viewport_size(screen)
            assert (path, page.evaluate(TOO_WIDE)) == (path, 0)
        assert (path, faults(page) if path in checked else []) == (path, [])
        expect(page.locator("h1")).to_have_count(1)
    for screen in (PHONE, DESK):  # at a desk it is drawn, everywhere it is told
        page.set_viewport_size(screen)
        expect(page.locator("svg").first).to_be_visible(visible=screen is DESK)
        expect(page.locator(".layers-list").first).to_be_visible()
        assert faults(page) == []
