"""Priorities, promises, actions, search and Today: without scripts, on a phone and a desk."""

import re
from collections.abc import Callable, Iterator
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
Open = Callable[[User, int], Page]


@pytest.fixture(autouse=True)
def on_the_day_of_the_release(publishes: None) -> Iterator[None]:
    with clock.at(noon(RELEASE)):
        yield
    for rows in (Action, Promise, Priority):  # they hold on to a snapshot, which goes after this
        rows.objects.all().delete()


@pytest.fixture
def opened(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    contexts = []

    def page_of(who: User, width: int) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, base_url=live_server.url, java_script_enabled=False
        )
        cookie = cast.browser_of(who).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield page_of
    for context in contexts:
        context.close()


def test_a_finding_becomes_a_promise_and_an_action_without_scripts(cast: Cast, opened: Open) -> None:
    published_survey(cast)
    ben = opened(cast.ben, 360)
    ben.goto(f"/school/{cast.school.id}")
    ben.get_by_role("link", name="Take up a finding").click()
    ben.get_by_role("link", name=re.compile("Take this up.*Time and resources")).click()
    ben.get_by_label("What do we take up?").fill("Time to plan together")
    ben.get_by_label("Who looks after it?").select_option(label="Fay Ford")
    ben.get_by_role("button", name="Save").press("Enter")
    ben.get_by_role("link", name="Make a promise").click()
    ben.get_by_label("We will").fill("Keep team time free of announcements")
    ben.get_by_label("By when?").fill("2026-11-02")
    ben.get_by_role("button", name="Save").press("Enter")
    assert ben.get_by_role("definition").filter(has_text="Keep team time free").count() == 1
    ben.get_by_role("link", name="Actions").click()
    ben.get_by_role("link", name="Add an action").click()
    ben.get_by_label("What is to be done?").fill("Ask for cover")
    ben.get_by_label("By when?").fill("2026-10-20")
    ben.get_by_label("What does it come from?").select_option(label="Keep team time free of announcements")
    ben.get_by_role("button", name="Save").press("Enter")
    cleo = opened(cast.cleo, 1280)
    cleo.goto(f"/school/{cast.school.id}")
    cleo.get_by_role("searchbox").fill("cover")
    cleo.get_by_role("searchbox").press("Enter")
    cleo.get_by_role("link", name="Ask for cover").click()
    row = cleo.get_by_role("row").filter(has_text="Ask for cover")
    row.get_by_role("link", name="Keep team time free").click()
    assert cleo.get_by_text("Survey that opened on Sep 14, 2026").count() == 1
    ben.get_by_role("button", name=re.compile("Done.*Ask for cover")).click()
    assert (Action.objects.get().state, ben.get_by_role("row").count()) == ("done", 0)


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


PLACES = (
    "", "/priorities", "/priorities/new", "/promises", "/promises/new", "/actions", "/actions/new",
    "/search?q=time", "/search?q=nothing",
)  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_its_screen_and_has_no_fault_of_access(cast: Cast, opened: Open, width: int) -> None:
    much_of_everything(cast)
    page = opened(cast.ben, width)
    for place in PLACES:
        page.goto(f"/school/{cast.school.id}{place}")
        assert (place, page.evaluate("document.scrollingElement.scrollWidth")) == (place, width)
        assert (place, faults(page)) == (place, [])
