from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, may, person, works_at

from ilt.cycle import queries, rules
from ilt.cycle.forms import DeliveryForm
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.queries import by_id
from ilt.cycle.tests.waves import BEFORE, OPENING_DAY, draft, faculty, ready
from ilt.roster.models import Act, Grant, Membership
from ilt.schools.models import SchoolYear
from ilt.shared import clock

pytestmark = pytest.mark.django_db

WINDOW = {"opens_on": "2026-09-14", "days": "10", "opens": "07:00", "closes": "20:00"}


def address(wave: Wave, step: str) -> str:
    return f"/school/{wave.school_id}/waves/{wave.id}/step/{step}"


def begin(cast: Cast, browser: Client) -> Wave:
    browser.post(f"/school/{cast.school.id}/waves/new")
    return Wave.objects.get()


def errors(browser: Client, wave: Wave, step: str, answer: dict[str, object]) -> str:
    response = browser.post(address(wave, step), answer)
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error:" in page
    return page


def test_a_facilitator_answers_seven_questions_and_two_people_confirm(cast: Cast) -> None:
    people = faculty(cast)
    fay, cleo = cast.browser_of(cast.fay), cast.browser_of(cast.cleo)
    answers: dict[str, dict[str, object]] = {
        "languages": {"languages": ["en", "es"]},
        "people": {"people": [each.id for each in people]},
        "window": dict(WINDOW),
        "delivery": {"delivery": "both", "keyer": str(cast.cleo.id)},
        "plan": {"reminders": "missing"},
        "release": {"release_on": "2026-10-09", "ilt_days_earlier": "7"},
        "promise": {},
    }
    with clock.at(BEFORE):
        wave = begin(cast, fay)
        places = [fay.get(address(wave, "languages")).status_code]
        for step, answer in answers.items():
            response = fay.post(address(wave, step), answer)
            assert response.status_code == 302, response.content.decode()
            places.append(fay.get(response["Location"]).status_code)
        assert places == [200] * 8
        confirm = f"/school/{cast.school.id}/waves/{wave.id}/confirm"
        seen = {"seen": queries.mark_of(queries.listed(wave))}
        fay.post(confirm, seen)
        assert [cleo.post(confirm, seen).status_code for _press in range(2)] == [302, 302]
        assert fay.post(address(wave, "check")).status_code == 302
    wave.refresh_from_db()
    assert (wave.state, wave.reminders, wave.languages) == ("ready", "missing", ["en", "es"])
    assert (wave.opens_on, wave.closes_on) == (date(2026, 9, 14), date(2026, 9, 25))
    assert wave.closes_at == datetime(2026, 9, 26, 0, 0, tzinfo=UTC)
    assert (wave.release_on, wave.keyer_id) == (date(2026, 10, 9), cast.cleo.id)
    assert (wave.confirmed_by_facilitator_id, wave.confirmed_by_teacher_id) == (cast.fay.id, cast.cleo.id)


def test_under_eight_people_ask_together_with_a_partner_school(cast: Cast) -> None:
    people = faculty(cast, count=4)
    fay = cast.browser_of(cast.fay)
    wave = begin(cast, fay)
    page = errors(fay, wave, "people", {"people": [each.id for each in people]})
    assert "Ask together with a partner school." in page
    assert f'value="{people[0].id}" checked' in page  # what was ticked is kept
    assert Invitation.objects.count() == 0


def test_leaders_are_not_ticked_by_default(cast: Cast) -> None:
    faculty(cast)
    fay = cast.browser_of(cast.fay)
    page = fay.get(address(begin(cast, fay), "people")).content.decode()
    assert f'value="{cast.ben.id}" checked' in page
    assert f'value="{cast.ana.id}"' in page
    assert f'value="{cast.ana.id}" checked' not in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"days": "4"}, "5 to 20 school days"),
        ({"days": "21"}, "5 to 20 school days"),
        ({"opens_on": "2026-09-12"}, "There is no school on this day."),
        ({"opens_on": "2026-09-16"}, "There is no school on this day."),
        ({"opens_on": "2026-09-09"}, "This day is over."),
        ({"opens_on": "2027-06-07"}, "within the school year"),
        ({"opens_on": "9999-12-31"}, "within the school year"),
        ({"opens_on": "soon"}, "Enter a valid date."),
    ],
)
def test_a_window_that_cannot_be_is_refused(cast: Cast, changed: dict[str, str], sentence: str) -> None:
    cast.year.days_off = ["2026-09-16"]
    cast.year.save()
    fay = cast.browser_of(cast.fay)
    with clock.at(BEFORE):
        wave = begin(cast, fay)
        assert sentence in errors(fay, wave, "window", {**WINDOW, **changed})
    wave.refresh_from_db()
    assert wave.closes_at is None


