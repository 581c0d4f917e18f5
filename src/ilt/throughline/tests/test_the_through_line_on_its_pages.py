import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.priorities.models import Priority
from ilt.report.tests.survey import RELEASE, noon, published_survey
from ilt.report.told import told
from ilt.roster.journal import journal_of
from ilt.roster.models import User
from ilt.rounds import rules as writing
from ilt.rounds.models import Document
from ilt.rounds.queries import document_of
from ilt.schools.models import School, SchoolYear
from ilt.shared import clock
from ilt.shared.search import find
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.throughline import rules
from ilt.throughline.models import Copy, Waiver
from ilt.throughline.queries import open_gaps
from ilt.throughline.tests.plan import handoff, linked, planned, write_element
from ilt.vision.models import Need
from ilt.vision.rules import SPEC as VISION

pytestmark = pytest.mark.django_db
PAGES = ("", "/picture", "/lanes", "/gaps", "/copies")


@pytest.fixture(autouse=True)
def early_october() -> Iterator[None]:
    with clock.at(datetime(2026, 10, 5, 12, tzinfo=UTC)):
        yield


def read(cast: Cast, who: User, page: str) -> HttpResponse:
    return cast.browser_of(who).get(f"/school/{cast.school.id}/throughline{page}")


def html(cast: Cast, who: User, page: str) -> str:
    answer = read(cast, who, page)
    assert answer.status_code == 200
    return answer.content.decode()


def send(cast: Cast, who: User, page: str, **typed: str) -> HttpResponse:
    address = f"/school/{cast.school.id}/throughline{page}"
    return cast.browser_of(who).post(address, {"token": str(uuid4()), **typed})


def row_of(page: str, anchor: str) -> str:
    found = re.search(rf'<tr id="{anchor}".*?</tr>', page, re.DOTALL)
    assert found
    return found[0]


# Linking


def test_a_member_links_an_activity_to_a_goal_from_either_side(cast: Cast) -> None:
    planned(cast)
    Link.objects.all().delete()
    goal, activity, need = Goal.objects.get(), Activity.objects.get(), Need.objects.get()
    assert send(cast, cast.ben, f"/activity/{activity.id}/links", other=f"goal:{goal.id}").status_code == 302
    assert send(cast, cast.ben, f"/need/{need.id}/links", other="element:students").status_code == 302
    assert list(Link.objects.values_list("kind", "from_kind", "to_kind").order_by("id")) == [
        ("learned", "goal", "activity"),
        ("answered", "need", "element"),
    ]
    outline = html(cast, cast.cleo, "")
    assert f'href="#activity-{activity.id}"' in row_of(outline, f"goal-{goal.id}")
    assert f'href="#goal-{goal.id}"' in row_of(outline, f"activity-{activity.id}")
    assert [line.what for line in journal_of(cast.school)] == ["Linked two things of the plan"] * 2


def test_only_what_may_be_linked_and_is_not_yet_is_offered(cast: Cast) -> None:
    planned(cast, 2)
    first, second = Goal.objects.order_by("id")
    Activity.objects.create(school=cast.school, title="Dropped", setting="team", state="dropped")
    page = html(cast, cast.fay, f"/goal/{first.id}/links")
    offered = re.findall(r'<option value="([a-z]+):(\w+)"', page)
    other_evidence = Indicator.objects.get(goal=second)
    other_activity = Activity.objects.get(title="Try 2")
    assert offered == [("activity", str(other_activity.id)), ("evidence", str(other_evidence.id))]


@pytest.mark.parametrize(
    ("kind", "other", "sentence"),
    [
        ("need", "goal", "A need first links to a part of the vision."),
        ("goal", "need", "A need first links to a part of the vision."),
        ("element", "activity", "A part of the vision first links to a goal."),
        ("resource", "evidence", "Nothing follows from this. Link from the other side."),
    ],
)
def test_a_forbidden_link_sent_by_hand_is_refused_in_a_sentence(
    cast: Cast, kind: str, other: str, sentence: str
) -> None:
    planned(cast)
    things = {
        "need": Need.objects.get().id,
        "element": "students",
        "goal": Goal.objects.get().id,
        "activity": Activity.objects.get().id,
        "resource": Resource.objects.get().id,
        "evidence": Indicator.objects.get().id,
    }
    before = Link.objects.count()
    answer = send(cast, cast.ben, f"/{kind}/{things[kind]}/links", other=f"{other}:{things[other]}")
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Link.objects.count() == before


