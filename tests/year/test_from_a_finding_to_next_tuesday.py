"""From a finding to next Tuesday's meeting, and back: a plan as the people of a school make it.

Nobody has scripts. Teachers hold phones, the team sits at desks, and one teacher uses no mouse.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.urls import resolve
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.priorities.models import Priority
from ilt.report.tests.survey import published_survey
from ilt.roster.models import Membership, User
from ilt.roster.tests.traces import traces_of
from ilt.rounds.models import Version
from ilt.shared import clock
from ilt.strategy.models import Goal
from tests.accessibility import faults
from tests.cast import Cast, person, works_at

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "box"], transaction=True),
    pytest.mark.usefixtures("sign_in_is_quick"),
]

PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)
RESULTS_ARE_OUT = datetime(2026, 10, 12, 15, tzinfo=UTC)
VISION_COMMENTS, VISION_REVISED, VISION_ROUND, VISION_ADOPTED = (
    datetime(2026, 10, day, 15, tzinfo=UTC) for day in (14, 20, 21, 26)
)
STRATEGY_COMMENTS, STRATEGY_ROUND, THE_WEEK_BEFORE = (
    datetime(2026, month, day, 15, tzinfo=UTC) for month, day in ((10, 28), (11, 3), (11, 12))
)
TUESDAY = date(2026, 11, 17)
NEED, MEETING, ASK = "Argue from a text", "Plan one question together", "We learn to ask for reasons"
REVISED = "A grade 5 class reads a letter twice, asks, and writes."
UNNAMED = "I hand this in for a colleague who stays unnamed."
SETTLED = "Settled: who objected can live with the answer."
PASSWORD = "a quiet Tuesday in fall"

VISION = {
    "students": ("What students do, say and make", "They ask each other what a text means."),
    "teachers": ("What teachers do", "Ask what has no one-word answer, and wait."),
    "content": ("Content and tasks", "Whole texts at grade level."),
    "fit": ("How the three fit, in one lesson", "A class reads a letter twice, asks, and writes."),
    "signs": ("Signs to look for", "We hear: where does it say that?"),
}
GOAL = {
    "learn": ("What teachers will learn", "To ask questions that let students give reasons."),
    "who": ("Who learns it", "Both grade teams, with the coach."),
    "where": ("Where it is learned", "Team time and peer visits."),
    "coordination": ("How it is coordinated", "Try it in teams, then bring it to the faculty."),
    "time": ("The time it takes", "Two hours a month."),
    "leaders": ("If leaders ...", "protect an hour each week"),
    "teams": ("then teams ...", "plan one question together"),
    "teachers": ("then teachers ...", "ask it and wait"),
    "students": ("then students ...", "explain how they know"),
    "stops": ("What stops or waits", "The weekly data sheet."),
}
INDICATORS = (
    ("Short: practice", "Notes from two visits", date(2026, 12, 4)),
    ("Middle: student work", "Texts with reasons", date(2027, 2, 5)),
    ("Long: outcomes or a survey topic", "Topic: shared strategy", date(2027, 5, 28)),
)
COMMITMENT = {
    "learn": ("What I will learn", "to listen in visits"),
    "with": ("With whom", "the grade 4 team"),
    "time": ("The time I protect", "Tuesdays, 2 to 3"),
}
GAPS = {
    "Nothing in the vision answers this need.",
    "This goal serves no part of the vision.",
    "Nobody learns this in the next eight weeks. Add a meeting?",
    "The goal names the Grade 4 team, but no activity includes it.",
}

WAYS = re.compile(r'(?:href|action)="([^"#?]+)["#?]')
STEPS = re.compile(r'name="(step)" value="(\w+)"')
READING = re.compile(  # pages without a form
    r"(versions|\.pdf|\.docx|results|load|archive)$|^(learning|strategy)$"
    r"|^throughline(?!.*/(links|cut|new|leave|end)$)"
)
TALK = re.compile(r"/(?:edit|comments?|consent|object|objections|step)\b")
FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one)
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    return [seen, box.top + scrollY, box.bottom + scrollY]
}"""