def test_a_time_that_the_clocks_skip_is_refused(cast: Cast) -> None:
    """In Cairo clocks go forward at midnight on Friday, April 24, 2026: half past twelve does not exist."""
    cast.school.zone = "Africa/Cairo"
    cast.school.save()
    cast.year.starts_on = date(2026, 1, 5)
    cast.year.save()
    fay = cast.browser_of(cast.fay)
    with clock.at(datetime(2026, 4, 1, 12, tzinfo=UTC)):
        wave = begin(cast, fay)
        window = {"opens_on": "2026-04-13", "days": "10", "opens": "07:00", "closes": "00:30"}
        page = errors(fay, wave, "window", window)
    assert "this time does not exist. Choose another time." in page
    assert 'value="00:30"' in page


def test_a_draft_of_the_old_year_can_open_in_the_new_one(cast: Cast) -> None:
    old = SchoolYear.objects.create(
        school=cast.school, starts_on=date(2025, 8, 25), ends_on=date(2026, 6, 12), days_off=[]
    )
    with clock.at(BEFORE):
        wave = rules.create(cast.fay, cast.school)
        Wave.objects.filter(id=wave.id).update(year=old)
        rules.set_window(by_id(wave.id), OPENING_DAY, 10, time(7), time(20))
    assert by_id(wave.id).year == cast.year


def test_days_off_and_weekends_are_no_school_days(cast: Cast) -> None:
    cast.year.days_off = ["2026-09-16", "2026-09-22"]
    cast.year.save()
    with clock.at(BEFORE):
        wave = rules.create(cast.fay, cast.school)
        rules.set_window(wave, OPENING_DAY, 10, time(7), time(20))
    assert wave.closes_on == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2026, 10, 17), "22 days after the close"), (date(2026, 10, 1), "at least 7 days after the close")],
)
def test_results_come_seven_to_twenty_one_days_after_the_close(cast: Cast, day: date, sentence: str) -> None:
    with clock.at(BEFORE):
        wave = draft(cast)
        with pytest.raises(rules.WaveRefused, match=sentence):
            rules.set_release(wave, day, 7)
    assert by_id(wave.id).release_on == date(2026, 10, 9)


def test_a_language_with_missing_texts_cannot_be_offered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "missing_in", lambda language: 3 if language == "es" else 0)
    fay = cast.browser_of(cast.fay)
    wave = begin(cast, fay)
    assert wave.languages == ["en"]
    page = fay.get(address(wave, "languages")).content.decode()
    assert page.count('name="languages"') == 1
    errors(fay, wave, "languages", {"languages": ["en", "es"]})
    with pytest.raises(rules.WaveRefused, match="not complete in this language"):
        rules.set_languages(wave, ["es"])


def test_without_a_mail_server_slips_are_ticked_beforehand(cast: Cast, settings: Any) -> None:
    with clock.at(BEFORE):
        wave = begin(cast, cast.browser_of(cast.fay))
    assert DeliveryForm(wave)["delivery"].value() == "both"
    settings.MAIL_WORKS = False
    assert DeliveryForm(wave)["delivery"].value() == "slips"


