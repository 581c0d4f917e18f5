"""A respondent with a real browser: link, slip, second device, lost network, blocked storage, two tabs."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast
from tests.respondents import OpenWave, ballots, box_waves, open_wave, stored_answers

from ilt.collection import rules as box
from ilt.collection.payload import CANNOT_JUDGE, NOT_SHOWN
from ilt.cycle.models import Wave

pytestmark = [
    pytest.mark.django_db(databases=["default", "box"], transaction=True),
    pytest.mark.slow,
]
PHONE = {"width": 360, "height": 740}
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }});"


@pytest.fixture
def wave(cast: Cast) -> OpenWave:
    return open_wave(cast, codes=3)


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, base_url=live_server.url)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def other_phone(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, base_url=live_server.url)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def started(context: BrowserContext, address: str) -> Page:
    page = opened(context, address)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Safety to learn")).to_be_focused()
    return page


def answer(page: Page, question: int, words: str) -> None:
    page.locator("fieldset").nth(question).get_by_label(words, exact=True).check()


def send(page: Page) -> str:
    page.locator("#end").click()
    page.get_by_role("button", name="Send", exact=True).click()
    return receipt(page)


def receipt(page: Page) -> str:
    expect(page.get_by_role("heading", name="Thank you. Your answers arrived.")).to_be_focused()
    return page.locator("#receipt").inner_text()


def kept(page: Page) -> list[str]:
    return [str(value) for value in page.evaluate("Object.values({...localStorage})")]


def emptied(page: Page) -> None:
    """The device asks once more whether the survey is really over, and then keeps nothing of it."""
    for _try in range(100):  # a function that waits inside the page would need what the strict policy forbids
        if page.evaluate("localStorage.length") == 0:
            return
        page.wait_for_timeout(100)
    pytest.fail("The device still keeps something of the survey.")


def test_two_taps_lead_to_the_first_question_and_answers_arrive(
    wave: OpenWave, phone: BrowserContext
) -> None:
    page = started(phone, wave.link())
    assert wave.secrets[0] not in page.url
    answer(page, 0, "Agree")
    expect(page.get_by_text("Kept on this device", exact=True)).to_be_visible()
    answer(page, 1, "Cannot judge")
    answer(page, 2, "Strongly disagree")
    page.locator("fieldset").nth(2).get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Leaders as learners")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="Safety to learn")).to_be_focused()
    page.locator("#end").click()
    expect(page.get_by_text("58 questions have no answer. Answer them, or send without.")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{20}", receipt(page))
    assert stored_answers() == [[5, CANNOT_JUDGE] + [0] * 58]
    assert phone.cookies() == []


def test_team_topics_are_left_out_with_one_tap(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    for _ in range(7):
        page.get_by_role("button", name="Next").click()
    page.get_by_label("does not apply to me").check()
    expect(page.get_by_role("heading", name="Collective capability")).to_be_focused()
    send(page)
    optional = [wave.instrument.construct(item.construct).optional for item in wave.instrument.items]
    assert stored_answers() == [[NOT_SHOWN if each else 0 for each in optional]]


def test_answers_can_be_changed_until_the_close(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    first = send(page)
    page.close()
    page = opened(phone, wave.link())  # the mailed link brings her back to what she sent
    assert receipt(page) == first
    page.get_by_role("button", name="Change my answers").click()
    expect(page.locator("fieldset").first.get_by_label("Agree", exact=True)).to_be_checked()
    answer(page, 0, "Disagree")
    assert send(page) == first
    assert stored_answers() == [[2] + [0] * 59]
    assert ballots().get().rev == 1


def test_the_return_link_replaces_from_another_device_and_shows_nothing(
    wave: OpenWave, phone: BrowserContext, other_phone: BrowserContext
) -> None:
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    send(page)
    way = page.get_by_label("Return link").input_value()
    other = opened(other_phone, way)
    expect(other.get_by_text("Locked answers cannot be shown.")).to_be_visible()
    other.get_by_role("button", name="Start").click()
    expect(other.locator("input:checked")).to_have_count(0)
    answer(other, 1, "Disagree")
    send(other)
    assert stored_answers() == [[0, 2] + [0] * 58]
    page.get_by_role("button", name="Change my answers").click()  # the first device has not seen that
    page.locator("#end").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Newer answers came from another device.")).to_be_visible()
    assert stored_answers() == [[0, 2] + [0] * 58]
    page.get_by_role("button", name="Replace them").click()
    receipt(page)
    assert stored_answers() == [[5] + [0] * 59]


def test_the_mailed_link_on_another_device_says_where_to_go_on(
    wave: OpenWave, phone: BrowserContext, other_phone: BrowserContext
) -> None:
    started(phone, wave.link())
    other = opened(other_phone, wave.link())
    other.get_by_role("button", name="Start").click()
    expect(other.get_by_text("Open your link again there, or open the return link.")).to_be_visible()
    expect(other.get_by_role("button", name="Start")).to_be_hidden()


def test_a_lost_network_loses_and_doubles_nothing(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    page.locator("#end").click()
    phone.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Not sent yet. Kept on this device.")).to_be_visible()
    phone.set_offline(False)
    receipt(page)
    expect(page.get_by_text("Not sent yet.")).to_be_hidden()
    assert stored_answers() == [[5] + [0] * 59]


def test_a_reply_that_got_lost_is_asked_for_again(wave: OpenWave, phone: BrowserContext) -> None:
    """The server stored the ballot, the answer never came, and the phone was closed in between."""
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    page.locator("#end").click()
    page.route("**/ballot", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    page.close()
    receipt(opened(phone, wave.link()))
    assert stored_answers() == [[5] + [0] * 59]
    assert ballots().get().rev == 0


def test_a_lost_start_takes_the_same_ballot_again(wave: OpenWave, phone: BrowserContext) -> None:
    page = opened(phone, wave.link())
    page.route("**/collect", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    page.close()
    send(started(phone, wave.link()))


def test_a_restored_backup_gets_the_ballot_from_the_device(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    send(page)
    page.close()
    ballots().delete()
    page = opened(phone, wave.link())
    expect(page.get_by_text("Your answers were missing here. We have sent them again.")).to_be_visible()
    assert stored_answers() == [[5] + [0] * 59]


def test_two_tabs_are_one_ballot(wave: OpenWave, phone: BrowserContext) -> None:
    first = started(phone, wave.link())
    second = started(phone, wave.link())
    answer(first, 0, "Agree")
    expect(second.locator("fieldset").first.get_by_label("Agree", exact=True)).to_be_checked()
    answer(second, 1, "Disagree")
    send(first)
    send(second)
    assert stored_answers() == [[5, 2] + [0] * 58]


def test_a_double_tap_sends_once(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    page.locator("#end").click()
    page.locator("#send").dblclick()
    receipt(page)
    assert ballots().get().rev == 0


def test_blocked_storage_warns_and_a_reload_still_finds_the_ballot(
    wave: OpenWave, phone: BrowserContext
) -> None:
    phone.add_init_script(NO_STORAGE)
    page = opened(phone, wave.link())
    expect(page.get_by_text("This browser keeps nothing after you leave.")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    answer(page, 0, "Agree")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("fieldset").first.get_by_label("Agree", exact=True)).to_be_checked()
    send(page)
    assert stored_answers() == [[5] + [0] * 59]


def test_leaving_asks_first_where_the_browser_keeps_nothing(wave: OpenWave, phone: BrowserContext) -> None:
    phone.add_init_script(NO_STORAGE)
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    send(page)
    with page.expect_event("close"):  # what was sent needs no question
        page.close(run_before_unload=True)


def test_a_browser_that_cannot_run_the_script_offers_a_slip(wave: OpenWave, phone: BrowserContext) -> None:
    phone.route("**/ballot*.js", lambda route: route.fulfill(body="an older browser stops here ?"))
    page = opened(phone, wave.link())
    expect(page.get_by_role("heading", name="This browser cannot open your ballot")).to_be_visible()
    expect(page.get_by_role("button", name="Exchange for a slip")).to_be_visible()


def test_a_browser_that_lacks_a_feature_offers_a_slip(wave: OpenWave, phone: BrowserContext) -> None:
    phone.add_init_script("delete window.TextEncoder")
    page = opened(phone, wave.link())
    expect(page.get_by_role("button", name="Exchange for a slip")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_be_hidden()


def test_a_browser_that_works_never_shows_the_way_round(wave: OpenWave, phone: BrowserContext) -> None:
    page = opened(phone, wave.link())
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert not page.evaluate("document.getElementById('old').checkVisibility()")


def test_a_refused_clipboard_locks_no_button(wave: OpenWave, phone: BrowserContext) -> None:
    phone.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));")
    page = started(phone, wave.link())
    send(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_hidden()
    page.get_by_role("button", name="Change my answers").click()
    expect(page.get_by_role("heading", name="Safety to learn")).to_be_focused()


def test_a_key_that_was_not_announced_is_refused(wave: OpenWave, phone: BrowserContext) -> None:
    other = f"/s/{wave.id}#{wave.secrets[0]}.{'0' * 16}"
    page = opened(phone, other)
    expect(page.get_by_text("The check code of this page is not the announced one.")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_be_hidden()


def test_keys_that_do_not_fit_their_fingerprint_are_refused(wave: OpenWave, phone: BrowserContext) -> None:
    box_waves().update(sign_spki="AAAA")
    expect(opened(phone, wave.link()).get_by_text("is not the announced one.")).to_be_visible()


def test_the_language_changes_and_the_answers_stay(wave: OpenWave, phone: BrowserContext) -> None:
    phone.add_init_script(NO_STORAGE)  # even where the browser keeps nothing
    page = opened(phone, wave.link())
    page.get_by_role("button", name="Start").click()
    answer(page, 0, "Agree")
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("fieldset").first.locator("input").nth(4)).to_be_checked()
    page.get_by_role("link", name="English").click()
    send(page)
    assert stored_answers() == [[5] + [0] * 59]


def test_a_closed_survey_says_so_and_empties_the_device(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    assert len(kept(page)) == 1
    box.begin_close(wave.id)
    page.locator("#end").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(
        page.get_by_text("This survey closed on Oct 2, 2099. Results come on Oct 20, 2099.")
    ).to_be_visible()
    emptied(page)
    assert stored_answers() == []


def test_a_ballot_survives_the_minute_between_the_end_and_the_extension(
    wave: OpenWave, phone: BrowserContext
) -> None:
    """At the planned end the box takes nothing more; a minute later the window may be extended."""
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    page.locator("#end").click()
    end = box_waves().get().closes_at
    box.move_close(wave.id, end.replace(year=2000))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("This survey closed on")).to_be_visible()
    box.move_close(wave.id, end)
    page.close()
    page = started(phone, wave.link())
    expect(page.locator("fieldset").first.get_by_label("Agree", exact=True)).to_be_checked()
    send(page)
    assert stored_answers() == [[5] + [0] * 59]


def test_after_the_close_any_visit_empties_the_device(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    box.begin_close(wave.id)
    page.goto(f"/go/{wave.id}")
    expect(page.get_by_text("This survey closed on")).to_be_visible()
    emptied(page)


def test_clearing_leaves_nothing_on_a_shared_computer(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link())
    answer(page, 0, "Agree")
    send(page)
    page.get_by_role("button", name="Clear this device").click()
    expect(page.get_by_text("This device holds nothing of your ballot any more.")).to_contain_text(
        "To send again, open your return link, or type the code of your slip anew."
    )
    assert (kept(page), page.evaluate("history.state")) == ([], None)
    page.goto(f"/s/{wave.id}")
    expect(page.get_by_text("Open the link in your mail again.")).to_be_visible()


def test_two_people_at_one_computer_find_only_their_own(wave: OpenWave, phone: BrowserContext) -> None:
    page = started(phone, wave.link(0))
    answer(page, 0, "Agree")
    page.close()
    page = started(phone, wave.link(1))
    expect(page.locator("input:checked")).to_have_count(0)


def test_a_slip_uses_the_same_page_after_its_code(wave: OpenWave, phone: BrowserContext) -> None:
    page = opened(phone, f"/go/{wave.id}")
    page.get_by_label("Code on your slip").fill("00000 00000")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("We do not know this code.")).to_be_visible()
    page.get_by_label("Code on your slip").fill(f"{wave.codes[0][:5]} {wave.codes[0][5:]}".lower())
    page.get_by_role("button", name="Start").click()
    answer(page, 0, "Agree")
    send(page)
    expect(page.get_by_label("Return link")).to_be_hidden()
    page.get_by_role("button", name="Clear this device").click()
    page.goto(f"/go/{wave.id}")
    page.get_by_label("Code on your slip").fill(wave.codes[0])
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Sending again replaces the earlier answers.")).to_be_visible()
    answer(page, 0, "Disagree")
    send(page)
    assert stored_answers() == [[2] + [0] * 59]


def test_a_slip_works_without_scripts(wave: OpenWave, browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    page = opened(context, "/go")
    page.get_by_label("Code on your slip").fill(wave.codes[0])
    page.get_by_role("button", name="Start").click()
    answer(page, 0, "Agree")
    answer(page, 59, "Cannot judge")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you. Your answers arrived.")).to_be_visible()
    assert stored_answers() == [[5] + [0] * 58 + [CANNOT_JUDGE]]
    context.close()


def test_a_link_without_scripts_offers_a_voucher(
    wave: OpenWave, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    page = opened(context, wave.link())
    page.get_by_label("Paste the whole link from your mail").fill(live_server.url + wave.link())
    page.get_by_role("button", name="Exchange for a slip").click()
    expect(page.get_by_role("heading", name="Show this exchange code to the facilitator")).to_be_visible()
    context.close()


def test_everything_works_from_the_keyboard(wave: OpenWave, phone: BrowserContext) -> None:
    page = opened(phone, wave.link())
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_role("heading", name="Safety to learn")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("fieldset").first.get_by_label("Disagree", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Clear
    expect(page.locator("input:checked")).to_have_count(0)
    expect(page.locator("fieldset input").first).to_be_focused()


def narrow(page: Page) -> None:
    """Nothing to scroll sideways at 320 px, and nothing smaller to tap than 44 px."""
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        "[...document.querySelectorAll('button, header a, fieldset label, .decline')]"
        ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44)"
        ".map((each) => each.outerHTML)"
    )
    assert small == []


def test_every_step_is_accessible_on_a_narrow_phone(
    wave: OpenWave, phone: BrowserContext, cast: Cast
) -> None:
    page = opened(phone, wave.link())
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    found, seen = {}, []

    def look(name: str) -> None:
        found[name] = faults(page)
        narrow(page)
        seen.append(name)

    look("promise")
    page.get_by_role("button", name="Start").click()
    answer(page, 0, "Agree")
    look("part")
    for _ in range(7):
        page.get_by_role("button", name="Next").click()
    look("optional part")
    page.locator("#end").click()
    look("review")
    page.get_by_role("button", name="Send", exact=True).click()
    receipt(page)
    look("done")
    page.goto(f"/go/{wave.id}")
    expect(page.get_by_label("Code on your slip")).to_be_visible()
    look("code")
    page.goto("/s/" + str(wave.id))
    expect(page.get_by_text("Open the link in your mail again.")).to_be_visible()
    look("message")
    Wave.objects.create(school=cast.other_school, year=cast.year, state=Wave.State.OPEN, zone="UTC")
    page.goto("/go")
    look("schools")
    assert found == {name: [] for name in seen}