def test_a_thing_of_another_school_or_of_no_kind_cannot_be_linked(cast: Cast) -> None:
    planned(cast)
    foreign = Activity.objects.create(school=cast.other_school, title="Theirs", setting="team")
    goal, before = Goal.objects.get(), Link.objects.count()
    for other in (f"activity:{foreign.id}", "<script>:1", "", ":", "activity"):
        assert send(cast, cast.ben, f"/goal/{goal.id}/links", other=other).status_code == 422
        send(cast, cast.ben, f"/goal/{goal.id}/cut", other=other)
    assert Link.objects.count() == before
    assert read(cast, cast.ben, f"/activity/{foreign.id}/links").status_code == 404
    assert read(cast, cast.ben, f"/activity/{foreign.id}").status_code == 404


def test_a_link_is_cut_from_either_side(cast: Cast) -> None:
    planned(cast)
    goal, activity = Goal.objects.get(), Activity.objects.get()
    assert f'/activity/{activity.id}/cut"' in html(cast, cast.ben, f"/activity/{activity.id}/links")
    send(cast, cast.ben, f"/activity/{activity.id}/cut", other=f"goal:{goal.id}")
    assert not Link.objects.filter(from_kind="goal").exists()
    assert [line.what for line in journal_of(cast.school)] == ["Cut a link of the plan"]


def test_who_does_not_write_the_plan_sees_no_way_to_change_it(cast: Cast) -> None:
    planned(cast)
    assert "/links" in html(cast, cast.ben, "")
    for who in (cast.cleo, cast.gus):
        assert [f"{page}: form" for page in PAGES if "/links" in html(cast, who, page)] == []
        assert "<select" not in html(cast, who, "")


# Reading


def test_a_teacher_traces_a_meeting_back_to_what_students_need(cast: Cast) -> None:
    planned(cast)
    meeting, need = Activity.objects.get(), Need.objects.get()
    outline = html(cast, cast.cleo, "")
    assert f'<a href="/school/{cast.school.id}/throughline/activity/{meeting.id}"' in outline
    page = html(cast, cast.cleo, f"/activity/{meeting.id}")
    before, after = page.split("<h2>It leads to</h2>")
    things = [("need", need.id), ("element", "students"), ("goal", Goal.objects.get().id)]
    assert re.findall(r"/throughline/(\w+)/(\w+)\" dir", before) == [(kind, str(ref)) for kind, ref in things]
    assert re.findall(r"/throughline/(\w+)/", after.split("<p class")[0]) == ["resource"]


def test_a_goal_that_was_deleted_stands_as_broken_until_its_links_are_cut(cast: Cast) -> None:
    planned(cast)
    goal = Goal.objects.get()
    Goal.objects.update(state=Goal.State.ARCHIVED)
    outline = html(cast, cast.ben, "")
    assert f'id="goal-{goal.id}"' not in outline
    element = row_of(outline, "element-students")
    assert ("⚠ Ask 1 (archived)" in element, "This link leads to something archived." in element) == (
        True,
        True,
    )
    assert 'class="link broken"' in html(cast, cast.ben, "/picture")
    for thing in ("element/students", f"activity/{Activity.objects.get().id}"):
        assert send(cast, cast.ben, f"/{thing}/cut", other=f"goal:{goal.id}").status_code == 302
    assert "Ask 1" not in html(cast, cast.ben, "")


def test_what_people_wrote_is_never_markup_on_any_page(cast: Cast) -> None:
    planned(cast)
    evil = "<script>alert(1)</script>&\"' مرحبا"
    Goal.objects.update(title=evil)
    Activity.objects.update(title=evil, minutes=None, teams=[evil])
    Resource.objects.update(title=evil)
    Need.objects.update(text=evil)
    kept = rules.keep_copy(cast.ben, cast.school, evil)
    Goal.objects.update(title="New")
    goal = Goal.objects.get()
    for page in (*PAGES, f"/copies/{kept.id}", f"/goal/{goal.id}", f"/goal/{goal.id}/links"):
        text = html(cast, cast.ben, page)
        assert (page, "<script>alert" in text) == (page, False)


