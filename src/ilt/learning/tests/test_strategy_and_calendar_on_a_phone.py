"""Strategy and calendar at 360 px, without scripts: every word is there."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.shared import clock
from ilt.strategy.models import Goal
from ilt.strategy.tests.written import START, add_goal, name_teams, whole_draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LONG = "We learn to look at work together " + "ununterbrochenwort" * 6


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, base_url=live_server.url, java_script_enabled=False
    )
    cookie = cast.browser_of(cast.ben).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    with clock.at(START):
        yield context.new_page()
    context.close()


def test_all_words_fit_on_a_phone(cast: Cast, page: Page) -> None:
    name_teams(cast)
    goal = whole_draft(cast)
    add_goal(cast, LONG)
    add_goal(cast, LONG, state=Goal.State.ARCHIVED)
    facts = {"title": LONG, "setting": "visit", "on": date(2026, 11, 3), "minutes": 60, "everybody": True}
    Activity.objects.create(school=cast.school, **facts)
    checked = (
        "strategy/archive",
        "learning/load",
    )  # the story of a school's year checks access of the others
    for path in (*checked, "strategy", f"strategy/goals/{goal.id}", "learning", "learning/new"):
        page.goto(f"/school/{cast.school.id}/{path}")
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, 360)
        assert (path, faults(page) if path in checked else []) == (path, [])
