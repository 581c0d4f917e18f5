"""Priorities, promises, actions and search without scripts: every word is there, on a phone and at a desk."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast

from ilt.priorities.models import Priority
from ilt.priorities.rules import put_off, take_up
from ilt.promises.models import Action, Promise
from ilt.promises.rules import add_action, change_promise, make_promise
from ilt.report.tests.survey import RELEASE, noon, published_survey
from ilt.report.told import told
from ilt.roster.models import User
from ilt.shared import clock

pytestmark = [
    pytest.mark.django_db(databases=["default", "box"], transaction=True),
    pytest.mark.slow,
]
LONG = "Maximiliana-Featherstonehaugh-Cholmondeley-of-the-elementary-school-of-Birch-Valley"
ARABIC = "نخطط معا وقتا للفريق"


@pytest.fixture
def page(cast: Cast, browser: Browser, live_server: LiveServer, publishes: None) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = cast.browser_of(cast.ben).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    with clock.at(noon(RELEASE)):
        yield context.new_page()
    context.close()
    for rows in (Action, Promise, Priority):  # they hold on to a snapshot, which goes after this
        rows.objects.all().delete()


def much_of_everything(cast: Cast) -> None:
    published_survey(cast)
    names = [f"{each.snapshot_id}:{each.key}" for each in told(cast.school, early=True)]
    titles = ("Time to plan", LONG * 2, ARABIC, "<script>alert(1)</script>")
    rows = [
        take_up(cast.ben, cast.school, finding=name, title=title[:160], owner=cast.fay)
        for name, title in zip(names, titles, strict=False)
    ]
    put_off(cast.ben, rows[1], 1, f"We wait.\n\n- {LONG}\n- {ARABIC}")
    for number, name in enumerate(names[:3]):
        words = {"will": f"{titles[number]} {number}", "owner": cast.ben, "due": date(2026, 11, 2)}
        kept = make_promise(cast.fay, cast.school, finding=name, **words)
        if number == 2:
            change_promise(cast.fay, kept, 1, **words, state="done", did="Two **free** hours each week")
    Promise.objects.filter(will__contains="Time").update(due=date(2026, 10, 2))
    for number, title in enumerate(titles * 2):
        owner = (cast.ben, cast.fay)[number % 2]
        words = {"owner": owner, "due": date(2026, 11, 2), "source": f"promise:{kept.id}"}
        add_action(cast.fay, cast.school, title=title[:160], **words)
    User.objects.filter(id=cast.fay.id).update(first_name=LONG[:80])


CHECKED = ("/promises", "/promises/new", "/actions", "/actions/new", "/search?q=time")
# A story of a school's year checks access of the others.
PLACES = ("", "/priorities", "/priorities/new", *CHECKED)


def test_every_page_fits_its_screen_and_has_no_fault_of_access(cast: Cast, page: Page) -> None:
    much_of_everything(cast)
    for place in PLACES:
        page.goto(f"/school/{cast.school.id}{place}")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert (place, page.evaluate("document.scrollingElement.scrollWidth")) == (place, width)
        assert (place, faults(page) if place in CHECKED else []) == (place, [])