def test_a_draft_is_nobodys_but_the_teams(cast: Cast) -> None:
    planned(cast, phase="draft")
    kept = rules.keep_copy(cast.ben, cast.school, "Draft")
    need = Need.objects.get()
    for page in (*PAGES, f"/copies/{kept.id}"):
        seen = [
            who
            for who in (cast.cleo, cast.ana, cast.gus)
            if re.search("Argue|Ask 1|Time 1", html(cast, who, page))
        ]
        assert seen == []
    assert read(cast, cast.cleo, f"/need/{need.id}").status_code == 404
    assert "Argue" in html(cast, cast.ben, "")


# Gaps


def gap_named(gap: str) -> str:
    return "/gaps/leave?" + urlencode({"gap": gap})


def test_a_gap_is_left_open_with_a_reason_and_taken_back(cast: Cast) -> None:
    planned(cast)
    nobody = handoff(Goal.objects.get(), None)
    gap = f"L20:handoff:{nobody.id}:"
    sentence = "Nobody carries this from the Grade 5 team to the leadership team."
    page = html(cast, cast.ben, "/gaps")
    assert gap_named(gap).replace("%3A", ":") in page
    assert sentence in html(cast, cast.ben, gap_named(gap))
    assert send(cast, cast.ben, gap_named(gap), reason=" ").status_code == 422
    assert send(cast, cast.ben, gap_named(gap), reason="Dee comes in May").status_code == 302
    assert "L20" not in {each.rule for each in open_gaps(cast.school)}
    left = html(cast, cast.cleo, "/gaps").split("Left open with a reason")[1]
    assert [found.ref for found in find(cast.school.id, "Dee", ["staff"])] == [
        f"left-handoff-{Waiver.objects.get().id}"
    ]
    assert (sentence in left, "Dee comes in May" in left, "Ben Boyd, Oct 5, 2026" in left) == (
        True,
        True,
        True,
    )
    send(cast, cast.fay, f"/waivers/{Waiver.objects.get().id}/end")
    assert find(cast.school.id, "Dee", ["staff"]) == []
    assert "L20" in {each.rule for each in open_gaps(cast.school)}
    assert [line.what for line in journal_of(cast.school)] == [
        "No longer leaves a gap of the plan open",
        "Left a gap of the plan open, with a reason",
    ]


def test_a_reason_for_a_gap_of_a_draft_is_found_by_all_staff_once_the_draft_is_theirs(cast: Cast) -> None:
    planned(cast, phase="draft")
    need = Need.objects.create(school=cast.school, text="Argue", evidence="Check")
    goal = Goal.objects.create(school=cast.school, title="Lonely", owner=cast.fay)
    for kind, ref in (("need", need.id), ("goal", goal.id)):
        gap = next(each for each in open_gaps(cast.school) if each.key[1:3] == (kind, str(ref)))
        rules.waive(cast.ben, cast.school, gap, f"Later, {kind}")
    found = lambda: [each.ref.rpartition("-")[0] for each in find(cast.school.id, "later", ["staff"])]  # noqa: E731
    seen = [found()]
    for spec, key in ((VISION, "teachers"), (rules.STRATEGY, f"goal{goal.id}.learn")):
        document = document_of(cast.school, spec.kind)
        writing.save_section(cast.ben, spec, document, key, "We read.", 0)
        writing.open_comments(cast.fay, spec, document, 7)
        seen.append(sorted(found()))
    assert seen == [[], ["left-need"], ["left-goal", "left-need"]]


def test_leaving_one_month_open_leaves_the_next_month_a_gap(cast: Cast) -> None:
    planned(cast)
    time, goal = Resource.objects.get(), Goal.objects.get()
    for month in (10, 11):
        long = Activity.objects.create(
            school=cast.school, title="Long", setting="team", on=date(2026, month, 20), minutes=300
        )
        linked(cast.school, goal, long)
        linked(cast.school, long, time)
    assert (
        send(cast, cast.ben, gap_named(f"L10:resource:{time.id}:2026-10"), reason="Once").status_code == 302
    )
    assert [each.about for each in open_gaps(cast.school) if each.rule == "L10"] == ["2026-11"]