class Somebody:
    """Somebody at the school in a browser of their own. Pages that let one do the same are checked once."""

    def __init__(self, page: Page, school: int, checked: set[object]) -> None:
        self.page, self.home, self.checked = page, f"/school/{school}", checked
        page.on("domcontentloaded", lambda _page: self.unseen.append(page.url))
        self.unseen: list[str] = []

    def opens(self, place: str = "") -> "Somebody":
        self.page.goto(self.home + (f"/{place}" if place else ""))
        return self.looks()

    def looks(self) -> "Somebody":
        """What eyes get a screen reader gets, and nothing sticks out of the screen."""
        self.unseen.clear()
        width = self.page.viewport_size["width"]  # type: ignore[index]
        sticks_out = self.page.evaluate("document.scrollingElement.scrollWidth") - width
        route = resolve(urlsplit(self.page.url).path).url_name
        kind = (route, frozenset(TALK.findall(" ".join(self.may()))))
        found = [] if kind in self.checked else faults(self.page)
        assert (route, sticks_out, found) == (route, 0, [])
        self.checked.add(kind)
        return self

    def may(self) -> set[str]:
        """What this page lets its reader do: where its buttons and its links to forms lead."""
        main = self.page.content().partition("<main")[2].partition("</main>")[0]
        ways = {re.sub(r"\d+", "0", each.removeprefix(self.home + "/")) for each in WAYS.findall(main)}
        return {each for each in ways if not READING.search(each)} | {
            "=".join(each) for each in STEPS.findall(main)
        }

    def clicks(self, where: Locator) -> "Somebody":
        with self.page.expect_navigation():
            where.click()
        return self.looks()

    def follows(self, name: str | re.Pattern[str]) -> "Somebody":
        return self.clicks(self.page.get_by_role("link", name=name).first)

    def presses(self, name: str) -> "Somebody":
        return self.clicks(self.page.get_by_role("button", name=name, exact=True))

    def fills(self, typed: Mapping[str, Any]) -> "Somebody":
        """Fills in fields by their labels, as their kind wants it, and saves."""
        for label, value in typed.items():
            field = self.page.get_by_label(label, exact=True)
            if value is True:
                field.check()
            elif field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=str(value))
            else:
                field.fill(str(value))
        return self.presses("Save")

    def reads(self, words: str) -> "Somebody":
        expect(self.page.locator("main")).to_contain_text(words)
        return self

    # Without a mouse

    def tabs_to(self, wanted: Locator) -> None:
        """Goes there by the tab key from the page's beginning; on the way the focus is seen and goes down."""
        self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("link", name="Skip to the page")).to_be_focused()
        self.page.keyboard.press("Enter")
        self.tabs_on_to(wanted)

    def tabs_on_to(self, wanted: Locator) -> None:
        before = 0.0
        for _press in range(40):
            self.page.keyboard.press("Tab")
            seen, top, bottom = self.page.evaluate(FOCUS)
            assert seen
            assert bottom >= before
            if wanted.evaluate("each => each === document.activeElement"):
                return
            before = top
        pytest.fail(f"The tab key does not reach {wanted}.")

    def enters(self) -> "Somebody":
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self.looks()

    def types(self, text: str) -> "Somebody":
        """Into the form's text field, and saves, all from the keyboard."""
        self.tabs_to(self.page.get_by_role("textbox").last)
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)
        self.tabs_on_to(self.page.get_by_role("button", name="Save", exact=True))
        return self.enters()


