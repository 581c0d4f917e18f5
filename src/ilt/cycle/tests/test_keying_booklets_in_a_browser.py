"""The named keyer types paper booklets: twice, compared in the page, sent together."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast
from tests.respondents import OpenWave, open_wave, post, stored_answers

from ilt.collection.payload import CANNOT_JUDGE, NOT_SHOWN

pytestmark = [
    pytest.mark.django_db(databases=["default", "box"], transaction=True),
    pytest.mark.slow,
]


@pytest.fixture
def wave(cast: Cast) -> OpenWave:
    return open_wave(cast, codes=2)


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, cast: Cast, wave: OpenWave) -> Iterator[Page]:
    """The keying page of the keyer, signed in."""
    context = browser.new_context(base_url=live_server.url)
    session = cast.browser_of(cast.cleo).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    address = {"school_id": cast.school.pk, "wave_id": wave.id}
    page.goto(reverse("wave_keying", kwargs=address))
    yield page
    context.close()


def type_booklet(page: Page, code: str, first: str = "12N6S") -> None:
    """All marks are 1, but for the first topic's; the team topics are left empty, as on paper."""
    page.get_by_label("Code on the slip").fill(code)
    for field in page.locator("input.part").all():
        if field.get_attribute("data-optional") is None:
            field.fill("1" * int(field.get_attribute("data-items") or 0))
    page.locator("input.part").first.fill(first)
    page.get_by_role("button", name="Go on").click()


def test_a_booklet_typed_twice_alike_is_sent(desk: Page, wave: OpenWave) -> None:
    type_booklet(desk, wave.codes[0])
    expect(desk.get_by_role("heading", name="The same booklet again")).to_be_visible()
    expect(desk.locator("input.part").first).to_have_value("")
    type_booklet(desk, wave.codes[0].lower())
    expect(desk.locator("#status")).to_contain_text("Both times are the same.")
    assert stored_answers() == []
    desk.get_by_role("button", name="Send all").click()
    expect(desk.locator("#status")).to_contain_text("All booklets are sent.")
    optional = [wave.instrument.construct(item.construct).optional for item in wave.instrument.items]
    rest = [NOT_SHOWN if each else 1 for each in optional]
    assert stored_answers() == [[1, 2, CANNOT_JUDGE, 6, 0, *rest[5:]]]


def test_a_typing_error_is_shown_and_corrected(desk: Page, wave: OpenWave) -> None:
    type_booklet(desk, wave.codes[0], first="22N6S")
    type_booklet(desk, wave.codes[0])
    expect(desk.locator("#status")).to_contain_text("The two times differ here.")
    expect(desk.locator("input.part").first).to_be_focused()
    desk.get_by_role("button", name="Go on").click()  # the second time was right: said once more
    expect(desk.locator("#status")).to_contain_text("Both times are the same.")


@pytest.mark.parametrize("marks", ["", "1234", "12376", "12A45"])
def test_marks_that_are_not_on_the_booklet_are_pointed_out(desk: Page, wave: OpenWave, marks: str) -> None:
    type_booklet(desk, wave.codes[0], first=marks)
    expect(desk.locator("#status")).to_contain_text("Some marks are missing or wrong.")
    expect(desk.locator("input.part").first).to_have_attribute("aria-invalid", "true")


def test_answers_sent_before_with_the_slip_are_replaced_only_when_the_keyer_says_so(
    desk: Page, wave: OpenWave
) -> None:
    earlier = {"code": wave.codes[0], "rev": 0, "sealed": wave.sealed([3])}
    assert post(f"/box/{wave.id}/slip", earlier)[0] == 201
    for _time in ("first", "second"):
        type_booklet(desk, wave.codes[0])
    desk.get_by_role("button", name="Send all").click()
    expect(desk.locator("#failed")).to_contain_text("Answers were sent with this slip before.")
    assert stored_answers() == [[3] + [0] * 59]
    desk.get_by_role("button", name="Replace the answers of this slip").click()
    expect(desk.locator("#status")).to_contain_text("All booklets are sent.")
    assert [each[:5] for each in stored_answers()] == [[1, 2, CANNOT_JUDGE, 6, 0]]


def test_a_booklet_whose_reply_was_lost_is_sent_again_without_a_question(desk: Page, wave: OpenWave) -> None:
    for _time in ("first", "second"):
        type_booklet(desk, wave.codes[0])

    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.route("**/slip", lose_the_reply, times=1)
    desk.get_by_role("button", name="Send all").click()
    expect(desk.locator("#failed")).to_contain_text("Not sent yet. Try again.")
    desk.get_by_role("button", name="Send all").click()
    expect(desk.locator("#status")).to_contain_text("All booklets are sent.")
    assert len(stored_answers()) == 1


def test_an_unknown_code_is_named_and_the_others_are_sent(desk: Page, wave: OpenWave) -> None:
    for code in ("0000000000", wave.codes[1]):
        type_booklet(desk, code)
        type_booklet(desk, code)
        expect(desk.locator("#status")).to_contain_text("Both times are the same.")
    desk.get_by_role("button", name="Send all").click()
    expect(desk.locator("#status")).to_contain_text("Some booklets were not sent.")
    expect(desk.get_by_text("0000000000: We do not know this code.")).to_be_visible()
    assert len(stored_answers()) == 1
