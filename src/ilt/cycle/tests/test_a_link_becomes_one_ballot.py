"""Taking a ballot by link: once per person, repeatable for that person, and never linked with the ballot."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.respondents import OpenWave, after_close, open_wave, post

from ilt.collection.codes import from_text, to_text
from ilt.cycle import keys
from ilt.cycle.models import Invitation, Voucher, Wave
from ilt.shared import clock

pytestmark = pytest.mark.django_db(databases=["default", "box"])
PREPARED = to_text(os.urandom(64))


def take(wave: OpenWave, secret: str, blinded: object = PREPARED) -> tuple[int, dict[str, object]]:
    return post(f"/s/{wave.id}/collect", {"secret": secret, "blinded": blinded})


def test_a_link_gets_a_signature_that_lets_one_ballot_in(cast: Cast) -> None:
    wave = open_wave(cast)
    status, reply = take(wave, wave.secrets[0])
    assert status == 200
    ballot = {"prepared": PREPARED, "sig": reply["blind_sig"], "rev": 0, "sealed": wave.sealed([1])}
    assert post(f"/box/{wave.id}/ballot", ballot)[0] == 201
    assert list(Invitation.objects.order_by("id").values_list("collected", flat=True)).count(1) == 1


def test_a_lost_reply_can_be_asked_for_again_and_another_number_cannot(cast: Cast) -> None:
    wave = open_wave(cast)
    assert [take(wave, wave.secrets[0])[0] for _ in range(3)] == [200, 200, 200]
    assert take(wave, wave.secrets[0], to_text(os.urandom(64))) == (409, {"error": "taken"})


def test_every_false_link_gets_the_same_refusal(cast: Cast) -> None:
    wave = open_wave(cast)
    draft = Wave.objects.create(school=cast.school, year=cast.year, zone=cast.school.zone)
    slip_person = Invitation.objects.filter(person=cast.ben)
    slip_person.update(channel=Invitation.Channel.SLIP)
    tries = [
        take(wave, "A" * 22),
        take(wave, ""),
        take(wave, wave.secrets[0]),  # this person has a slip, not a link
        take(wave, wave.secrets[1], "AAAA"),
        take(wave, wave.secrets[1], None),
        post(f"/s/{draft.id}/collect", {"secret": wave.secrets[1], "blinded": PREPARED}),
        post(f"/s/{wave.id}/collect", []),
    ]
    assert tries == [(403, {"error": "refused"})] * len(tries)
    assert not Invitation.objects.exclude(collected=0).exists()


def test_links_end_with_the_survey(cast: Cast) -> None:
    wave = open_wave(cast)
    with clock.at(after_close()):
        assert take(wave, wave.secrets[0]) == (410, {"error": "closed"})
    Wave.objects.update(state=Wave.State.CLOSED)
    Invitation.objects.all().delete()
    keys.destroy_keys(wave.id)
    assert take(wave, wave.secrets[0]) == (410, {"error": "closed"})


def test_a_lost_signing_key_sends_people_to_a_slip(cast: Cast) -> None:
    wave = open_wave(cast)
    keys.destroy_keys(wave.id)
    assert take(wave, wave.secrets[0]) == (403, {"error": "refused"})


def test_taking_a_ballot_costs_few_statements(cast: Cast) -> None:
    wave = open_wave(cast)
    counted = []
    for secret, blinded in [(wave.secrets[0], PREPARED)] * 2 + [(wave.secrets[0], to_text(bytes(64)))]:
        with CaptureQueriesContext(connections["default"]) as queries:
            take(wave, secret, blinded)
        counted.append(len(queries))
    assert counted == [4, 5, 6]  # taken now, asked for again, taken elsewhere


def test_a_link_without_scripts_becomes_one_voucher_and_the_voucher_one_slip(cast: Cast) -> None:
    wave = open_wave(cast)
    browser = Client(enforce_csrf_checks=True)
    pasted = {"link": f" http://localhost{wave.link()} "}
    first, again = (browser.post(f"/s/{wave.id}/swap", pasted) for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content)
    assert Voucher.objects.count() == 1
    assert take(wave, wave.secrets[0]) == (409, {"error": "taken"})
    voucher = keys.voucher_of(wave.id, wave.secrets[0])
    assert f'<p class="code">{voucher}</p>'.encode() in first.content
    desk = cast.browser_of(cast.fay)
    address = reverse("wave_vouchers", kwargs={"school_id": cast.school.pk, "wave_id": wave.id})
    assert [desk.post(address, {"voucher": voucher}).status_code for _ in range(2)] == [302, 422]
    assert browser.post(f"/s/{wave.id}/swap", {"link": "nonsense"}).status_code == 403


def test_pressing_twice_at_the_desk_says_once_to_hand_out_a_slip(cast: Cast) -> None:
    wave = open_wave(cast)
    Client().post(f"/s/{wave.id}/swap", {"link": wave.secrets[0]})
    desk = cast.browser_of(cast.fay)
    address = reverse("wave_vouchers", kwargs={"school_id": cast.school.pk, "wave_id": wave.id})
    pressed = {"voucher": keys.voucher_of(wave.id, wave.secrets[0]), "token": str(uuid4())}
    replies = [desk.post(address, pressed) for _press in range(2)]
    assert [each.status_code for each in replies] == [302, 302]
    page = desk.get(address).content.decode()
    assert page.count("This exchange code is used up now. Hand out one slip.") == 1


def test_a_taken_link_gives_no_voucher(cast: Cast) -> None:
    wave = open_wave(cast)
    take(wave, wave.secrets[0])
    assert Client().post(f"/s/{wave.id}/swap", {"link": wave.secrets[0]}).status_code == 409
    assert Voucher.objects.count() == 0


def dump(store: str) -> dict[str, list[str]]:
    """Every row of every table of a store."""
    connection = connections[store]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows[table] = sorted(str(row) for row in cursor.fetchall())
    return rows


def changed(act: Callable[[], object]) -> bool:
    before = [dump("default"), dump("box")]
    act()
    return [dump("default"), dump("box")] != before


def test_looking_at_mailed_links_changes_nothing(cast: Cast) -> None:
    """Mail scanners and previews open every link, often; only a person's own click may count."""
    wave = open_wave(cast, codes=1)
    credential = wave.credential()
    back = to_text(from_text(credential["prepared"]) + from_text(credential["sig"]))
    links = [
        wave.link(),
        f"/s/{wave.id}#r.{back}.{wave.fp}",
        f"/s/{wave.id}?language=es",
        f"/s/{wave.id}/swap",
        f"/s/{wave.id}/collect?secret={wave.secrets[0]}",
        "/go",
        f"/go/{wave.id}?code={wave.codes[0]}",
        f"/box/{wave.id}/keys.json",
        reverse("account_login"),
        reverse("account_confirm_login_code"),
    ]

    scanner = Client()

    def look() -> None:
        for link in links * 50:
            scanner.cookies.clear()
            scanner.get(link)
            scanner.head(link)

    assert not changed(look)
    assert changed(lambda: take(wave, wave.secrets[0]))  # the dump does see a ballot being taken


