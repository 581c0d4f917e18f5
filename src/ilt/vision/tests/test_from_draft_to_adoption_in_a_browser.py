"""A vision from its first words to its adoption: every role on a phone, without scripts."""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast

from ilt.roster.models import User
from ilt.shared import clock
from ilt.vision.rules import save_need
from ilt.vision.tests.written import (
    AFTER_COMMENTS,
    AFTER_ROUND,
    IN_COMMENTS,
    IN_ROUND,
    START,
    TEXTS,
    whole_draft,
    write,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Opens = Callable[..., Page]


@pytest.fixture
def open_vision(browser: Browser, live_server: LiveServer, cast: Cast) -> Iterator[Opens]:
    """The vision's page as somebody finds it, on a phone."""
    contexts = []

    def opened(person: User, scripts: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 360, "height": 740}, java_script_enabled=scripts
        )
        contexts.append(context)
        session = cast.browser_of(person).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(reverse("vision", args=[cast.school.pk]))
        return page

    yield opened
    for context in contexts:
        context.close()


def fine(page: Page) -> Page:
    """A page without a fault, on which nothing sticks out of a phone's width."""
    assert faults(page) == []
    assert page.locator("main").bounding_box()["width"] <= 360  # type: ignore[index]
    return page


def link(page: Page, does: str, part: str) -> Locator:
    """The link of one part: what it does, and for screen readers the part's name."""
    return page.get_by_role("link", name=re.compile(f"{does} ?: {part}"))


def test_a_faculty_writes_comments_objects_consents_and_adopts(cast: Cast, open_vision: Opens) -> None:
    with clock.at(START):
        save_need(
            cast.fay, cast.school, None, 0, text="Argue", evidence="41 of 64", evidence_on=date(2026, 9, 9)
        )
        write(cast, **{key: text for key, text in TEXTS.items() if key != "students"})
        page = fine(open_vision(cast.ben))
        link(page, "Write", "What students do, say and make").click()
        page.get_by_label("Text").fill(TEXTS["students"])
        page.get_by_role("button", name="Save").click()
        page = open_vision(cast.fay)
        expect(page.get_by_text("They ask each other what it means.")).to_be_visible()
        page.get_by_role("button", name="Open for comments").click()
        expect(page.get_by_text("until Oct 12, 2026")).to_be_visible()
    with clock.at(IN_COMMENTS):
        page = fine(open_vision(cast.cleo))
        link(page, "Comment", "How the three fit, in one lesson").click()
        fine(page).get_by_label("Your comment").fill("Which grade?")
        page.get_by_role("button", name="Save").click()
        page = open_vision(cast.ben)
        link(page, "Answer this comment", "How the three fit").click()
        page.get_by_label("Taken in part").check()
        page.get_by_label("Answer", exact=True).fill("We name grade 5.")
        fine(page).get_by_role("button", name="Save").click()
    with clock.at(AFTER_COMMENTS):
        open_vision(cast.fay).get_by_role("button", name="Open a consent round").click()
    with clock.at(IN_ROUND):
        page = fine(open_vision(cast.ana))
        expect(page.get_by_text("We name grade 5.")).to_be_visible()
        page.get_by_role("button", name="I consent").click()
        page = open_vision(cast.cleo)
        page.get_by_role("link", name="Object").click()
        page.get_by_label("About which part?").select_option("How the three fit, in one lesson")
        page.get_by_label("What speaks against it?").fill("It is only grade 5.")
        page.get_by_label("What do you suggest instead?").fill("Add a lesson of grade 3.")
        page.get_by_role("button", name="Save").click()
        page = open_vision(cast.fay)
        page.get_by_role("link", name="Answer in writing").click()
        page.get_by_label("Written answer").fill("The strategy adds grade 3.")
        page.get_by_role("button", name="Save").click()
        page = open_vision(cast.cleo)
        page.get_by_role("button", name="I can live with the answer").click()
        expect(page.get_by_text("✓ Settled: who objected can live with the answer.")).to_be_visible()
    with clock.at(AFTER_ROUND):
        open_vision(cast.fay).get_by_role("button", name="Adopt this text").click()
        page = fine(open_vision(cast.gus))
        expect(page.get_by_role("heading", name="Version 1, adopted on Oct 19, 2026")).to_be_visible()
        page.get_by_role("link", name="All versions").click()
        page.get_by_role("link", name="Version 1, adopted").click()
        expect(fine(page).get_by_text("Cleo Cano objects")).to_be_visible()


def test_a_part_is_changed_with_the_keyboard_alone(cast: Cast, open_vision: Opens) -> None:
    whole_draft(cast)
    page = open_vision(cast.ben, scripts=True)
    change = link(page, "Change", "What teachers do")
    for _press in range(60):
        page.keyboard.press("Tab")
        if change.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    field = page.get_by_label("Text")
    expect(field).to_have_value(TEXTS["teachers"])
    while not field.evaluate("each => each === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Ask again.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(TEXTS["teachers"] + " Ask again.")).to_be_visible()
