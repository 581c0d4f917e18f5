from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from tests.cast import Cast, person

from ilt.cycle.models import Invitation, Wave
from ilt.home.queries import first_wave, next_step
from ilt.roster.models import Grant, Membership, User
from ilt.roster.rights import roles_at
from ilt.shared.models import Job

State = Wave.State
DAYS = {"opens_on": date(2026, 9, 14), "closes_on": date(2026, 9, 25), "release_on": date(2026, 10, 9)}


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("ana.ames@school.example")


urlpatterns = [path("", include("ilt.project.urls")), path("breaks", breaks)]


def wave(cast: Cast, state: State, **values: object) -> Wave:
    return Wave.objects.create(school=cast.school, year=cast.year, state=state, zone="UTC", **DAYS, **values)


def steps(cast: Cast) -> dict[str, str]:
    """The button that a teacher, a team member and the facilitator find on their page today."""
    roles = {"teacher": cast.cleo, "member": cast.ben, "facilitator": cast.fay}
    wave = first_wave(cast.school)
    return {
        name: next_step(cast.school, wave, roles_at(one, cast.school)).button for name, one in roles.items()
    }


def also(cast: Cast) -> dict[str, str]:
    """Who finds what else is waiting for them on their page today."""
    pages = {
        name: cast.browser_of(one).get(f"/school/{cast.school.id}")
        for name, one in cast.people().items()
        if one and roles_at(one, cast.school)
    }
    return {
        name: step.button
        for name, page in pages.items()
        if page.status_code == 200
        for step in page.context["also"]
    }


@pytest.mark.parametrize(
    ("state", "teacher", "member", "facilitator"),
    [
        (None, "", "", "Ask the faculty"),
        (State.CANCELED, "", "", "Ask the faculty"),
        (State.DRAFT, "", "", "Go on preparing"),
        (State.READY, "See the plan", "See the plan", "See the plan"),
        (State.OPEN, "See how answers are protected", "See how answers are protected", "Open the sheets"),
        (State.CLOSING, "", "", ""),
        (State.CLOSED, "", "", ""),
        (State.PUBLISHED, "", "", ""),
        (State.OPEN_TO_ILT, "", "Read the results", "Read the results"),
        (State.RELEASED, "Read the results", "Read the results", "Read the results"),
    ],
)
def test_everybody_finds_the_one_thing_that_comes_first(
    cast: Cast, state: State | None, teacher: str, member: str, facilitator: str
) -> None:
    if state:
        wave(cast, state)
    assert steps(cast) == {"teacher": teacher, "member": member, "facilitator": facilitator}


def test_the_principal_is_told_to_let_the_facilitator_begin(cast: Cast) -> None:
    assert next_step(cast.school, None, roles_at(cast.ana, cast.school)).button == "Open the staff list"


def test_an_open_survey_comes_before_last_years_results(cast: Cast) -> None:
    wave(cast, State.RELEASED)
    wave(cast, State.OPEN)
    assert steps(cast)["facilitator"] == "Open the sheets"


@pytest.mark.parametrize("more", [{"delivery": Wave.Delivery.MAIL}, {"slips_printed": 30}])
def test_once_slips_are_printed_or_not_used_the_facilitator_sees_how_it_goes(
    cast: Cast, more: dict[str, object]
) -> None:
    wave(cast, State.OPEN, **more)
    assert steps(cast)["facilitator"] == "See how it goes"


def test_the_facilitator_hears_beforehand_that_slips_are_to_be_printed(cast: Cast) -> None:
    ready = wave(cast, State.READY)
    said = next_step(cast.school, ready, "FT").sentence
    assert said == (
        "The survey opens on Sep 14, 2026. Print poster and booklets now, and slips from that day on."
    )
    ready.delivery = Wave.Delivery.MAIL
    assert "print" not in next_step(cast.school, ready, "FT").sentence


def test_a_teacher_on_the_list_finds_it_waiting_for_a_teachers_word(cast: Cast) -> None:
    draft = wave(cast, State.DRAFT)
    for one in (cast.ana, cast.cleo, cast.fay):
        Invitation.objects.create(wave=draft, person=one, channel=Invitation.Channel.LINK)
    assert also(cast) == {}
    Wave.objects.update(confirmed_by_facilitator=cast.fay)
    assert also(cast) == {"cleo": "Look at the list", "fay": "Show the code"}
    Wave.objects.update(confirmed_by_teacher=cast.cleo)
    assert also(cast) == {}


def test_only_who_is_named_for_it_finds_booklets_to_type_in(cast: Cast) -> None:
    wave(cast, State.OPEN, keyer=cast.cleo)
    assert also(cast) == {"cleo": "Type in the booklets"}
    Wave.objects.update(state=State.CLOSING)
    assert also(cast) == {}


def test_too_few_answers_lead_to_the_guide(cast: Cast) -> None:
    wave(cast, State.CLOSED, outcome=Wave.Outcome.NONE)
    assert steps(cast)["teacher"] == "Open the guide"


@pytest.mark.parametrize("more", [1, 3])
def test_today_asks_the_database_equally_often_for_few_and_many(cast: Cast, more: int) -> None:
    for number in range(more):
        teacher = person("P", f"P{number}")
        Membership.objects.create(person=teacher, school=cast.school)
        Grant.objects.create(person=teacher, school=cast.school, role="M")
        wave(cast, State.RELEASED)
    client = cast.browser_of(cast.ana)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/school/{cast.school.id}").status_code == 200
    assert len(asked) == 10