def test_a_gap_that_is_mended_or_made_up_cannot_be_left_open(cast: Cast) -> None:
    planned(cast)
    for gap in ("L20:handoff:999:", "L99", "", "L21:commitment::"):
        assert send(cast, cast.ben, gap_named(gap), reason="Why").status_code == 302
    assert Waiver.objects.count() == 0


def test_each_sentence_leads_to_the_place_that_mends_it(cast: Cast) -> None:
    planned(cast)
    Link.objects.all().delete()
    Activity.objects.update(minutes=None)
    Goal.objects.update(owner=None)
    Need.objects.update(evidence="")
    handoff(Goal.objects.get(), None)
    need, goal, activity = Need.objects.get(), Goal.objects.get(), Activity.objects.get()
    carried_by_nobody = Handoff.objects.get(person=None)
    page = html(cast, cast.fay, "/gaps")
    here = f"/school/{cast.school.id}"
    places = {unescape(place) for place in re.findall(r'<a href="([^"]+)">Mend', page)}
    back = f"back={quote_plus(f'{here}/throughline/gaps')}"  # to see there that it is mended
    assert places == {
        f"{here}/vision/needs/{need.id}?{back}",  # no evidence
        f"{here}/throughline/need/{need.id}/links#need-{need.id}",
        f"{here}/throughline/element/students/links#element-students",
        f"{here}/throughline/goal/{goal.id}/links#goal-{goal.id}",
        f"{here}/learning/new?goal={goal.id}&team=&{back}",  # nobody learns this soon
        f"{here}/learning/new?goal={goal.id}&team=Grade+4&{back}",  # teams that are not included
        f"{here}/learning/new?goal={goal.id}&team=Grade+5&{back}",
        f"{here}/throughline/activity/{activity.id}/links#activity-{activity.id}",
        f"{here}/strategy/goals/{goal.id}?{back}",  # nobody looks after it
        f"{here}/learning/{activity.id}?{back}",  # no time
        f"{here}/strategy/handoffs/{carried_by_nobody.id}?{back}",
        f"{here}/strategy#next-commitment",
    }
    fay = cast.browser_of(cast.fay)
    assert {place: fay.get(place).status_code for place in places} == dict.fromkeys(places, 200)


def test_a_name_that_no_thing_can_have_cuts_nothing(cast: Cast) -> None:
    planned(cast)
    goal, links = Goal.objects.get(), Link.objects.count()
    answers = [
        send(cast, cast.fay, f"/goal/{goal.id}/cut", other=other) for other in ("activity:\0", "x", "")
    ]
    assert ([each.status_code for each in answers], Link.objects.count()) == ([302] * 3, links)


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"])
def test_who_mends_a_gap_comes_back_to_see_it_mended_and_is_sent_nowhere_else(
    cast: Cast, elsewhere: str
) -> None:
    planned(cast)
    vision = f"/school/{cast.school.id}/vision"
    ours = f"/school/{cast.school.id}/throughline/gaps"
    typed = {"text": "Argue", "evidence": "Slips", "evidence_on": ""}

    def leads(back: str) -> str:
        need = Need.objects.get()
        place = f"{vision}/needs/{need.id}?{urlencode({'back': back})}"
        sent = typed | {"token": str(uuid4()), "revision": str(need.revision)}
        return str(cast.browser_of(cast.fay).post(place, sent).headers["Location"])

    assert [leads(ours), leads(elsewhere)] == [ours, vision]


def test_each_page_says_what_a_thing_rests_on(cast: Cast) -> None:
    planned(cast)
    Need.objects.update(evidence="Thirty **exit slips**")
    Indicator.objects.update(showed="Most explain a step")
    need, evidence, activity = Need.objects.get(), Indicator.objects.get(), Activity.objects.get()
    assert "Thirty <strong>exit slips</strong>" in html(cast, cast.cleo, f"/need/{need.id}")
    assert "Most explain a step" in html(cast, cast.cleo, f"/evidence/{evidence.id}")
    assert ">Grade 5</p>" in html(cast, cast.cleo, f"/activity/{activity.id}")


