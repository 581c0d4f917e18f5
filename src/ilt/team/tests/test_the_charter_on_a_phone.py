from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast

from ilt.rounds import rules
from ilt.shared import clock
from ilt.team.tests.test_the_team_writes_its_charter import AFTER_ROUND, adopted, charter

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_principal_adds_a_member_and_a_turn_without_scripts(
    cast: Cast, browser: Browser, live_server: LiveServer
) -> None:
    adopted(cast)
    rules.new_version(cast.ana, charter(cast))
    session = cast.browser_of(cast.ana).cookies[settings.SESSION_COOKIE_NAME].value
    phone = {"width": 360, "height": 740}
    context = browser.new_context(base_url=live_server.url, viewport=phone, java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    with clock.at(AFTER_ROUND):
        page.goto(reverse("charter", args=[cast.school.pk]))
        page.get_by_role("link", name="Add a member").click()
        page.get_by_label("Person", exact=True).select_option("Gus Gray")
        page.get_by_label("What this person brings").fill("Coaches " + "Donaudampfschifffahrt" * 4)
        assert faults(page) == []
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Add a meeting").click()
        page.get_by_label("Day of the meeting").fill(date(2026, 10, 13).isoformat())
        page.get_by_label("Timekeeper").select_option("Gus Gray")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("rowheader", name="Gus Gray")).to_be_visible()
        expect(page.get_by_role("row", name="Oct 13, 2026")).to_contain_text("Gus Gray")
        assert faults(page) == []
        assert page.locator("main").bounding_box()["width"] <= 360  # type: ignore[index]
    context.close()