def test_where_all_draw_slips_nobody_is_asked_about_reminders(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    with clock.at(BEFORE):
        wave = draft(cast, delivery="slips")
        for step in ("plan", "check"):
            assert "reminder" not in fay.get(address(wave, step)).content.decode().casefold()
        assert fay.post(address(wave, "plan")).status_code == 302
        rules.set_delivery(wave, Wave.Delivery.BOTH, None)
        assert "Reminders go to" in fay.get(address(wave, "plan")).content.decode()


def test_without_a_mail_server_slips_are_offered(cast: Cast, settings: Any) -> None:
    settings.MAIL_WORKS = False
    fay = cast.browser_of(cast.fay)
    with clock.at(BEFORE):
        wave = draft(cast, delivery="slips")
        page = errors(fay, wave, "delivery", {"delivery": "mail", "keyer": ""})
        assert "This server cannot send mail yet. Choose slips" in page
        assert set(Invitation.objects.values_list("channel", flat=True)) == {"slip"}


def test_people_without_an_address_get_slips(cast: Cast) -> None:
    nina = works_at(person("Nina", "Noble"), cast.school)
    nina.email = None
    nina.save()
    with clock.at(BEFORE):
        wave = draft(cast, delivery="both", people=[*faculty(cast), nina])
        with pytest.raises(rules.WaveRefused, match="address is known of: Nina Noble"):
            rules.set_delivery(wave, Wave.Delivery.MAIL, None)
    assert Invitation.objects.get(person=nina).channel == "slip"
    assert Invitation.objects.filter(channel="link").count() == 12


def test_a_school_leader_types_in_no_answers(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    with clock.at(BEFORE):
        wave = draft(cast)
        page = fay.get(address(wave, "delivery")).content.decode()
        assert f'value="{cast.ana.id}"' not in page
        with pytest.raises(rules.WaveRefused, match="leader cannot type in answers"):
            rules.set_delivery(wave, Wave.Delivery.BOTH, cast.ana)


def test_a_changed_list_is_confirmed_again_and_a_changed_date_promised_again(cast: Cast) -> None:
    people = faculty(cast)
    wave = draft(cast, people=people)
    with clock.at(BEFORE):
        rules.confirm_as_facilitator(cast.fay, wave)
        rules.confirm_as_teacher(by_id(wave.id), cast.cleo)
        wave = by_id(wave.id)
        assert rules.open_tasks(wave) == []
        rules.set_people(wave, [each.id for each in people[1:]])
        rules.set_release(wave, date(2026, 10, 8), 7)
        assert [task.step for task in rules.open_tasks(wave)] == ["promise", "list", "list"]
        with pytest.raises(rules.WaveRefused, match="Read the promise"):
            rules.make_ready(cast.fay, wave)


@pytest.mark.parametrize("who", ["fay", "ana", "dora"])
def test_the_second_confirmation_is_a_teachers_on_the_list(cast: Cast, who: str) -> None:
    wave = draft(cast)
    rules.confirm_as_facilitator(cast.fay, wave)
    with pytest.raises(rules.WaveRefused, match="comes from a teacher on the list"):
        rules.confirm_as_teacher(by_id(wave.id), cast.people()[who])
    assert by_id(wave.id).confirmed_by_teacher is None


def test_a_teacher_who_also_leads_cannot_confirm(cast: Cast) -> None:
    wave = draft(cast)
    rules.confirm_as_facilitator(cast.fay, wave)
    assert rules.may_confirm_as_teacher(by_id(wave.id), cast.ben)
    may(cast.ben, Grant.Role.LEADER, cast.school)
    assert not rules.may_confirm_as_teacher(by_id(wave.id), cast.ben)


def test_a_teacher_without_sign_in_confirms_by_the_code_read_to_her(cast: Cast) -> None:
    wave = draft(cast)
    visitor = cast.browser_of(None)
    assert visitor.post("/confirm", {"code": ""}).status_code == 422
    assert visitor.post("/confirm", {"code": "0000000000"}).status_code == 422
    rules.confirm_as_facilitator(cast.fay, wave)
    code = by_id(wave.id).confirm_code
    assert (
        code[:5]
        in cast.browser_of(cast.fay).get(f"/school/{cast.school.id}/waves/{wave.id}/confirm").content.decode()
    )
    assert (
        code[:5]
        not in cast.browser_of(cast.ben)
        .get(f"/school/{cast.school.id}/waves/{wave.id}/confirm")
        .content.decode()
    )
    typed = f"{code[:5].lower()} {code[5:]}"
    shown = visitor.post("/confirm", {"code": typed}).content.decode()
    assert "Cleo Cano" in shown
    assert f'value="{cast.fay.id}"' not in shown  # who confirmed first cannot be the second
    for nobody in ("", str(cast.fay.id)):
        unnamed = visitor.post("/confirm", {"code": typed, "person": nobody})
        assert (unnamed.status_code, b"Choose your name." in unnamed.content) == (422, True)
    assert by_id(wave.id).confirmed_by_teacher is None
    visitor.post("/confirm", {"code": typed, "person": str(cast.cleo.id)})
    assert by_id(wave.id).confirmed_by_teacher == cast.cleo
    assert visitor.post("/confirm", {"code": typed}).status_code == 422  # the code is used up


def test_a_confirmation_by_code_is_told_to_the_named_person_and_shown_to_all_staff(
    cast: Cast, run_jobs: Callable[[], int]
) -> None:
    wave = draft(cast)
    rules.confirm_as_facilitator(cast.fay, wave)
    with clock.at(BEFORE):
        rules.confirm_with_code(by_id(wave.id), cast.cleo)
        run_jobs()
    assert [each.to for each in mail.outbox] == [[cast.cleo.email]]
    text = " ".join(mail.outbox[0].body.split())
    assert "You confirmed the list of people for the survey of Birch School on Sep 10, 2026." in text
    assert "If it was not you, tell the principal" in text
    page = cast.browser_of(cast.ben).get(f"/school/{cast.school.id}/waves/{wave.id}").content.decode()
    assert f"{cast.fay} and {cast.cleo} have confirmed the list of people." in page
    act = Act.objects.get(action="list.confirmed_by_code")
    assert (act.actor, act.detail["person"]) == (None, cast.cleo.id)


def test_two_teachers_with_one_code_confirm_once(cast: Cast) -> None:
    wave = draft(cast)
    rules.confirm_as_facilitator(cast.fay, wave)
    both = [by_id(wave.id), by_id(wave.id)]
    rules.confirm_with_code(both[0], cast.cleo)
    with pytest.raises(rules.WaveRefused, match="Another teacher has confirmed"):
        rules.confirm_with_code(both[1], cast.ben)
    assert by_id(wave.id).confirmed_by_teacher == cast.cleo


def test_one_person_is_not_both_confirmations(cast: Cast) -> None:
    wave = draft(cast)
    rules.confirm_as_teacher(wave, cast.cleo)
    with pytest.raises(rules.WaveRefused, match="Somebody else confirms as facilitator"):
        rules.confirm_as_facilitator(cast.cleo, by_id(wave.id))


def test_nobody_confirms_a_list_that_changed_while_she_read_it(cast: Cast) -> None:
    people = faculty(cast)
    wave = draft(cast, people=people)
    cleo, place = cast.browser_of(cast.cleo), f"/school/{cast.school.id}/waves/{wave.id}/confirm"
    seen = {"seen": queries.mark_of(queries.listed(wave))}
    rules.set_people(wave, [each.id for each in people[:-1]])
    refused = cleo.post(place, seen)
    assert (refused.status_code, b"The list has changed since you looked." in refused.content) == (422, True)
    assert by_id(wave.id).confirmed_by_teacher is None


@pytest.mark.parametrize("more", [0, 20])
def test_the_list_behind_a_code_takes_as_many_statements_for_any_number_of_people(
    cast: Cast, more: int
) -> None:
    wave = draft(cast, people=faculty(cast, 9 + more))
    rules.confirm_as_facilitator(cast.fay, wave)
    code = by_id(wave.id).confirm_code
    with CaptureQueriesContext(connection) as statements:
        page = cast.browser_of(None).post("/confirm", {"code": code})
    assert (page.status_code, len(statements)) == (200, 4)


def test_nothing_changes_once_the_survey_is_ready(cast: Cast) -> None:
    wave = ready(cast)
    fay = cast.browser_of(cast.fay)
    assert fay.post(address(wave, "plan"), {"reminders": "missing"}).status_code == 302
    wave.refresh_from_db()
    assert (wave.reminders, wave.state) == ("everyone", "ready")
    with pytest.raises(rules.WaveRefused):
        rules.set_plan(wave, "missing")
    fay.post(f"/school/{cast.school.id}/waves/{wave.id}/draft")
    assert by_id(wave.id).state == Wave.State.DRAFT


def test_beginning_twice_gives_one_draft(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    assert begin(cast, fay) == begin(cast, fay)


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_twice_at_once_gives_one_draft(cast: Cast) -> None:
    def press(_time: int) -> Wave:
        try:
            return rules.create(cast.fay, cast.school)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(press, range(4)))) == 1


def test_a_draft_whose_first_day_is_over_asks_for_new_days(cast: Cast) -> None:
    wave = draft(cast)
    with clock.at(BEFORE + timedelta(days=5)):  # Tuesday: the survey should have opened on Monday
        assert [task.step for task in rules.open_tasks(wave)] == ["window", "list", "list"]


def test_a_school_without_a_year_is_told_to_add_one(cast: Cast) -> None:
    cast.year.delete()
    response = cast.browser_of(cast.fay).post(f"/school/{cast.school.id}/waves/new")
    assert response.status_code == 422
    assert "Add the school year first." in response.content.decode()


def test_someone_who_left_cannot_be_asked(cast: Cast) -> None:
    people = faculty(cast)
    Membership.objects.filter(person=cast.ben).update(left=True)
    with clock.at(BEFORE):
        wave = draft(cast, people=people)
    assert not Invitation.objects.filter(wave=wave, person=cast.ben).exists()


def test_the_wizard_speaks_the_language_of_its_reader(cast: Cast) -> None:
    faculty(cast)
    fay = cast.browser_of(cast.fay)
    wave = begin(cast, fay)
    fay.cookies["language"] = "es"
    first = fay.get(address(wave, "languages")).content.decode()
    assert "Encuesta básica de Coherently 0.9" in first
    assert "Coherently core survey" not in first
    assert "<legend>Docente</legend>" in fay.get(address(wave, "people")).content.decode()