def test_a_priority_says_which_finding_it_comes_from_to_those_who_read_results(cast: Cast) -> None:
    with clock.at(noon(RELEASE)):
        snapshot = published_survey(cast)
        (finding, *_others) = told(cast.school, early=False)
        priority = Priority.objects.create(
            school=cast.school, snapshot=snapshot, finding=finding.key, title="Trust", made_on=RELEASE
        )
    School.objects.update(shares_plan=True)
    page = f"/priority/{priority.id}"
    assert finding.sentence in unescape(html(cast, cast.cleo, page))
    assert finding.sentence not in unescape(html(cast, cast.eli, page))
    Priority.objects.update(finding="place/corrected")
    assert "It was taken up from the results of a survey." in html(cast, cast.cleo, page)


def test_what_is_next_stands_before_what_is_past(cast: Cast) -> None:
    planned(cast)
    goal = Goal.objects.get()
    for title, day in (("Long ago", date(2026, 9, 1)), ("Later", date(2026, 11, 3))):
        past = Activity.objects.create(school=cast.school, title=title, setting="team", on=day, minutes=30)
        linked(cast.school, goal, past)
    page = html(cast, cast.cleo, f"/goal/{goal.id}")
    places = [page.index(each) for each in ("Try 1", "Later", "Activities that are past", "Long ago")]
    assert places == sorted(places)


def test_the_principal_is_led_to_the_commitment_and_to_nothing_else(cast: Cast) -> None:
    planned(cast)
    places = re.findall(r'<a href="([^"]+)">Mend', html(cast, cast.ana, "/gaps"))
    assert places == [f"/school/{cast.school.id}/strategy#next-commitment"]


def test_the_district_office_reads_it_if_the_school_shares_its_plan(cast: Cast) -> None:
    planned(cast)
    assert read(cast, cast.eli, "").status_code == 404
    School.objects.update(shares_plan=True)
    assert [read(cast, cast.eli, page).status_code for page in PAGES] == [200] * len(PAGES)
    assert "Mend" not in html(cast, cast.eli, "/gaps")


def test_the_district_office_reads_no_text_before_it_is_adopted(cast: Cast) -> None:
    planned(cast)
    School.objects.update(shares_plan=True)

    def told(reader: User) -> set[str]:
        pages = [html(cast, reader, page) for page in PAGES]
        pages += [read(cast, reader, f"/goal/{Goal.objects.get().id}").content.decode()]
        pages += [
            cast.browser_of(reader).get(f"/school/{cast.school.id}/{name}").content.decode()
            for name in ("learning", "learning/load")
        ]
        return {word for word in ("Argue 1", "Ask 1", "Notes 1", "Time 1", "Try 1") if word in "".join(pages)}

    assert told(cast.cleo) == {"Argue 1", "Ask 1", "Notes 1", "Time 1", "Try 1"}
    assert told(cast.eli) == {"Try 1"}
    Document.objects.update(adopted=1)
    assert told(cast.eli) == told(cast.cleo)


# Lanes


