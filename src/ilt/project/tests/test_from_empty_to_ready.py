from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.cast import Cast

from ilt.home.forms import YearForm
from ilt.project.commands.first_start import first_start
from ilt.roster.models import Act, Grant, Membership, User
from ilt.schools.models import District, School, SchoolYear
from ilt.shared import clock

pytestmark = pytest.mark.usefixtures("sign_in_is_quick")
SCHOOL = {"name": "Fir School", "level": "middle", "zone": "America/Chicago", "languages": ["en", "es"]}


def send(client: Client, address: str, **values: object) -> tuple[int, str]:
    answer = client.post(address, {"token": str(uuid4()), **values})
    return answer.status_code, answer.get("Location", "")


def year() -> dict[str, str]:
    today = clock.today("America/Chicago")
    return {
        "starts_on": (today - timedelta(days=30)).isoformat(),
        "ends_on": (today + timedelta(days=200)).isoformat(),
        "preset": "fall",
    }


def people(**changes: object) -> dict[str, object]:
    named = {}
    for group, first in {"leader": "Ada", "facilitator": "Bea", "second": "Cai"}.items():
        named |= {
            f"{group}_first_name": first,
            f"{group}_last_name": "Moss",
            f"{group}_email": f"{first}@fir.example",
        }
    return named | changes


@pytest.fixture
def host(db: None, static_files: None, capsys: pytest.CaptureFixture[str]) -> Client:
    """The browser of the host, signed in with what the first start printed."""
    first_start()
    printed = capsys.readouterr().out
    password = next(line.split()[-1] for line in printed.splitlines() if "Password" in line)
    client = Client()
    client.post("/login", {"login": "host@localhost", "password": password})
    return client


def roles() -> list[tuple[str, str]]:
    held = Grant.objects.order_by("id").select_related("person")
    return [(one.role, str(one.person)) for one in held]


def test_the_host_sets_up_a_small_school_and_leads_it(host: Client) -> None:
    assert host.get("/", follow=True).redirect_chain == [("/setup", 302)]
    status, to_year = send(host, "/setup/school", **SCHOOL)
    school = School.objects.get()
    assert (status, to_year) == (302, f"/school/{school.id}/setup/year")
    assert (school.name, school.zone, school.languages) == ("Fir School", "America/Chicago", ["en", "es"])
    to_people = send(host, to_year, **year())[1]
    to_list = send(host, to_people, **people(me="on"))[1]
    assert to_list == f"/school/{school.id}/staff/import"
    assert roles() == [("A", "Ada Moss"), ("P", "Ada Moss"), ("F", "Bea Moss")]
    assert User.objects.get(last_name="Moss", first_name="Ada").email == "ada@fir.example"
    assert Membership.objects.filter(school=school).count() == 3
    page = host.get(f"/school/{school.id}").content.decode()
    assert "Left to set up" in page
    pasted = "\n".join(["name", *(f"Pat Moss-{letter}" for letter in "ABCDEFGH")])
    _status, preview = send(host, to_list, pasted=pasted, whole="no")
    send(host, preview, apply="yes", name=0)
    assert "Left to set up" not in host.get(f"/school/{school.id}").content.decode()


def test_the_host_names_another_principal_and_stays_out_of_the_roles(host: Client) -> None:
    send(host, "/setup/school", **SCHOOL)
    send(host, f"/school/{School.objects.get().id}/setup/people", **people())
    assert roles() == [("A", "Host"), ("P", "Ada Moss"), ("F", "Bea Moss")]


def test_nobody_claims_a_school_that_has_a_leader(host: Client) -> None:
    send(host, "/setup/school", **SCHOOL)
    address = f"/school/{School.objects.get().id}/setup/people"
    send(host, address, **people())
    assert send(host, address, **people(me="on")) == (302, f"/school/{School.objects.get().id}/roles")
    assert ("P", "Host") not in roles()


def test_one_person_cannot_hold_two_of_the_three_parts(host: Client) -> None:
    send(host, "/setup/school", **SCHOOL)
    address = f"/school/{School.objects.get().id}/setup/people"
    assert send(host, address, **people(second_email="bea@fir.example"))[0] == 422
    assert roles() == [("A", "Host")]