def test_a_visitor_finds_the_code_box_and_the_way_in(cast: Cast) -> None:
    page = Client().get("/").content.decode()
    assert 'action="/go"' in page
    assert 'href="/login"' in page


def test_somebody_on_no_staff_is_told_whom_to_ask(cast: Cast) -> None:
    page = cast.browser_of(person("Kim", "Kerr")).get("/").content.decode()
    assert "You are not on the staff list of a school yet." in page


@pytest.mark.parametrize("page", ["/help", "/privacy", "/accessibility"])
def test_a_visitor_changes_the_language_and_stays_on_the_page(cast: Cast, page: str) -> None:
    client = Client()
    answer = client.post("/language", {"language": "es", "next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert '<html lang="es">' in client.get(page).content.decode()


@pytest.mark.parametrize("page", ["help", "privacy", "accessibility"])
def test_the_schools_menu_stays_on_pages_of_no_school(cast: Cast, page: str) -> None:
    address, staff = f"/{page}?school={cast.school.id}", f"/school/{cast.school.id}/staff"
    cleo = cast.browser_of(cast.cleo)
    assert f'href="{address}"' in cleo.get(staff).content.decode()
    kept = cleo.get(address).content.decode()
    assert (f'href="{staff}"' in kept, cast.school.name in kept) == (True, True)
    for other in (cast.browser_of(cast.dora), Client()):
        text = other.get(address).content.decode()
        assert (f'href="{staff}"' in text, cast.school.name in text) == (False, False)


def test_a_change_of_language_keeps_where_sign_in_leads(cast: Cast) -> None:
    page = Client().get("/login?next=/school/7/staff").content.decode()
    assert 'name="next" value="/login?next=/school/7/staff"' in page


def test_set_up_counts_its_three_pages(cast: Cast) -> None:
    Grant.objects.filter(school=cast.other_school).delete()
    office = cast.browser_of(cast.eli)
    pages = ["setup/school", *(f"school/{cast.other_school.id}/setup/{name}" for name in ("year", "people"))]
    for number, address in enumerate(pages, 1):
        assert f"Step {number} of 3" in office.get(f"/{address}").content.decode()
    assert "Step" not in office.get(f"/school/{cast.school.id}/setup/year").content.decode()


def job(owner: User, **values: object) -> str:
    row = Job.objects.create(kind="test", key=str(uuid4()), owner=str(owner.id), **values)
    return f"/jobs/{row.id}"


def test_long_work_shows_how_far_it_is_and_looks_again_by_itself(cast: Cast) -> None:
    address = job(cast.fay, state=Job.State.RUNNING, done=3, total=8)
    page = cast.browser_of(cast.fay).get(address).content.decode()
    assert '<meta http-equiv="refresh"' in page
    assert "3 of 8" in page


def test_finished_work_goes_on_to_our_own_pages_only(cast: Cast) -> None:
    address, fay = job(cast.fay, state=Job.State.DONE), cast.browser_of(cast.fay)
    assert 'href="/help"' in fay.get(f"{address}?next=/help").content.decode()
    page = fay.get(f"{address}?next=//elsewhere.example").content.decode()
    assert 'href="//elsewhere' not in page
    assert '<meta http-equiv="refresh"' not in page


def test_failed_work_says_its_sentence(cast: Cast) -> None:
    address = job(cast.fay, state=Job.State.FAILED, sentence="Try again.")
    assert "Try again." in cast.browser_of(cast.fay).get(address).content.decode()


def test_the_work_of_somebody_else_does_not_exist(cast: Cast) -> None:
    assert cast.browser_of(cast.ana).get(job(cast.fay)).status_code == 404


def test_the_demonstration_shows_its_mails_with_links(
    cast: Cast, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with get_connection(backend, file_path=str(tmp_path / "mail")) as box:
        for name in ("ana", "ben"):
            text = f"Hello ñ\nhttp://localhost:8000/s/1#{name}"
            EmailMessage(f"For {name}", text, "a@b.example", [f"{name}@b.example"], connection=box).send()
    page = Client().get("/demo/mail").content.decode()
    assert page.index("For ben") < page.index("For ana")
    assert 'href="http://localhost:8000/s/1#ana"' in page
    assert "Hello ñ" in page


def test_an_empty_mailbox_says_so(cast: Cast, settings: LazySettings, tmp_path: Path) -> None:
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    assert "No mail was sent yet." in Client().get("/demo/mail").content.decode()


def test_outside_the_demonstration_there_is_no_mailbox(cast: Cast) -> None:
    assert cast.browser_of(cast.ivo).get("/demo/mail").status_code == 404


def test_an_unknown_page_says_what_to_do_and_names_nothing(cast: Cast) -> None:
    answer = cast.browser_of(cast.ana).get("/school/99999/secret")
    page = answer.content.decode()
    assert (answer.status_code, "There is no such page here" in page) == (404, True)
    assert "99999" not in page


def test_a_form_without_its_token_is_refused_in_words(cast: Cast) -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"login": "a@b.example", "password": "x"})
    assert (answer.status_code, "This was not sent" in answer.content.decode()) == (403, True)


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours_shows_no_detail(cast: Cast) -> None:
    answer = Client(raise_request_exception=False).get("/breaks")
    page = answer.content.decode()
    assert (answer.status_code, "Something went wrong on our side" in page) == (500, True)
    assert "ana.ames" not in page


def test_a_host_name_we_do_not_serve_is_refused_in_words(cast: Cast) -> None:
    answer = Client(headers={"host": "elsewhere.example"}).get("/help")
    assert (answer.status_code, "We could not read this request" in answer.content.decode()) == (400, True)
