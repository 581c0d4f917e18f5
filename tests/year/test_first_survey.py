"""A first survey from the empty installation to the results, as the people of a school go through it."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime

import pypdfium2
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from coherently.disclosure import Plan, PlannedGroup, release
from coherently.instrument import shipped
from coherently.moments import states
from coherently.report.html import fragment
from ilt.collection import slips
from ilt.collection.codes import as_typed, to_text
from ilt.collection.payload import envelope
from ilt.cycle.models import Wave
from ilt.cycle.rules import paper
from ilt.project.tick import steps
from ilt.report.answers_frame import frame_of
from ilt.roster.models import User
from ilt.roster.rules import first_host
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.jobs import run_waiting
from tests.accessibility import faults
from tests.year import faculty

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "box"], transaction=True),
    pytest.mark.usefixtures("publishes"),
]

HOST = "host@localhost"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
NEXT = "Keep and go on"
SETUP, OPENS, REMINDER = (datetime(2026, 9, day, 14, tzinfo=UTC) for day in (10, 14, 21))
CLOSES, EARLY, RELEASE = (
    datetime(2026, month, day, 14, tzinfo=UTC) for month, day in ((9, 26), (10, 2), (10, 9))
)


CHECKED: Counter[str] = Counter()  # how often each address was looked at by `seen`


class Stage:
    """The school's people in browsers of their own, and the clock that all of them share."""

    def __init__(self, browser: Browser, server: LiveServer, clocks: ExitStack) -> None:
        self.browser, self.url, self.clocks = browser, server.url, clocks
        self.opened: list[BrowserContext] = []
        self.visited: Counter[str] = Counter()

    def move_to(self, moment: datetime) -> None:
        """The clock's minute has come; the worker does what there is to do."""
        self.clocks.close()
        self.clocks.enter_context(clock.at(moment))
        for step in steps():
            step()
            run_waiting()

    def page(self, viewport: dict[str, int] = DESK, scripts: bool = True) -> Page:
        context = self.browser.new_context(viewport=viewport, java_script_enabled=scripts, base_url=self.url)
        context.set_default_timeout(15_000)
        self.opened.append(context)
        page = context.new_page()
        page.on("domcontentloaded", lambda loaded: self.visited.update([address(loaded)]))
        return page

    def page_of(self, name: str) -> Page:
        """Signed in already: the way in is walked once, by the host."""
        client = Client()
        client.force_login(User.objects.get(email=faculty.address(name)))
        page = self.page()
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.url}])
        return page

    def close(self) -> None:
        for context in self.opened:
            context.close()


@pytest.fixture
def stage(browser: Browser, live_server: LiveServer, settings: object) -> Iterator[Stage]:
    settings.PUBLIC_URL = live_server.url
    with ExitStack() as clocks:
        made = Stage(browser, live_server, clocks)
        made.move_to(SETUP)
        yield made
        made.close()


def seen(page: Page, heading: str) -> None:
    """The page that was meant came, and a screen reader gets what eyes get."""
    assert heading in page.locator("h1:visible").first.inner_text()
    assert faults(page) == [], page.url
    CHECKED[address(page)] += 1


def address(page: Page) -> str:
    return page.url.partition("#")[0]


