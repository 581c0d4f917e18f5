import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from tests.cast import Cast

from ilt.roster.models import Membership, User
from ilt.roster.rules import change_person
from ilt.shared.models import OutgoingMail

pytestmark = pytest.mark.usefixtures("sign_in_is_quick")
PASSWORD = "four words do not belong"


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def ask_for_code(client: Client, address: str) -> bytes:
    response = client.post("/login/code", {"email": address}, follow=True)
    assert response.redirect_chain == [("/login/code/confirm", 302)]
    return response.content.replace(address.encode(), b"ADDRESS")


def test_a_person_signs_in_with_a_password(cast: Cast) -> None:
    client = Client()
    answer = client.post("/login", {"login": with_password(cast.ana).email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"], signed_in(client)) == (302, "/", True)


def test_a_wrong_password_keeps_the_address_and_says_error_in_the_title(cast: Cast) -> None:
    client = Client()
    answer = client.post("/login", {"login": with_password(cast.ana).email, "password": "wrong"})
    page = answer.content.decode()
    assert (answer.status_code, signed_in(client)) == (422, False)
    assert "<title>Error: Sign in" in page
    assert f'value="{cast.ana.email}"' in page


def test_a_person_signs_in_with_the_mailed_code(cast: Cast, run_jobs: Callable[[], int]) -> None:
    client = Client()
    ask_for_code(client, cast.ben.email or "")
    run_jobs()
    text = mail.outbox[0].body
    found = re.search(r"http://\S+/login/code/confirm#(\S+)\n", text)
    assert found
    assert f"type this code there: {found[1]}\n" in text
    assert not signed_in(client)
    client.post("/login/code/confirm", {"code": found[1]})
    assert signed_in(client)
    assert not OutgoingMail.objects.exists()


def test_opening_the_mailed_link_alone_signs_nobody_in(cast: Cast) -> None:
    client = Client()
    ask_for_code(client, cast.ben.email or "")
    assert client.get("/login/code/confirm").status_code == 200
    assert not signed_in(client)


def test_a_wrong_code_is_refused(cast: Cast) -> None:
    client = Client()
    ask_for_code(client, cast.ben.email or "")
    answer = client.post("/login/code/confirm", {"code": "AAAA-AAAA"})
    assert (answer.status_code, signed_in(client)) == (422, False)
    assert "This is not the code we sent." in answer.content.decode()


def test_an_unknown_address_gets_the_same_page_and_no_mail(cast: Cast) -> None:
    known = ask_for_code(Client(), cast.ben.email or "")
    assert OutgoingMail.objects.count() == 1
    unknown = ask_for_code(Client(), "nobody@school.example")
    assert OutgoingMail.objects.count() == 1

    def without_tokens(page: bytes) -> bytes:
        return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)

    assert without_tokens(known) == without_tokens(unknown)


def test_nobody_can_sign_up(cast: Cast) -> None:
    assert [Client().get(f"/{path}").status_code for path in ("signup", "account/signup/")] == [404, 404]


def test_an_address_that_was_corrected_no_longer_signs_in(cast: Cast) -> None:
    old = with_password(cast.ana).email
    Client().post("/login", {"login": old, "password": PASSWORD})
    User.objects.filter(id=cast.ana.id).update(email="ana.new@school.example")
    assert EmailAddress.objects.filter(user=cast.ana).count() == 0
    client = Client()
    client.post("/login", {"login": old, "password": PASSWORD})
    assert not signed_in(client)


def test_after_signing_in_the_pages_speak_the_persons_language(cast: Cast) -> None:
    cast.ana.language = "es"
    client = Client()
    client.post("/login", {"login": with_password(cast.ana).email, "password": PASSWORD})
    assert client.get("/help")["Content-Language"] == "es"


def test_a_person_with_a_first_password_keeps_an_own_one(cast: Cast) -> None:
    client = Client()
    client.force_login(with_password(cast.ana))
    new = "quite another set of words"
    answer = client.post("/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert User.objects.get(id=cast.ana.id).check_password(new)


def test_a_short_password_is_refused(cast: Cast) -> None:
    client = Client()
    client.force_login(with_password(cast.ana))
    answer = client.post("/password", {"oldpassword": PASSWORD, "password1": "short", "password2": "short"})
    assert answer.status_code == 422
    assert User.objects.get(id=cast.ana.id).check_password(PASSWORD)


def still_signed_in(client: Client) -> bool:
    return client.get("/password", follow=True).request["PATH_INFO"].startswith("/password")


def test_a_new_password_ends_the_other_sign_ins_and_keeps_this_one(cast: Cast) -> None:
    here, elsewhere, ana = Client(), Client(), with_password(cast.ana)
    for client in (here, elsewhere):
        client.force_login(ana)
    new = "quite another set of words"
    here.post("/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (still_signed_in(here), still_signed_in(elsewhere)) == (True, False)


def test_who_signed_in_with_a_wrong_address_is_out_once_it_is_corrected(cast: Cast) -> None:
    stranger = cast.browser_of(cast.cleo)
    assert still_signed_in(stranger)
    cleo = Membership.objects.select_related("person").get(person=cast.cleo)
    values = {"first_name": "Cleo", "last_name": "Cano", "language": "en", "kind": "teacher", "team": ""}
    change_person(cast.fay, cleo, {**values, "email": "cleo.new@school.example", "left": False})
    assert not still_signed_in(stranger)


def test_who_corrects_their_own_address_stays_signed_in(cast: Cast) -> None:
    fay = cast.browser_of(cast.fay)
    values = {"first_name": "Fay", "last_name": "Ford", "language": "en", "kind": "teacher"}
    form = {**values, "email": "fay.new@school.example", "token": str(uuid4())}
    fay.post(f"/school/{cast.school.id}/staff/{cast.fay.id}", form)
    assert User.objects.get(id=cast.fay.id).email == "fay.new@school.example"
    assert still_signed_in(fay)


def test_signing_in_leaves_the_session_of_before_behind(cast: Cast) -> None:
    client = Client()
    client.session["planted"] = "by somebody else"  # makes the session and its cookie
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/login", {"login": with_password(cast.ana).email, "password": PASSWORD})
    assert signed_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


@pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:go()"])
def test_signing_in_never_leads_to_another_site(cast: Cast, place: str) -> None:
    values = {"login": with_password(cast.ana).email, "password": PASSWORD, "next": place}
    assert Client().post("/login", values)["Location"] == "/"
    assert Client().post("/language", {"language": "es", "next": place})["Location"] == "/"


def test_after_ten_wrong_passwords_even_the_right_one_waits(cast: Cast) -> None:
    address = with_password(cast.ana).email or ""
    for number in range(10):
        spelled = address.upper() if number % 2 else address
        Client().post("/login", {"login": spelled, "password": "wrong"})
    answer = Client().post("/login", {"login": address, "password": PASSWORD})
    assert (answer.status_code, "Too many tries." in answer.content.decode()) == (422, True)
    other = Client()
    other.post("/login", {"login": with_password(cast.ben).email, "password": PASSWORD})
    assert signed_in(other)


def test_an_unknown_address_and_a_wrong_password_read_the_same(cast: Cast) -> None:
    known, unknown = with_password(cast.ana).email or "", "nobody@school.example"
    pages = [
        Client()
        .post("/login", {"login": address, "password": "wrong"})
        .content.decode()
        .replace(address, "X")
        for address in (known, unknown)
    ]
    first, second = (re.sub(r'value="[\w-]{20,}"', "", page) for page in pages)
    assert first == second


def test_three_wrong_codes_end_the_code(cast: Cast, run_jobs: Callable[[], int]) -> None:
    client = Client()
    ask_for_code(client, cast.ben.email or "")
    run_jobs()
    found = re.search(r"#(\S+)\n", str(mail.outbox[0].body))
    assert found
    for _time in range(3):
        client.post("/login/code/confirm", {"code": "AAAA-AAAA"})
    client.post("/login/code/confirm", {"code": found[1]})
    assert not signed_in(client)


def test_an_old_code_signs_nobody_in(cast: Cast, run_jobs: Callable[[], int]) -> None:
    client = Client()
    ask_for_code(client, cast.ben.email or "")
    run_jobs()
    found = re.search(r"#(\S+)\n", str(mail.outbox[0].body))
    assert found
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 3600
    session.save()
    client.post("/login/code/confirm", {"code": found[1]})
    assert not signed_in(client)