def test_the_registrar_holds_no_key_of_a_ballot(cast: Cast) -> None:
    wave = open_wave(cast, codes=1)
    signed = take(wave, wave.secrets[0])[1]["blind_sig"]
    ballot = {"prepared": PREPARED, "sig": signed, "rev": 0, "sealed": wave.sealed([3, 1, 4])}
    receipt = post(f"/box/{wave.id}/ballot", ballot)[1]["receipt"]
    number = from_text(PREPARED)
    row_id = hashlib.sha256(b"coherently/ballot/v1" + wave.id.bytes + number).hexdigest()
    assert row_id in str(dump("box"))
    hashes = [hashlib.new(kind, number).hexdigest() for kind in ("sha256", "sha1", "sha384", "sha512")]
    traces = [PREPARED, number.hex(), row_id, receipt, signed, wave.secrets[0], *wave.codes, *hashes]
    registrar = str(dump("default"))
    assert [each for each in traces if each in registrar] == []
    people = [cast.ben.email, cast.ben.last_name, str(cast.school.name), keys.secret_hash(wave.secrets[0])]
    assert [each for each in people if each in str(dump("box"))] == []


@pytest.mark.django_db(databases=["default", "box"], transaction=True)
@pytest.mark.parametrize(("numbers", "expected"), [(8, [200] + [409] * 7), (1, [200] * 8)])
def test_parallel_requests_take_one_ballot(cast: Cast, numbers: int, expected: list[int]) -> None:
    wave = open_wave(cast)
    blinded = [to_text(os.urandom(64)) for _ in range(numbers)] * (8 // numbers)

    def one(number: str) -> int:
        try:
            return take(wave, wave.secrets[0], number)[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(one, blinded)) == expected


def test_keys_are_private_made_once_and_gone_after_the_close(cast: Cast) -> None:
    wave = open_wave(cast)
    made = sorted(Path(settings.KEY_DIR).glob(f"{wave.id.hex}.*"))
    assert [file.stat().st_mode & 0o777 for file in made] == [0o600, 0o600]
    assert keys.make_keys(wave.id).fp == wave.fp
    for _ in range(2):
        keys.destroy_keys(wave.id)
    assert sorted(Path(settings.KEY_DIR).glob(f"{wave.id.hex}*")) == []
    with pytest.raises(keys.KeysMissing):
        keys.secret_of(wave.id, 1, 0)


def test_each_reissue_of_a_link_is_another_secret(cast: Cast) -> None:
    wave = open_wave(cast)
    assert keys.secret_of(wave.id, cast.ben.pk, 0) == wave.secrets[0]
    others = {keys.secret_of(wave.id, cast.ben.pk, 1), keys.secret_of(wave.id, cast.cleo.pk, 0)}
    assert len({wave.secrets[0]} | others) == 3
    assert len(from_text(wave.secrets[0])) == keys.SECRET_LENGTH


def test_a_typed_code_chooses_its_school_first(cast: Cast) -> None:
    assert b"This survey is not open now" in Client().get("/go").content
    wave = open_wave(cast)
    assert Client().get("/go")["Location"] == f"/go/{wave.id}?language=en"
    spanish = Client(headers={"accept-language": "es"}).get("/go")["Location"]
    assert spanish == f"/go/{wave.id}?language=es"
    Wave.objects.create(school=cast.other_school, year=cast.year, state=Wave.State.OPEN, zone="UTC")
    listed = Client().get("/go").content.decode()
    assert [name for name in ("Birch School", "Cedar School") if name in listed] == [
        "Birch School",
        "Cedar School",
    ]


def test_a_poster_scanned_before_the_opening_says_when_it_works(cast: Cast) -> None:
    """Another school's open survey is no way on from this one's poster."""
    open_wave(cast)
    reply = Client().get(f"/go/{uuid4()}", follow=True)
    assert reply.redirect_chain == [("/go?early=1", 302)]
    page = reply.content.decode()
    assert "The poster says from when to when." in page
    assert "Birch School" not in page


def test_only_the_named_keyer_types_booklets(cast: Cast) -> None:
    wave = open_wave(cast)
    address = reverse("wave_keying", kwargs={"school_id": cast.school.pk, "wave_id": wave.id})

    def may() -> list[str]:
        people = cast.people()
        return [name for name in people if cast.browser_of(people[name]).get(address).status_code == 200]

    assert may() == ["cleo"]
    Wave.objects.update(keyer=cast.ana)  # a school leader never reads single answers, even if named
    assert may() == []