def press(page: Page, name: str, heading: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
    seen(page, heading)


def go(page: Page, address: str, heading: str) -> None:
    page.goto(address)
    seen(page, heading)


# Before the survey


def set_up(stage: Stage, password: str) -> None:
    page = stage.page()
    go(page, "/login", "Sign in")
    page.fill("#id_login", HOST)
    page.fill("#id_password", password)
    press(page, "Sign in with the password", "Set-up")
    page.get_by_role("link", name="Set up your school").click()
    seen(page, "Which school is it?")
    page.fill("#id_name", faculty.SCHOOL)
    page.select_option("#id_zone", "America/New_York")
    page.get_by_label("Español").check()
    press(page, NEXT, "When is school this year?")
    page.fill("#id_starts_on", "2026-08-24")
    page.fill("#id_ends_on", "2027-06-11")
    press(page, NEXT, "Who are the three to start with?")
    people = {"leader": faculty.PRINCIPAL, "facilitator": faculty.FACILITATOR, "second": faculty.SECOND}
    for group, name in people.items():
        first, last = name.split()
        page.fill(f"#id_{group}_first_name", first)
        page.fill(f"#id_{group}_last_name", last)
        page.fill(f"#id_{group}_email", faculty.address(name))
    press(page, NEXT, "Bring in a staff list")
    page.fill("#id_pasted", faculty.staff_list())
    press(page, "Look at the list", "Look before you take over")
    press(page, "Take over this list", "Staff")
    assert page.get_by_text(f"{len(faculty.PEOPLE)} people").is_visible()


def give_the_team_its_role(stage: Stage, school: str) -> None:
    page = stage.page_of(faculty.PRINCIPAL)
    go(page, f"{school}/roles", "Roles")
    page.get_by_label("Person").select_option(label=faculty.MEMBER)
    page.get_by_label("Role").select_option(value="M")
    press(page, "Give this role", "Roles")
    assert page.get_by_role("row", name=faculty.MEMBER).count() == 1


def plan_the_survey(stage: Stage, school: str) -> str:
    page = stage.page_of(faculty.FACILITATOR)
    go(page, f"{school}/waves/new", "Ask the faculty")
    press(page, "Begin", "Which questions")
    press(page, NEXT, "Who is asked")
    press(page, NEXT, "When")
    page.fill("#id_opens_on", "2026-09-14")
    press(page, NEXT, "How do ballots reach people?")
    page.locator("#id_keyer").select_option(label=faculty.KEYER)
    press(page, NEXT, "What is shown, and who is reminded?")
    press(page, NEXT, "When do all staff see the results?")
    press(page, NEXT, "Read the promise")
    press(page, "We have read it", "Check your answers")
    check = page.url
    survey = check.partition("/step")[0]
    go(page, f"{survey}/confirm", "Who is asked")
    press(page, "I confirm this list", "Who is asked")
    second = stage.page_of(faculty.SECOND)
    go(second, f"{survey}/confirm", "Who is asked")
    press(second, "I confirm this list", "Who is asked")
    go(page, check, "Check your answers")
    press(page, "This is ready", "Survey of Sep 14, 2026")
    return survey


# While it is open


def links() -> dict[str, str]:
    """Address and personal link of every mail in the box."""
    found = {}
    for each in mail.outbox:
        if link := re.search(r"\S+/s/[0-9a-f-]+#\S+", each.body):
            found[each.to[0]] = link.group()
    return found


def print_slips(stage: Stage, survey: str, wave: Wave) -> list[str]:
    page = stage.page_of(faculty.FACILITATOR)
    go(page, f"{survey}/print", "Print")
    press(page, "Make slips", "Print")
    run_waiting()
    document = pypdfium2.PdfDocument(paper.file_of(wave, "slips"))
    lines = [line for each in document for line in each.get_textpage().get_text_range().splitlines()]
    document.close()
    return [code for line in lines if slips.well_formed(code := as_typed(line))]


def answer_on_a_phone(stage: Stage, link: str) -> None:
    page = stage.page(PHONE)
    go(page, link, "How do we work together?")
    page.locator("#start").click()
    for number in range(len(shipped().constructs)):
        part = page.locator(".part").nth(number)
        part.wait_for()
        seen(page, shipped().constructs[number].title)
        for question in part.locator("fieldset").all():
            question.locator("input[value='4']").check()
        page.locator("#next").click()
    page.locator("#review").wait_for()
    seen(page, "Review and send")
    assert page.get_by_text("You answered every question.").is_visible()
    send(page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.locator("#change").click()
    page.locator("fieldset").first.locator("input[value='5']").check()
    page.locator("#end").click()
    send(page)


def send(page: Page) -> None:
    page.locator("#send").click()
    page.locator("#done").wait_for()
    seen(page, "Thank you. Your answers arrived.")


def answer_without_scripts(stage: Stage, wave: Wave, code: str) -> None:
    page = stage.page(PHONE, scripts=False)
    go(page, f"/go/{wave.id}", "How do we work together?")
    page.fill("#typed", code)
    press(page, "Start", "How do we work together?")
    page.check("input[name=q0][value='2']")
    press(page, "Send", "Thank you. Your answers arrived.")


def key_a_booklet(stage: Stage, survey: str, code: str) -> None:
    page = stage.page_of(faculty.KEYER)
    go(page, f"{survey}/keying", "Type in paper booklets")
    for _time in ("first", "second"):
        page.fill("#slip", code)
        for part in page.locator("input.part").all():
            part.fill("3" * int(part.get_attribute("data-items") or 0))
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Send all").click()
    page.locator("#status", has_text="All booklets are sent.").wait_for()
    seen(page, "Type in paper booklets")


def answer_by_program(wave: Wave, link: str, payload: bytes) -> None:
    """What the page's script does, by the same routes."""
    client, prepared = Client(), to_text(os.urandom(64))

    def post(path: str, **body: object) -> dict[str, str]:
        answer = client.post(path, json.dumps(body), content_type="application/json")
        assert answer.status_code < 300, answer.content
        return dict(answer.json())

    secret = link.partition("#")[2].partition(".")[0]
    signed = post(f"/s/{wave.id}/collect", secret=secret, blinded=prepared)["blind_sig"]
    post(f"/box/{wave.id}/ballot", prepared=prepared, sig=signed, rev=0, sealed=to_text(envelope(payload)))


# Results


def waits(stage: Stage, school: str, *names: str) -> None:
    for name in names:
        page = stage.page_of(name)
        go(page, f"{school}/results", "Results")
        assert page.get_by_text("Results open to everyone on Oct 9, 2026.").is_visible()


def reads(stage: Stage, school: str, name: str) -> str:
    page = stage.page_of(name)
    go(page, f"{school}/results", "What our faculty says")
    return str(page.locator("article.report").inner_html())


def expected_report(browser_page: Page) -> str:
    """The library's page about the same answers, as the browser writes it."""
    words = shipped()
    plan = Plan((PlannedGroup(faculty.SCHOOL, len(faculty.TEACHERS)),), asked=date(2026, 9, 14).isoformat())
    made = release(plan, states(frame_of(faculty.everybody(), words, faculty.SCHOOL), words))
    browser_page.set_content(fragment(made, words, "en"))
    return str(browser_page.locator("article.report").inner_html())


def test_a_school_asks_for_the_first_time(stage: Stage) -> None:
    set_up(stage, first_host(HOST) or "")
    school = f"/school/{School.objects.get().id}"
    give_the_team_its_role(stage, school)
    survey = plan_the_survey(stage, school)

    stage.move_to(OPENS)
    wave = Wave.objects.get()
    mailed = links()
    assert sorted(mailed) == sorted(map(faculty.address, faculty.TEACHERS[: -len(faculty.WITHOUT_MAIL)]))
    slip_codes = print_slips(stage, survey, wave)
    first, *others = (mailed[address] for address in sorted(mailed))
    answer_on_a_phone(stage, first)
    answer_without_scripts(stage, wave, slip_codes[0])
    key_a_booklet(stage, survey, slip_codes[1])
    for link, payload in zip(others, faculty.by_program(shipped()), strict=False):
        answer_by_program(wave, link, payload)
    waits(stage, school, faculty.READER, faculty.MEMBER, faculty.PRINCIPAL)

    before = len(mail.outbox)
    stage.move_to(REMINDER)
    assert len(mail.outbox) - before == len(mailed)

    stage.move_to(CLOSES)
    wave.refresh_from_db()
    assert (wave.state, wave.outcome, wave.collected) == (Wave.State.PUBLISHED, Wave.Outcome.PROFILE, 20)
    waits(stage, school, faculty.READER, faculty.MEMBER, faculty.PRINCIPAL)

    stage.move_to(EARLY)
    read_early = reads(stage, school, faculty.MEMBER)
    waits(stage, school, faculty.READER, faculty.PRINCIPAL)

    stage.move_to(RELEASE)
    assert reads(stage, school, faculty.READER) == read_early
    assert reads(stage, school, faculty.PRINCIPAL) == read_early
    assert read_early == expected_report(stage.page())
    assert stage.visited - CHECKED == {"about:blank": 1}  # the library's page
