from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core import mail
from django.test import Client
from docx import Document as WordFile

from coherently.disclosure import GroupResult, Plan, PlannedGroup, release
from coherently.instrument import shipped
from coherently.moments import states
from ilt.cycle.models import Invitation, Wave
from ilt.priorities.models import Priority
from ilt.project.commands.demo import make_room, move_mails
from ilt.project.demo import words
from ilt.project.demo.build import build
from ilt.project.demo.story import DISTRICT, LAST_YEAR, THIS_YEAR, Faculty, Survey, ballots
from ilt.report.answers_frame import frame_of
from ilt.rounds.models import Document
from ilt.schools.models import School
from ilt.shared import clock
from ilt.throughline.queries import thread_of

SURVEYS = (Survey(LAST_YEAR, 49, 16), Survey(THIS_YEAR, 49, 16))
SMALL = (
    replace(DISTRICT[0], teachers=18, surveys=SURVEYS),
    Faculty("Dogwood High School", "high", 8, (Survey(THIS_YEAR, 5, 3, days=20),)),
)


def report(faculty: Faculty, survey: Survey) -> GroupResult:
    answers = frame_of(ballots(faculty, survey, shipped()), shipped(), faculty.name)
    plan = Plan((PlannedGroup(faculty.name, faculty.teachers),))
    return release(plan, states(answers, shipped())).groups[0]


def test_the_reports_tell_the_story_that_is_true() -> None:
    last, now = (report(DISTRICT[0], survey) for survey in DISTRICT[0].surveys)
    assert (last.topic("voice").agreement, now.topic("voice").agreement) == ("split", "split")
    for changed in ("time", "teamset"):
        before, after = last.topic(changed).high, now.topic(changed).low
        assert before is not None
        assert after is not None
        assert before < after
    assert [topic.id for topic in now.topics if topic.below] == ["strategy"]
    small = report(DISTRICT[1], DISTRICT[1].surveys[0])
    assert small.n == "8-9"
    assert {item.percents for item in small.items} == {()}
    with_care, none = DISTRICT[2].surveys[1].answered, DISTRICT[5].surveys[0].answered
    assert 0.5 <= with_care / DISTRICT[2].teachers < 0.65
    assert none / DISTRICT[5].teachers < 0.5


@pytest.mark.parametrize("weekday", range(7))
def test_the_demonstration_can_start_on_any_day_of_the_week(weekday: int) -> None:
    today = date(2027, 7, 5) + timedelta(days=weekday)
    surveys = [survey for faculty in DISTRICT for survey in faculty.surveys]
    opened = [survey.opens_on(today) for survey in surveys]
    assert all(day.weekday() < 5 and day < today - timedelta(days=2) for day in opened)
    assert {survey.year for survey in surveys} == {LAST_YEAR, THIS_YEAR}


@pytest.mark.django_db(databases=["default", "box"], transaction=True)
def test_the_district_is_built_by_the_rules_that_people_use(static_files: None, publishes: None) -> None:
    ways = {way.who.split(",")[0]: way for way in build(SMALL)}
    _last_year, released, still_open = Wave.objects.order_by("school__name", "opens_on")
    assert (released.state, released.outcome, released.collected) == ("released", "profile", 16)
    assert still_open.state == Wave.State.OPEN
    answered = Invitation.objects.filter(wave=still_open, collected=True)
    assert answered.count() == 3
    assert not answered.filter(
        person__email=mail.outbox[-1].to[0]
    ).exists()  # a visitor opens the newest mail
    teacher = Client()
    way = ways["Teacher"]
    assert teacher.login(email=way.email, password=way.password)
    page = teacher.get(f"/school/{released.school_id}/results").content.decode()
    assert "About 90 % of us answered." in page
    the_plan_hangs_together(released.school)
    the_plan_can_be_handed_out(teacher, released.school)


def the_plan_hangs_together(school: School) -> None:
    """One finding leads on to learning in the next days and to evidence that is in; two gaps are left."""
    thread = thread_of(school)
    assert [each.sentence for each in thread.gaps] == [
        "The goal names the Specialists team, but no activity includes it.",
        "Nobody carries this from the Specialists team to the leadership team.",
    ]
    assert [each.rule for each in thread.hints] == ["L02", "L16"]
    priority = thread.graph.nodes["priority", str(Priority.objects.get(title=words.PICTURE).id)]
    reached = thread.graph.reached(priority, thread.graph.onward)
    today = clock.today(school.zone)
    next_days = [each.day for each in reached if each.kind == "activity" and each.day and each.day > today]
    assert min(next_days) <= today + timedelta(days=7)
    assert {each.detail for each in reached if each.kind == "evidence"} == {
        words.VISITS_SHOWED,
        words.SLIPS_SHOWED,
        "",
    }
    standing = {each.kind: (each.adopted, each.phase) for each in Document.objects.filter(school=school)}
    assert standing == {"charter": (1, "adopted"), "vision": (1, "adopted"), "strategy": (1, "comments")}


def the_plan_can_be_handed_out(reader: Client, school: School) -> None:
    page = pypdfium2.PdfDocument(reader.get(f"/school/{school.id}/vision/page.pdf").content)
    assert len(page) == 1
    assert words.EXPLAIN[:20] in page[0].get_textpage().get_text_range()
    printed = pypdfium2.PdfDocument(reader.get(f"/school/{school.id}/strategy/strategy.pdf").content)
    assert "The principal" in "".join(each.get_textpage().get_text_range() for each in printed)
    for file, kept in (
        ("vision/vision.docx", words.VISION),
        ("strategy/strategy.docx", words.DISCUSSION_TEXTS),
    ):
        content = reader.get(f"/school/{school.id}/{file}").content
        text = "\n".join(each.text for each in WordFile(BytesIO(content)).paragraphs)
        assert kept[next(iter(kept))][:30] in text


def test_an_interrupted_build_is_cleared_away_and_begun_anew(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    make_room()
    for name in ("registrar.sqlite3", "registrar.sqlite3-wal", "box.sqlite3"):
        (tmp_path / name).touch()
    (tmp_path / "mail").mkdir()
    make_room()
    assert [file.name for file in tmp_path.iterdir()] == ["building"]


def test_links_in_mails_follow_the_demonstration_to_another_port(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR, settings.PUBLIC_URL = tmp_path, "http://localhost:8001"
    mail = tmp_path / "mail" / "one.log"
    mail.parent.mkdir()
    mail.write_text("Open http://localhost:8000/s/1#secret")
    move_mails("http://localhost:8000")
    assert mail.read_text() == "Open http://localhost:8001/s/1#secret"


def test_the_demonstration_never_touches_other_data(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "registrar.sqlite3").write_text("a school's data")
    with pytest.raises(SystemExit, match="holds no demonstration"):
        make_room()
    assert [file.name for file in tmp_path.iterdir()] == ["registrar.sqlite3"]