class Story:
    """The people of a school, and the clock that they share."""

    def __init__(self, cast: Cast, browser: Browser, server: LiveServer, clocks: ExitStack) -> None:
        self.cast, self.browser, self.server, self.clocks = cast, browser, server, clocks
        self.nora = works_at(person("Nora", "Nash"), cast.school)  # she objects, and nobody may learn it
        self.contexts: list[BrowserContext] = []
        self.checked: set[object] = set()
        desks = {"ana": cast.ana, "ben": cast.ben, "fay": cast.fay, "gus": cast.gus}
        phones = {"cleo": cast.cleo, "nora": self.nora}
        self.people = {name: self.signed_in(each, DESK) for name, each in desks.items()}
        self.people |= {name: self.signed_in(each, PHONE) for name, each in phones.items()}

    def at(self, moment: datetime) -> None:
        self.clocks.close()
        self.clocks.enter_context(clock.at(moment))

    def somebody(self, viewport: ViewportSize) -> Somebody:
        context = self.browser.new_context(
            base_url=self.server.url, viewport=viewport, java_script_enabled=False
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        return Somebody(context.new_page(), self.cast.school.id, self.checked)

    def signed_in(self, who: User, viewport: ViewportSize) -> Somebody:
        found = self.somebody(viewport)
        session = self.cast.browser_of(who).cookies[configured.SESSION_COOKIE_NAME].value
        cookie = {"name": configured.SESSION_COOKIE_NAME, "value": session, "url": self.server.url}
        found.page.context.add_cookies([cookie])  # type: ignore[list-item]
        return found


@pytest.fixture
def story(cast: Cast, browser: Browser, live_server: LiveServer, publishes: None) -> Iterator[Story]:
    published_survey(cast)
    cast.cleo.set_password(PASSWORD)
    cast.cleo.save()
    for who, team in ((cast.ben, "Grade 4"), (cast.cleo, "Grade 5")):
        Membership.objects.filter(person=who).update(team=team)
    with ExitStack() as clocks:
        made = Story(cast, browser, live_server, clocks)
        yield made
        for context in made.contexts:
            context.close()
    Goal.objects.update(priority=None)
    Priority.objects.all().delete()  # it holds on to a snapshot, which goes after this


def part(does: str, label: str) -> re.Pattern[str]:
    """The link of one part: what it does, and for screen readers the part's name."""
    return re.compile(f"^{does} ?: {re.escape(label)}$")


# From a finding to a vision


def a_finding_is_taken_up(story: Story) -> None:
    fay = story.people["fay"].opens().follows("Take up a finding")
    fay.follows(re.compile("Take this up.*Time and resources"))
    fay.fills({"What do we take up?": "Time to plan together", "Who looks after it?": "Ben Boyd"})
    for name in ("ana", "cleo"):
        story.people[name].opens("priorities").reads("Time to plan together").reads("Time and resources")
    assert story.people["cleo"].may() == set()
    assert story.people["ana"].may() == {"promises/new"}


def the_team_drafts_a_vision(story: Story) -> None:
    ben, fay = story.people["ben"], story.people["fay"]
    ben.opens().follows("Write a need").fills(
        {
            "What do students need?": NEED,
            "What showed it?": "41 of 64 texts gave no reason.",
            "When was it seen?": date(2026, 9, 9),
        }
    )
    for label, text in list(VISION.values())[1:]:
        ben.follows(part("Write", label)).fills({"Text": text})
    label, text = VISION["students"]
    ben.tabs_to(ben.page.get_by_role("link", name=part("Write", label)))
    ben.enters().types(text)
    for name in ("ana", "cleo", "gus"):
        reader = story.people[name].opens("vision").reads("The team is drafting.")
        expect(reader.page.get_by_text(text)).to_have_count(0)
        assert reader.may() == set()
    fay.opens("vision").reads(text).presses("Open for comments")


def the_faculty_comments_on_it(story: Story) -> None:
    cleo = story.people["cleo"].opens().follows("Read and comment")
    assert cleo.may() == {f"vision/comment/{key}" for key in ("needs", *VISION)}
    label, text = VISION["fit"]
    cleo.follows(part("Comment", label)).reads(text).fills({"Your comment": "Which grade?"})
    for name in ("ana", "gus", "nora"):
        assert story.people[name].opens("vision").may() == cleo.may()


def every_comment_has_its_answer(story: Story) -> None:
    fay, ben = story.people["fay"].opens("vision"), story.people["ben"].opens("vision")
    assert "step=round" not in fay.may()
    fay.clicks(fay.page.locator("a[href*='vision/comments/']")).fills(
        {"Taken in part": True, "Answer": "We name grade 5."}
    )
    label, _text = VISION["fit"]
    ben.opens("vision").follows(part("Change", label)).fills({"Text": REVISED})
    for name in ("ana", "cleo", "gus"):
        reader = story.people[name].opens("vision").reads("We name grade 5.").reads(REVISED)
        assert reader.may() == set()
    fay.opens("vision").presses("Open a consent round")


def two_object_and_one_stays_unnamed(story: Story) -> None:
    cleo, ben, nora = story.people["cleo"], story.people["ben"], story.people["nora"]
    assert story.people["gus"].opens("vision").may() == {"vision/object"}  # a coach is not asked
    cleo.opens().follows("Read and answer")
    assert cleo.may() == {"vision/object", "vision/consent"}
    cleo.follows(re.compile("^Object$"))
    expect(cleo.page.get_by_label(UNNAMED)).to_have_count(0)
    cleo.fills({"About which part?": VISION["fit"][0], **objection("It is only grade 5.", "Add grade 3.")})
    nora.opens("vision").reads("Would you rather stay unnamed?")
    words = objection("I fear for my class.", "Begin with two teams.")
    ben.opens("vision").follows(re.compile("^Object$"))
    ben.fills({"About which part?": VISION["teachers"][0], UNNAMED: True, **words})
    nora.opens("vision").reads("An objection that Ben Boyd hands in for a colleague").reads("I fear")
    assert nora.may() == cleo.may() == {"vision/object", "vision/consent"}
    assert traces_of(story.nora) == set()
    assert traces_of(story.cast.ben) >= {"ilt_objection.carried_by_id", "ilt_section.by_id"}
    found_by_search = "ilt_writing.title"  # her comment's
    assert traces_of(story.cast.cleo) == {"ilt_objection.by_id", "ilt_remark.by_id", found_by_search}


def objection(reason: str, suggestion: str) -> dict[str, str]:
    return {"What speaks against it?": reason, "What do you suggest instead?": suggestion}


def both_get_a_written_answer(story: Story) -> None:
    cleo, ben, fay = (story.people[name].opens("vision") for name in ("cleo", "ben", "fay"))
    fay.presses("Adopt this text").reads("Objections without an answer: 2.")
    for number, answer in enumerate(("The strategy adds grade 3.", "Two teams begin.")):
        fay.clicks(fay.page.locator("a[href*='vision/objections/']").nth(number)).fills(
            {"Written answer": answer}
        )
    assert story.people["ana"].opens("vision").may() == {"vision/object", "vision/consent"}
    for reader, answer in ((cleo, "The strategy adds grade 3."), (ben, "Two teams begin.")):
        reader.opens("vision").reads(answer)
        expect(reader.page.get_by_text(SETTLED)).to_have_count(0 if reader is cleo else 1)
        reader.presses("I can live with the answer")
    fay.opens("vision")
    expect(fay.page.get_by_text(SETTLED)).to_have_count(2)


def all_but_one_consent(story: Story) -> None:
    for given, name in enumerate(("ana", "ben", "cleo", "fay"), 1):
        reader = story.people[name].opens("vision").presses("I consent")
        reader.reads(f"{given} of 5 have consented so far.")
        assert "vision/consent" not in reader.may()
    story.people["fay"].presses("Adopt this text").reads("The round is still open.")


def all_read_the_adopted_vision(story: Story) -> None:
    story.people["fay"].opens("vision").presses("Adopt this text")
    read = {
        name: each.opens("vision").page.locator("#valid").inner_text() for name, each in story.people.items()
    }
    frozen = Version.objects.get().content
    assert frozen["texts"] == {**{key: text for key, (_label, text) in VISION.items()}, "fit": REVISED}
    shown = read["cleo"]
    assert shown.startswith("Version 1, adopted on Oct 26, 2026")
    assert set(read.values()) == {shown}
    for name in ("ana", "cleo", "gus", "nora"):
        assert story.people[name].may() == set()
    story.people["cleo"].follows("All versions").follows("Version 1, adopted")
    story.people["cleo"].reads("Cleo Cano objects").reads("Two teams begin.").reads("We name grade 5.")
    assert traces_of(story.nora) == set()


# From the priority to a strategy


def the_priority_becomes_a_goal(story: Story) -> None:
    fay = story.people["fay"].opens("priorities").follows("Make it a goal")
    fay.fills(
        {
            "What will teachers learn, in one line?": ASK,
            "Who looks after it?": "Ben Boyd",
            "Grade 4": True,
            "When do we review it?": date(2027, 5, 3),
        }
    )
    fay.reads("Time to plan together")
    assert Priority.objects.get().fate == "goal"


def the_team_drafts_a_strategy(story: Story) -> None:
    ben = story.people["ben"].opens("strategy")
    for label, text in GOAL.values():
        ben.follows(part("Write", label)).fills({"Text": text})
    theory = "If leaders protect an hour each week, then teams plan one question together, "
    ben.reads(theory + "then teachers ask it and wait, then students explain how they know.")
    for kind, text, day in INDICATORS:
        ben.follows(part("Add an indicator", ASK))
        ben.fills({kind: True, "What will we look at?": text, "By when?": day})
    ben.follows(part("Add a handoff", ASK)).fills(
        {
            "From which team?": "Grade 4",
            "To which team?": "the leadership team",
            "What is carried over?": "What we tried",
            "When?": date(2026, 12, 8),
            "Who carries it?": "Ben Boyd",
        }
    )
    ben.follows("Add time, money, people or materials")
    ben.fills({"Time": True, "Its name": "Team time on Tuesdays", "Minutes a month": 240})
    expect(ben.page.locator("#next-commitment a")).to_have_count(0)


def the_principal_writes_her_commitment(story: Story) -> None:
    ana = story.people["ana"].opens("strategy").reads("The team is drafting.")
    assert ana.may() == {f"strategy/edit/commitment.{key}" for key in COMMITMENT}
    for label, text in COMMITMENT.values():
        ana.follows(part("Write", label)).fills({"Text": text})
    for name in ("ana", "fay"):
        reader = story.people[name].opens("strategy")
        reader.reads("I will learn to listen in visits, with the grade 4 team, and I protect this time: Tue")


def gaps_of(reader: Somebody) -> set[str]:
    found = reader.page.locator("section.card").filter(has=reader.page.get_by_role("heading", name="Gaps"))
    return {each.removeprefix("⚠ ") for each in found.locator("p.broken").all_inner_texts()}


def each_gap_is_mended(story: Story) -> None:
    fay = story.people["fay"].opens().follows("Look for gaps")
    assert gaps_of(fay) == GAPS
    answers = VISION["students"][0]
    for sentence in ("Nothing in the vision answers this need.", "This goal serves no part of the vision."):
        fay.opens("throughline/gaps").follows(re.compile(f"Mend.*{re.escape(sentence)}"))
        fay.page.get_by_label("Link to", exact=True).select_option(label=answers)
        form = fay.page.locator("form", has=fay.page.get_by_label("Link to", exact=True))
        fay.clicks(form.get_by_role("button"))
    fay.opens("throughline/gaps").follows(re.compile("Mend.*Nobody learns this"))
    fay.fills(
        {
            "What do we learn together?": MEETING,
            "Team time": True,
            "Day": TUESDAY,
            "Begins at": time(14, 0).isoformat("minutes"),
            "Minutes planned": 60,
            "Grade 4": True,
            "Who leads it?": "Ben Boyd",
            ASK: True,
            "Team time on Tuesdays": True,
        }
    )
    fay.reads("Saved.").reads("No gap is open.").opens("learning").reads("Tue, Nov 17")
    assert Link.objects.count() == 4
    cleo = story.people["cleo"].opens("throughline/gaps")
    assert cleo.may() == set()
    expect(cleo.page.get_by_text(ASK)).to_have_count(0)
    fay.opens("strategy").presses("Open for comments")


def a_teacher_comments_without_a_mouse(story: Story) -> None:
    cleo = story.people["cleo"].opens("strategy")
    cleo.tabs_to(cleo.page.get_by_role("link", name=part("Comment", GOAL["where"][0])))
    cleo.enters().types("Who covers my class?")
    ana = story.people["ana"].opens("strategy").follows(part("Comment", "Handoffs"))
    ana.fills({"Your comment": "Bring it to the faculty too."})
    fay, ben = story.people["fay"], story.people["ben"]
    for reader, fate, answer in (
        (fay, "Taken", "The coach does."),
        (ben, "Not taken", "In May it goes there."),
    ):
        answers = reader.opens("strategy").page.locator("a[href*='strategy/comments/']")
        reader.clicks(answers.nth(int(reader is ben))).fills({fate: True, "Answer": answer})
    assert "step=round" not in fay.opens("strategy").may()


def the_faculty_adopts_the_strategy(story: Story) -> None:
    cleo, fay = story.people["cleo"], story.people["fay"]
    fay.opens("strategy").reads("In May it goes there.").presses("Open a consent round")
    cleo.opens("strategy")
    cleo.tabs_to(cleo.page.get_by_role("button", name="I consent"))
    cleo.enters().reads("You have consented.")
    for name in ("ana", "ben", "nora"):
        story.people[name].opens("strategy").presses("I consent")
        leads = {"strategy/step", "step=adopt", "step=amend"} if name == "ben" else set()
        assert story.people[name].may() == {"strategy/object"} | leads
    fay.opens("strategy").presses("Adopt this text").reads("The round is still open.")
    fay.presses("I consent").presses("Adopt this text")
    read = {
        name: each.opens("strategy").page.locator("#valid").inner_text()
        for name, each in story.people.items()
    }
    for words in (
        ASK,
        "The weekly data sheet.",
        "What we tried",
        "Team time on Tuesdays: 240",
        "Tuesdays, 2 to 3.",
    ):
        assert words in read["cleo"]
    assert set(read.values()) == {read["cleo"]}
    for name in ("ana", "cleo", "gus"):
        assert story.people[name].may() == set()


# And back


def three_clicks_lead_back_to_the_need(story: Story) -> None:
    cleo = story.somebody(PHONE)
    cleo.page.goto("/login")
    cleo.looks().page.fill("#id_login", str(story.cast.cleo.email))
    cleo.page.fill("#id_password", PASSWORD)
    cleo.presses("Sign in with the password").reads(MEETING).reads("Nov 17, 2026")
    cleo.follows("Open the learning calendar").reads("Tue, Nov 17")
    cleo.follows(MEETING).reads(VISION["students"][0]).reads(ASK)
    cleo.follows(NEED)
    expect(cleo.page.locator(".card").first).to_contain_text("Student need")
    cleo.reads("Where does this come from, where does it lead?").reads(MEETING)
    assert cleo.may() == set()
    assert story.people["ana"].opens("learning").may() == set()
    assert Activity.objects.get().on == TUESDAY


def test_a_finding_becomes_a_meeting_and_a_teacher_traces_it_back_to_a_need(story: Story) -> None:
    chapters = {
        RESULTS_ARE_OUT: (a_finding_is_taken_up, the_team_drafts_a_vision),
        VISION_COMMENTS: (the_faculty_comments_on_it,),
        VISION_REVISED: (every_comment_has_its_answer,),
        VISION_ROUND: (two_object_and_one_stays_unnamed, both_get_a_written_answer, all_but_one_consent),
        VISION_ADOPTED: (
            all_read_the_adopted_vision,
            the_priority_becomes_a_goal,
            the_team_drafts_a_strategy,
            the_principal_writes_her_commitment,
            each_gap_is_mended,
        ),
        STRATEGY_COMMENTS: (a_teacher_comments_without_a_mouse,),
        STRATEGY_ROUND: (the_faculty_adopts_the_strategy,),
        THE_WEEK_BEFORE: (three_clicks_lead_back_to_the_need,),
    }
    for moment, steps in chapters.items():
        story.at(moment)
        for step in steps:
            step(story)
    assert {name: each.unseen for name, each in story.people.items()} == {name: [] for name in story.people}
