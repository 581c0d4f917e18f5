import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, may, person

from ilt.roster import rules
from ilt.roster.journal import WORDS
from ilt.roster.models import Act, Grant, Membership, StaffImport, User
from ilt.roster.rules import Refused, add_person, first_password, grant, may_change_sign_in, revoke
from ilt.roster.tests.test_taking_over_a_staff_list import HEADER, NEW, STAFF

pytestmark = pytest.mark.usefixtures("sign_in_is_quick")


def send(client: Client, address: str, token: object = None, **values: object) -> tuple[int, str]:
    answer = client.post(address, {"token": str(token or uuid4()), **values})
    return answer.status_code, answer.get("Location", "")


def values_of(membership: Membership, **changes: object) -> dict[str, object]:
    one = membership.person
    now = {"first_name": one.first_name, "last_name": one.last_name, "email": one.email or ""}
    return {**now, "language": one.language, "kind": membership.kind, "team": membership.team, **changes}


def at(cast: Cast, path: str) -> str:
    return f"/school/{cast.school.id}/{path}"


def test_a_facilitator_brings_in_a_file_looks_and_takes_over(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    file = SimpleUploadedFile("staff.csv", "\n".join([HEADER, *STAFF, NEW]).encode())
    status, preview = send(fay, at(cast, "staff/import"), file=file, whole="yes")
    assert status == 302
    page = fay.get(preview).content.decode()
    assert "Kim" in page
    assert Membership.objects.filter(school=cast.school).count() == 4
    columns = {name: place for place, name in enumerate(HEADER.split(","))}
    assert send(fay, preview, apply="yes", whole="on", **columns) == (302, at(cast, "staff"))
    assert Membership.objects.filter(school=cast.school).count() == 5
    one = StaffImport.objects.get()
    assert send(fay, at(cast, f"staff/import/{one.id}/undo")) == (302, at(cast, "staff"))
    assert Membership.objects.filter(school=cast.school).count() == 4


def test_a_pasted_list_is_read(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    pasted = "Kim Kerr\tkim.kerr@school.example\nLou Lang\tlou@school.example"
    _status, preview = send(fay, at(cast, "staff/import"), pasted=pasted, whole="no")
    send(fay, preview, apply="yes", name=0, email=1)
    assert User.objects.filter(last_name__in=["Kerr", "Lang"]).count() == 2


def test_the_preview_says_everything_that_must_be_checked(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    pasted = "\n".join(
        [
            "email,first_name,last_name,school,role,Phone",
            "ana.ames@school.example,Anna,Ames,Birch School,Principal,555",
            "kim.kerr@school.example,Kim,Kerr,,Wizard,555",
            "kim.kerr@school.example,Lou,Lang,,,555",
            "x@school.example,X,Young,Cedar School,,555",
        ]
    )
    _status, preview = send(fay, at(cast, "staff/import"), pasted=pasted, whole="yes")
    page = fay.get(preview).content.decode()
    for sentence in [
        "Some rows share an address or a name.",
        "3 of 4 people would leave.",
        "First name: Ana → Anna",
        "Have left: Ben Boyd, Cleo Cano, Fay Ford",
        "1 private column was left out and is not kept: Phone.",
        "1 row is about Cedar School and was left out.",
        "Row 3: We do not know the role “Wizard”.",
        "Rows 3 and 4: Kim Kerr kim.kerr@school.example and Lou Lang kim.kerr@school.example",
    ]:
        assert sentence in page
    assert "555" not in page


def test_the_preview_shows_each_kind_and_who_has_no_address_and_lets_doubts_be_ticked(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    pasted = (
        f"{HEADER}\n,Kim,Kerr,,Counselor,\n,,Total: 25,,,\n,Lou,Lang,,,\n{cast.ben.email},Ben,Boyd,,Aide,"
    )
    _status, preview = send(fay, at(cast, "staff/import"), pasted=pasted, whole="no")
    page = fay.get(preview).content.decode()
    assert ">Specialist, such as counselor, coach or librarian</td>" in page
    assert page.count(">none: gets a slip</td>") == 1
    assert "Kind of staff: Teacher → Paraprofessional" in page
    assert "Row 3: Total: 25" in page
    columns = {name: place for place, name in enumerate(HEADER.split(","))}
    send(fay, preview, people=["4"], **columns)
    assert 'value="4" form="take" checked>' in fay.get(preview).content.decode()
    send(fay, preview, apply="yes", people=["4"], **columns)
    added = Membership.objects.filter(school=cast.school, person__email=None).values_list("person__last_name")
    assert sorted(name for (name,) in added) == ["Kerr", "Lang"]


def test_somebody_who_comes_back_is_counted_in_the_preview(cast: Cast) -> None:
    Membership.objects.filter(person=cast.ben).update(left=True)
    fay = cast.browser_of(cast.fay)
    _status, preview = send(fay, at(cast, "staff/import"), pasted=f"email\n{cast.ben.email}", whole="no")
    assert "<dt>Back again</dt><dd>1</dd>" in fay.get(preview).content.decode()


def test_a_wrong_column_is_put_right_in_the_preview(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    _status, preview = send(fay, at(cast, "staff/import"), pasted="who\nKerr", whole="no")
    assert "We need a column with last names or mail addresses. The list has: who." in (
        fay.get(preview).content.decode()
    )
    assert send(fay, preview, last_name=0) == (302, preview)
    assert send(fay, preview, apply="yes", last_name=0)[0] == 302
    assert User.objects.filter(last_name="Kerr").exists()


@pytest.mark.parametrize("values", [{"whole": "yes"}, {"pasted": " ", "whole": "yes"}, {"pasted": "Kerr"}])
def test_an_incomplete_form_is_shown_again_with_what_was_typed(cast: Cast, values: dict[str, str]) -> None:
    answer = cast.browser_of(cast.fay).post(at(cast, "staff/import"), values)
    page = answer.content.decode()
    assert (answer.status_code, "<title>Error:" in page) == (422, True)
    assert ("Kerr</textarea>" in page) == (values.get("pasted") == "Kerr")
    assert not StaffImport.objects.exists()


def test_sending_a_form_twice_adds_one_person(cast: Cast) -> None:
    fay, token = cast.browser_of(cast.fay), uuid4()
    values = {"last_name": "Kerr", "kind": "teacher", "language": "en"}
    for _time in range(2):
        assert send(fay, at(cast, "staff/add"), token, **values) == (302, at(cast, "staff"))
    assert User.objects.filter(last_name="Kerr").count() == 1
    assert Act.objects.filter(action="person.added").count() == 1


def test_adding_somebody_who_is_there_says_so(cast: Cast) -> None:
    values = {"last_name": "Boyd", "email": "BEN.BOYD@school.example", "kind": "teacher", "language": "en"}
    answer = cast.browser_of(cast.fay).post(at(cast, "staff/add"), {"token": str(uuid4()), **values})
    assert answer.status_code == 422
    assert "Ben Boyd is on the list already." in answer.content.decode()


def test_an_address_is_corrected_and_written_down(cast: Cast) -> None:
    cleo = Membership.objects.select_related("person").get(person=cast.cleo)
    values = values_of(cleo, email="Cleo.New@school.example")
    assert send(cast.browser_of(cast.fay), at(cast, f"staff/{cast.cleo.id}"), **values)[0] == 302
    assert User.objects.get(id=cast.cleo.id).email == "cleo.new@school.example"
    assert Act.objects.get().detail == {"person": cast.cleo.id, "fields": ["email"]}


def test_a_facilitator_cannot_take_over_the_account_of_a_leader(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    ana = Membership.objects.select_related("person").get(person=cast.ana)
    status, _place = send(
        fay, at(cast, f"staff/{cast.ana.id}"), **values_of(ana, email="fay2@school.example")
    )
    assert status == 422
    assert send(fay, at(cast, f"staff/{cast.ana.id}/slip")) == (302, at(cast, f"staff/{cast.ana.id}"))
    assert User.objects.get(id=cast.ana.id).email == "ana.ames@school.example"
    assert not Act.objects.exists()


def test_who_may_set_whose_sign_in(cast: Cast) -> None:
    allowed = {
        "fay": {"cleo", "fay"},
        "ana": {"ana", "ben", "cleo", "fay"},
        "eli": {"ana", "ben", "cleo", "dora", "eli", "fay", "gus"},
        "ivo": {"ivo"},
    }
    people = {name: one for name, one in cast.people().items() if one}
    found = {
        actor: {name for name, one in people.items() if may_change_sign_in(people[actor], one)}
        for actor in allowed
    }
    assert {actor: names & allowed[actor] for actor, names in found.items()} == allowed
    assert found["fay"] == allowed["fay"]
    assert found["ana"] == allowed["ana"]


def test_a_slip_shows_a_password_once_and_it_signs_in(cast: Cast) -> None:
    fay, token = cast.browser_of(cast.fay), str(uuid4())
    address = at(cast, f"staff/{cast.cleo.id}/slip")
    page = fay.post(address, {"token": token})
    phrase = page.context["phrase"]
    assert page.content.decode().count(phrase) == 1
    assert f"choose your own password at {settings.PUBLIC_URL}/password." in page.content.decode()
    assert fay.post(address, {"token": token}).status_code == 302
    client = Client()
    client.post("/login", {"login": cast.cleo.email, "password": phrase})
    assert "_auth_user_id" in client.session
    assert phrase not in str(list(Act.objects.values()))


def test_a_person_without_an_address_gets_no_password(cast: Cast) -> None:
    lou = add_person(cast.fay, cast.school, last_name="Lang").person
    with pytest.raises(Refused):
        first_password(cast.fay, lou, cast.school)


def test_teachers_read_names_and_nothing_else(cast: Cast) -> None:
    page = cast.browser_of(cast.cleo).get(at(cast, "staff")).content.decode()
    assert "Ben Boyd" in page
    assert "ben.boyd@school.example" not in page


def test_the_principal_makes_a_teacher_a_facilitator_and_takes_it_back(cast: Cast) -> None:
    ana = cast.browser_of(cast.ana)
    cleo = Membership.objects.get(person=cast.cleo)
    assert send(ana, at(cast, "roles"), person=cleo.id, role="F") == (302, at(cast, "roles"))
    held = Grant.objects.get(person=cast.cleo)
    assert (held.role, held.school) == ("F", cast.school)
    send(ana, at(cast, f"roles/{held.id}/revoke"))
    assert not Grant.objects.filter(person=cast.cleo).exists()
    assert [act.action for act in Act.objects.order_by("id")] == ["role.granted", "role.revoked"]


def test_who_has_left_with_a_role_is_named_before_and_after(cast: Cast) -> None:
    fay, ana = cast.browser_of(cast.fay), cast.browser_of(cast.ana)
    pasted = "\n".join([HEADER, *(line for line in STAFF if "cleo" not in line and "ben." not in line)])
    _status, preview = send(fay, at(cast, "staff/import"), pasted=pasted, whole="yes")
    page = fay.get(preview).content.decode()
    assert "Ben Boyd would have left but would keep a role here." in page
    assert "Cleo Cano would have left" not in page
    Membership.objects.filter(person=cast.ben).update(left=True)
    page = ana.get(at(cast, "roles")).content.decode()
    assert 'Ben Boyd <span class="soft">(has left)</span>' in page
    assert page.count("(has left)") == 1


def test_nobody_gives_a_role_to_themselves(cast: Cast) -> None:
    ana = Membership.objects.get(person=cast.ana)
    answer = cast.browser_of(cast.ana).post(
        at(cast, "roles"), {"token": str(uuid4()), "person": ana.id, "role": "F"}
    )
    assert answer.status_code == 422
    assert "Nobody gives or takes a role of their own." in answer.content.decode()
    assert list(Grant.objects.filter(person=cast.ana).values_list("role", flat=True)) == ["P"]


def test_every_role_gives_exactly_the_roles_of_the_matrix(cast: Cast) -> None:
    kim = person("Kim", "Kerr")
    given = {}
    for name, actor in cast.people().items():
        for role in "MFPCDSA":
            where = {"school": cast.school if role in "MFPC" else None}
            where["district"] = cast.district if role in "DS" else None  # type: ignore[assignment]
            try:
                if actor:
                    grant(actor, kim, role, **where)  # type: ignore[arg-type]
                    given[name] = given.get(name, "") + role
            except Refused:
                assert not Grant.objects.filter(person=kim, role=role).exists()
            Grant.objects.filter(person=kim).delete()
    assert given == {"ana": "MF", "eli": "MFPC", "ivo": "DSA"}


def test_without_a_district_the_host_stands_in_for_it(cast: Cast) -> None:
    cast.school.district = None
    cast.school.save()
    kim = person("Kim", "Kerr")
    for role in "MFPC":
        grant(cast.ivo, kim, role, school=cast.school)
    assert Grant.objects.filter(person=kim).count() == 4


def test_a_role_needs_its_own_kind_of_place(cast: Cast) -> None:
    kim = person("Kim", "Kerr")
    for role, where in [("A", {"school": cast.school}), ("D", {}), ("M", {}), ("X", {"school": cast.school})]:
        with pytest.raises(Refused):
            grant(cast.ivo, kim, role, **where)


def test_the_last_host_stays(cast: Cast) -> None:
    with pytest.raises(Refused):
        revoke(cast.ivo, cast.ivo, "A")


def test_a_role_given_twice_is_held_and_noted_once(cast: Cast) -> None:
    for _time in range(2):
        grant(cast.ana, cast.cleo, "M", school=cast.school)
    assert (Grant.objects.filter(person=cast.cleo).count(), Act.objects.count()) == (1, 1)


def test_the_journal_names_people(cast: Cast) -> None:
    grant(cast.ana, cast.cleo, "M", school=cast.school)
    page = cast.browser_of(cast.fay).get(at(cast, "journal")).content.decode()
    assert [words in page for words in (">Ana Ames</td>", ">Gave a role</td>", ">Cleo Cano<br>")] == [
        True
    ] * 3


def test_every_act_that_is_noted_has_words_and_no_words_are_left_over() -> None:
    package = Path(rules.__file__).parents[2]
    files = [
        file for file in package.rglob("*.py") if "tests" not in file.parts and file.name != "journal.py"
    ]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    noted = re.compile(r"""(?:note|_open)\([^"]*(?<!f)"([a-z_]+\.[a-z_]+)\"""")
    assert set(noted.findall(source)) - set(WORDS) == set()
    made = [act for act in WORDS if f'"{act}"' in source or f'f"{act.split(".")[0]}.{{' in source]
    assert made == list(WORDS)


@pytest.mark.parametrize("more", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [("staff", 9), ("roles", 10), ("journal", 7), ("staff/add", 5)],
)
def test_pages_ask_the_database_equally_often_for_few_and_many(
    cast: Cast, path: str, statements: int, more: int
) -> None:
    for number in range(more):
        teacher = person("P", f"P{number}")
        Membership.objects.create(person=teacher, school=cast.school)
        may(teacher, Grant.Role.MEMBER, cast.school)
        add_person(cast.ana, cast.school, last_name=f"Q{number}")
    client = cast.browser_of(cast.ana)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(at(cast, path)).status_code == 200
    assert len(asked) == statements