def test_the_host_makes_a_district_whose_office_sets_up_its_schools(host: Client) -> None:
    office = {"first_name": "Dee", "last_name": "Moss", "email": "dee@fir.example"}
    place = {"name": "Fir County", "zone": "America/Chicago", "languages": ["en"]}
    answer = host.post("/setup/district", {"token": str(uuid4()), **place, **office})
    client = Client()
    client.post("/login", {"login": "dee@fir.example", "password": answer.context["phrase"]})
    send(client, "/setup/school", **SCHOOL)
    school = School.objects.get()
    assert school.district == District.objects.get()
    assert host.get(f"/school/{school.id}").status_code == 404
    send(client, f"/school/{school.id}/setup/people", **people(me="on"))
    assert roles() == [("A", "Host"), ("D", "Dee Moss"), ("P", "Ada Moss"), ("F", "Bea Moss")]


def test_the_first_start_makes_one_host_and_prints_once(
    host: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    first_start()
    assert capsys.readouterr().out == ""
    assert User.objects.count() == 1
    assert [act.action for act in Act.objects.order_by("id")] == ["host.created", "password.set"]


def test_an_installation_with_people_gets_no_host(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    before = User.objects.count()
    first_start()
    assert (capsys.readouterr().out, User.objects.count()) == ("", before)


def test_a_year_is_corrected_and_not_doubled(host: Client) -> None:
    send(host, "/setup/school", **SCHOOL)
    address = f"/school/{School.objects.get().id}/setup/year"
    send(host, address, **year())
    send(host, address, **{**year(), "preset": "spring"})
    assert [one.preset for one in SchoolYear.objects.all()] == ["spring"]


def test_days_that_touch_two_years_are_refused(host: Client) -> None:
    send(host, "/setup/school", **SCHOOL)
    address = f"/school/{School.objects.get().id}/setup/year"
    for start in (2025, 2026):
        dates = {"starts_on": f"{start}-08-24", "ends_on": f"{start + 1}-06-11", "preset": "fall"}
        assert send(host, address, **dates)[0] == 302
    both = {"starts_on": "2026-05-01", "ends_on": "2027-05-01", "preset": "fall"}
    answer = host.post(address, {"token": str(uuid4()), **both})
    assert (answer.status_code, "These days touch two school years." in answer.content.decode()) == (
        422,
        True,
    )
    assert SchoolYear.objects.filter(starts_on="2025-08-24").exists()


def test_a_form_sent_twice_makes_one_school(host: Client) -> None:
    token = str(uuid4())
    for _time in range(2):
        host.post("/setup/school", {**SCHOOL, "token": token})
    assert School.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2026-08-01"}, "ends_on"),
        ({"ends_on": "2028-08-01"}, "ends_on"),
        ({"starts_on": "08/24/2026x"}, "starts_on"),
        ({"days_off": "Thanksgiving"}, "days_off"),
        ({"days_off": "11/26/2025"}, "days_off"),
        ({"days_off": "26/11/2026"}, "days_off"),
        ({"days_off": "2026-11-27 2026-11-26"}, "days_off"),
        ({"days_off": "2026-11-26 2026-11-27 2026-11-28"}, "days_off"),
    ],
)
def test_a_year_that_cannot_be_is_refused_at_its_field(changes: dict[str, str], field: str) -> None:
    form = YearForm({"starts_on": "2026-08-24", "ends_on": "2027-06-11", "preset": "fall", **changes})
    assert list(form.errors) == [field]


def test_days_off_are_single_days_and_spans() -> None:
    days = "11/26/2026\n\n2026-12-31, 1/2/2027\n"
    form = YearForm({"starts_on": "2026-08-24", "ends_on": "2027-06-11", "preset": "fall", "days_off": days})
    assert form.is_valid()
    assert form.cleaned_data["days_off"] == ["2026-11-26", "2026-12-31", "2027-01-01", "2027-01-02"]