def test_minutes_planned_stand_against_the_time_that_is_there(cast: Cast) -> None:
    planned(cast)
    Activity.objects.update(minutes=310)
    Activity.objects.create(
        school=cast.school, title="All", setting="faculty", on=date(2026, 9, 7), minutes=45, everybody=True
    )
    page = html(cast, cast.cleo, "/lanes")
    rows = [
        re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    months = (
        "Aug 2026 Sep 2026 Oct 2026 Nov 2026 Dec 2026 Jan 2027 Feb 2027 Mar 2027 Apr 2027 May 2027 Jun 2027"
    )
    assert " ".join(rows[0]) == f"Who {months}"
    assert rows[1] == ["Everybody", "45"]
    assert rows[2] == ["Grade", "5", "310"]
    assert " ".join(rows[4]).startswith("Time 1 0 of 240 0 of 240 310 of 240 ⚠ 70 too many 0 of 240")


def test_without_a_school_year_the_page_says_what_to_do(cast: Cast) -> None:
    assert (
        "Set the school year first."
        in cast.browser_of(cast.dora)
        .get(f"/school/{cast.other_school.id}/throughline/lanes")
        .content.decode()
    )


# Copies


def test_a_copy_tells_in_words_what_came_went_and_changed(cast: Cast) -> None:
    planned(cast, 2)
    first = Goal.objects.order_by("id")[0]
    assert send(cast, cast.ben, "/copies/new", title="Before the break").status_code == 302
    kept = Copy.objects.get()
    assert "Nothing is different." in html(cast, cast.cleo, f"/copies/{kept.id}")
    write_element(cast.school, cast.ben, "teachers", "They ask.")
    Goal.objects.filter(id=first.id).update(title="Ask why", teams=["Grade 5"])
    Activity.objects.filter(title="Try 2").update(state="dropped")
    linked(cast.school, ("element", "teachers"), first)
    Link.objects.filter(from_kind="need", from_ref=str(Need.objects.order_by("id")[0].id)).delete()
    page = html(cast, cast.cleo, f"/copies/{kept.id}")
    parts = {part.split("</h2>")[0]: part for part in page.split("<h2>")[1:]}
    words = {name: re.sub(r"<[^>]+>|\s+", " ", part).split() for name, part in parts.items()}
    said = {name: " ".join(each) for name, each in words.items()}
    assert said["New"] == "New Part of the vision: What teachers do"
    assert said["Not there any more"] == "Not there any more Activity: Try 2"
    assert "Title Ask 1 Ask why Teams Grade 5, Grade 4 Grade 5" in said["Changed"]
    assert said["New links"] == "New links What teachers do leads to Ask why"
    assert said["Links that were cut"].startswith(
        "Links that were cut Argue 1 leads to What students do, say and make"
    )


def test_two_copies_are_compared_with_each_other(cast: Cast) -> None:
    planned(cast)
    first = rules.keep_copy(cast.ben, cast.school, "First")
    Goal.objects.update(title="Then")
    second = rules.keep_copy(cast.ben, cast.school, "Second")
    Goal.objects.update(title="Now")
    page = html(cast, cast.cleo, f"/copies/{first.id}?until={second.id}")
    assert ("Then</td>" in page, "Now</td>" in page) == (True, False)


def test_no_copy_has_a_number_larger_than_a_database_counts(cast: Cast) -> None:
    assert read(cast, cast.cleo, f"/copies/{10**30}").status_code == 404


def test_another_schools_copy_is_not_there(cast: Cast) -> None:
    kept = rules.keep_copy(cast.ben, cast.other_school, "Theirs")
    assert read(cast, cast.ben, f"/copies/{kept.id}").status_code == 404


# Years and statements


def test_activities_are_read_year_by_year(cast: Cast) -> None:
    """What was learned last year stands under last year, and can still be linked."""
    planned(cast)
    days = {"starts_on": date(2025, 8, 25), "ends_on": date(2026, 6, 12)}
    before = SchoolYear.objects.create(school=cast.school, **days)
    words = {"school": cast.school, "setting": "team", "title": "Long ago"}
    old = Activity.objects.create(on=date(2026, 3, 10), **words)
    for page in ("", "/picture"):
        told = [html(cast, cast.fay, f"{page}{asked}") for asked in ("", f"?year={before.id}")]
        assert [("Long ago" in each, "Try 1" in each) for each in told] == [(False, True), (True, False)]
    opened = html(cast, cast.fay, f"/activity/{old.id}/links")
    assert ("Long ago" in opened, f"throughline?year={before.id}#activity-{old.id}" in opened) == (True, True)


STATEMENTS = {"": 10, "/picture": 10, "/lanes": 10, "/gaps": 9, "/copies": 6}


@pytest.mark.parametrize("times", [1, 3])
def test_a_page_asks_the_database_as_often_however_much_there_is(cast: Cast, times: int) -> None:
    planned(cast, times)
    browser = cast.browser_of(cast.fay)
    counted = {}
    for page in STATEMENTS:
        with CaptureQueriesContext(connection) as made:
            browser.get(f"/school/{cast.school.id}/throughline{page}")
        counted[page] = len(made)
    assert counted == STATEMENTS
