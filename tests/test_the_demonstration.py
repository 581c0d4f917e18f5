from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from coherently.disclosure import GroupResult, Plan, PlannedGroup, release
from coherently.instrument import shipped
from coherently.moments import states
from ilt.cycle.models import Invitation, Wave
from ilt.project.commands.demo import make_room, move_mails
from ilt.project.demo.build import build
from ilt.project.demo.story import DISTRICT, LAST_YEAR, THIS_YEAR, Faculty, Survey, ballots
from ilt.report.answers_frame import frame_of

SMALL = (
    Faculty("Birch School", "other", 9, (Survey(THIS_YEAR, 49, 8),)),
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
    released, still_open = Wave.objects.order_by("school__name")
    assert (released.state, released.outcome, released.collected) == ("released", "profile", 8)
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
    assert "More than 90 % of us answered." in page or "About 90 % of us answered." in page


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
