"""What a browser or a script can and cannot get into the box. The registrar is out of reach in every test."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.respondents import CLOSES_AT, SMALL, OpenWave, box_only, post

from ilt.collection import rules
from ilt.collection.models import Ballot
from ilt.shared import clock

pytestmark = [pytest.mark.django_db(databases=["box"]), pytest.mark.usefixtures("static_files")]


@pytest.fixture
def wave() -> OpenWave:
    return box_only(SMALL, codes=2)


def send(
    wave: OpenWave, credential: dict[str, str], rev: object, sealed: object
) -> tuple[int, dict[str, object]]:
    path = "slip" if "code" in credential else "ballot"
    return post(f"/box/{wave.id}/{path}", {**credential, "rev": rev, "sealed": sealed})


def stored() -> list[tuple[int, bytes]]:
    return [(rev, bytes(sealed)) for rev, sealed in Ballot.objects.values_list("rev", "sealed")]


@pytest.mark.parametrize("by", ["link", "slip"])
def test_a_ballot_arrives_once_however_often_it_is_sent(wave: OpenWave, by: str) -> None:
    credential = wave.credential() if by == "link" else {"code": wave.codes[0]}
    status, first = send(wave, credential, 0, wave.sealed([1, 2]))
    assert status == 201
    assert send(wave, credential, 0, wave.sealed([1, 2])) == (200, first)
    assert len(stored()) == 1
    assert len(str(first["receipt"])) == 20


@pytest.mark.parametrize("by", ["link", "slip"])
def test_newer_answers_replace_and_a_late_retry_does_not(wave: OpenWave, by: str) -> None:
    credential = wave.credential() if by == "link" else {"code": wave.codes[0]}
    send(wave, credential, 0, wave.sealed([1]))
    assert send(wave, credential, 1, wave.sealed([4]))[0] == 200
    kept = stored()
    for late in (0, 3):
        assert send(wave, credential, late, wave.sealed([2])) == (409, {"error": "newer", "rev": 1})
    assert stored() == kept


def test_a_browser_learns_whether_its_ballot_is_there(wave: OpenWave) -> None:
    credential = wave.credential()
    ask = f"/box/{wave.id}/status"
    assert post(ask, credential) == (200, {"present": False, "rev": None})
    send(wave, credential, 7, wave.sealed())  # a restored backup lost the row; the device sends its own again
    assert post(ask, credential) == (200, {"present": True, "rev": 7})
    assert post(ask, {"code": wave.codes[1]}) == (200, {"present": False, "rev": None})


def test_every_false_credential_gets_the_same_refusal(wave: OpenWave) -> None:
    good, foreign = wave.credential(), box_only(SMALL, own_key=True).credential()
    flipped = good["sig"][:9] + ("A" if good["sig"][9] != "A" else "B") + good["sig"][10:]
    bodies = [
        "no object",
        {},
        {"prepared": 5, "sig": None},
        {**good, "sig": flipped},
        {**good, "prepared": good["prepared"] + "="},
        {**good, "prepared": good["prepared"][:-4]},
        {**good, "sig": ""},
        foreign,
    ]
    answers = {post(f"/box/{wave.id}/ballot", body)[0] for body in bodies} | {
        post(f"/box/{uuid4()}/ballot", good)[0]
    }
    texts = {
        Client().post(f"/box/{wave.id}/{route}", body, content_type="text/plain").content
        for route in ("ballot", "status")
        for body in ("{", "[]", '{"prepared":"AAAA","sig":"AAAA"}')
    }
    assert (answers, texts) == ({403}, {b'{"error": "refused"}'})
    assert stored() == []


def test_an_unknown_code_and_a_code_of_another_school_are_unknown_alike(wave: OpenWave) -> None:
    elsewhere = box_only(SMALL, codes=1)
    wrong = [elsewhere.codes[0], wave.codes[0][:-1] + "?", "", "12345", wave.codes[0] + "0"]
    replies = [send(wave, {"code": code}, 0, wave.sealed()) for code in wrong]
    assert replies == [(404, {"error": "unknown"})] * len(wrong)


def test_a_code_is_read_as_people_type_it(wave: OpenWave) -> None:
    code = wave.codes[0].lower().replace("0", "o").replace("1", "l")
    assert send(wave, {"code": f" {code[:5]}-{code[5:]} "}, 0, wave.sealed())[0] == 201


@pytest.mark.parametrize("rev", [-1, 32_768, True, "0", None, 1.0])
def test_a_revision_that_is_no_number_is_not_kept(wave: OpenWave, rev: object) -> None:
    assert send(wave, wave.credential(), rev, wave.sealed()) == (422, {"error": "shape"})


@pytest.mark.parametrize("sealed", ["", "AAAA", None, 7, "A" * 893, "A" * 9000])
def test_an_envelope_of_another_length_is_not_kept(wave: OpenWave, sealed: object) -> None:
    assert send(wave, wave.credential(), 0, sealed) == (422, {"error": "shape"})
    assert stored() == []


def test_ballots_are_taken_until_the_grace_is_over(wave: OpenWave) -> None:
    end = CLOSES_AT + timedelta(seconds=300)
    with clock.at(end - timedelta(seconds=1)):
        assert send(wave, wave.credential(), 0, wave.sealed())[0] == 201
    with clock.at(end):
        assert send(wave, wave.credential(), 0, wave.sealed()) == (410, {"error": "closed"})
        assert send(wave, {"code": wave.codes[0]}, 0, wave.sealed()) == (410, {"error": "closed"})


def test_nothing_gets_in_once_the_close_has_begun(wave: OpenWave) -> None:
    credential = wave.credential()
    send(wave, credential, 0, wave.sealed([1]))
    assert rules.begin_close(wave.id) == 1
    assert send(wave, credential, 1, wave.sealed([2])) == (410, {"error": "closed"})
    assert send(wave, {"code": wave.codes[0]}, 0, wave.sealed()) == (410, {"error": "closed"})


def test_a_store_that_cannot_write_says_not_yet_and_keeps_nothing(
    wave: OpenWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**row: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Ballot.objects, "create", full)
    assert send(wave, wave.credential(), 0, wave.sealed()) == (503, {"error": "busy"})
    monkeypatch.undo()
    assert stored() == []


@pytest.mark.parametrize("source", [SMALL, ""], ids=["5 items", "60 items"])
def test_a_ballot_costs_few_statements_whatever_its_length(source: str) -> None:
    wave = box_only(source, codes=1)
    credential = wave.credential()
    assert len(wave.instrument.items) == (5 if source else 60)
    costs = {
        "page": lambda: Client().get(f"/s/{wave.id}"),
        "keys": lambda: Client().get(f"/box/{wave.id}/keys.json"),
        "link": lambda: send(wave, credential, 0, wave.sealed()),
        "link again": lambda: send(wave, credential, 1, wave.sealed([1])),
        "slip": lambda: send(wave, {"code": wave.codes[0]}, 0, wave.sealed()),
        "status": lambda: post(f"/box/{wave.id}/status", credential),
    }
    counted = {}
    for name, act in costs.items():
        with CaptureQueriesContext(connections["box"]) as queries:
            act()
        counted[name] = len(queries)
    assert counted == {"page": 0, "keys": 1, "link": 5, "link again": 5, "slip": 6, "status": 2}


def test_a_faculty_behind_one_address_is_never_refused(wave: OpenWave) -> None:
    statuses = [
        post(
            f"/box/{wave.id}/ballot",
            {**wave.credential(), "rev": 0, "sealed": wave.sealed()},
            REMOTE_ADDR="192.0.2.7",
        )[0]
        for _ in range(300)
    ]
    assert statuses == [201] * 300


def test_the_page_is_the_same_bytes_for_everybody(wave: OpenWave) -> None:
    first = Client().get(f"/s/{wave.id}")
    other = Client(headers={"user-agent": "X", "cookie": "session=1", "accept-language": "es"})
    assert other.get(f"/s/{wave.id}").content == first.content
    assert not first.cookies
    assert Client().get(f"/s/{wave.id}", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert Client().get(f"/s/{uuid4()}").status_code == 404


@pytest.mark.parametrize("language", ["../en", "a" * 300, "\0", "xx", "é"])
def test_a_language_that_is_not_there_shows_the_first_one(wave: OpenWave, language: str) -> None:
    first = Client().get(f"/s/{wave.id}").content
    assert Client().get(f"/s/{wave.id}", {"language": language}).content == first


def test_sending_writes_no_log_line(wave: OpenWave, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        send(wave, wave.credential(), 0, wave.sealed())
        send(wave, {"code": "wrong"}, 0, wave.sealed())
        send(wave, {}, 0, "")
    told = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert [(record.name, record.levelno > logging.WARNING) for record in told] == [
        ("django.request", False) for _ in told
    ]
    assert not any("wrong" in record.getMessage() for record in told)
