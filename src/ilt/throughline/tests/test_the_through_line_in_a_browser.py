"""A member and a phone, without scripts: read, link, cut, leave open."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.roster.models import User
from ilt.shared import clock
from ilt.strategy.models import Goal
from ilt.throughline.models import Waiver
from ilt.throughline.rules import keep_copy
from ilt.throughline.tests.plan import handoff, planned

pytestmark = [pytest.mark.django_db(databases=["default", "box"], transaction=True), pytest.mark.slow]
Opened = Callable[..., Page]
TOO_WIDE = "[...document.querySelectorAll('main, main *')].filter(one => !one.closest('.scroll')"
TOO_WIDE += " && !one.closest('.hidden') && one.getBoundingClientRect().right > innerWidth).length"


@pytest.fixture(autouse=True)
def early_october() -> Iterator[None]:
    with clock.at(datetime(2026, 10, 5, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def opened(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Opened]:
    """A page as one person sees it, without scripts, at a width in pixels."""
    contexts = []

    def open_page(person: User, width: int = 1280) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, base_url=live_server.url, java_script_enabled=False
        )
        contexts.append(context)
        cookie = cast.browser_of(person).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def test_a_member_links_cuts_and_leaves_a_gap_open_by_keyboard(cast: Cast, opened: Opened) -> None:
    planned(cast)
    handoff(Goal.objects.get(), None)
    activity = Activity.objects.create(school=cast.school, title="New meeting", setting="team")
    page = opened(cast.ben)
    page.goto(f"/school/{cast.school.id}/throughline")
    page.get_by_role("link", name="Link to ... New meeting").press("Enter")
    page.get_by_label("Link to").select_option(label="Ask 1")
    page.get_by_role("button", name="Link", exact=True).press("Enter")
    row = page.locator(f"#activity-{activity.id}")
    expect(row.get_by_role("link", name="Ask 1")).to_be_visible()
    page.get_by_role("button", name=re.compile("Cut this link ?: Ask 1")).press("Enter")
    expect(row.get_by_role("link", name="Ask 1")).to_have_count(0)
    assert not Link.objects.filter(to_ref=str(activity.id), to_kind="activity").exists()
    page.goto(f"/school/{cast.school.id}/throughline/gaps")
    page.get_by_role("link", name=re.compile("Leave open ?: Notes. Nobody carries this")).press("Enter")
    page.get_by_label("Why do you leave this gap open?").fill("Dee comes in May")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Dee comes in May", exact=True)).to_be_visible()
    assert Waiver.objects.get().rule == "L20"


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible_and_as_wide_as_the_screen(cast: Cast, opened: Opened, width: int) -> None:
    planned(cast, 2)
    long = "Immunohistochemistryinterdisciplinaryteamworkacrossdepartmentsandgrades" * 2
    Goal.objects.update(title=long)
    Activity.objects.update(minutes=310, teams=[long[:80], "فريق الصف الخامس"])
    kept = keep_copy(cast.ben, cast.school, long[:120])
    Goal.objects.filter(title=long).update(title="Short", state="archived")
    activity = Activity.objects.order_by("id")[0]
    page = opened(cast.ben, width)
    here = ["", "/picture", "/lanes", "/gaps", "/copies", f"/copies/{kept.id}", "/copies/new"]
    here += [f"/activity/{activity.id}", f"/activity/{activity.id}/links", "/gaps/leave?gap=L07:activity:9:"]
    for path in here:
        page.goto(f"/school/{cast.school.id}/throughline{path}")
        assert (path, faults(page)) == (path, [])
        assert (path, page.evaluate(TOO_WIDE)) == (path, 0)
        expect(page.locator("h1")).to_have_count(1)
    page.goto(f"/school/{cast.school.id}/throughline/picture")
    expect(page.locator("svg").first).to_be_visible(visible=width > 640)
    expect(page.locator(".layers-list").first).to_be_visible()
