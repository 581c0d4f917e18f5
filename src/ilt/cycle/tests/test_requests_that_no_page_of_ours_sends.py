"""What scripts and broken proxies send: refused like any wrong link, kept nowhere, never an error of ours."""

import pytest
from django.db import OperationalError
from django.test import Client
from tests.cast import Cast
from tests.respondents import OpenWave, ballots, open_wave

from ilt.cycle.models import Invitation, Voucher, Wave

pytestmark = pytest.mark.django_db(databases=["default", "box"])

LONG_NUMBER = "9" * 5000  # longer than Python turns into a number
BODIES = {
    "no JSON": b"\xff\xfe\0",
    "JSON of another alphabet": '{"secret": "x"}'.encode("utf-16"),
    "lists in lists": b"[" * 4000,
    "objects in objects": b'{"a":' * 1500,
    "a number without end": b'{"rev":' + LONG_NUMBER.encode() + b"}",
    "no number at all": b'{"rev": NaN, "secret": NaN, "blinded": NaN, "prepared": NaN, "sig": NaN}',
    "half a character": b'{"secret":"' + rb"\ud800" * 22 + b'","blinded":"' + b"A" * 86 + b'"}',
    "other types": b'{"secret":[],"blinded":{},"prepared":[],"sig":{}}',
    "zero bytes": b'{"secret":"' + rb"\u0000" * 22 + b'","blinded":"' + b"A" * 86 + b'"}',
}


@pytest.fixture
def wave(cast: Cast) -> OpenWave:
    return open_wave(cast, codes=1)


def nothing_happened() -> bool:
    used = Invitation.objects.exclude(collected=0)
    return not (ballots().exists() or Voucher.objects.exists() or used.exists())


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_no_request_of_ours_is_refused_like_a_wrong_link(wave: OpenWave, body: bytes) -> None:
    routes = (f"/s/{wave.id}/collect", f"/box/{wave.id}/ballot", f"/box/{wave.id}/status")
    replies = [Client().post(route, body, content_type="text/plain") for route in routes]
    assert {(each.status_code, each.content) for each in replies} == {(403, b'{"error": "refused"}')}
    assert nothing_happened()


@pytest.mark.parametrize(
    "fields",
    [{"rev": LONG_NUMBER}, {"q0": LONG_NUMBER}, {"rev": "²"}, {"q0": "²"}, {"rev": "\0"}, {"q0": ""}],
)
def test_a_form_with_numbers_that_are_none_comes_back(wave: OpenWave, fields: dict[str, str]) -> None:
    form = {"code": wave.codes[0], "send": "1", "rev": "0", **fields}
    reply = Client().post(f"/go/{wave.id}", form)
    assert (reply.status_code, b'id="say-shape">' in reply.content) == (422, True)
    assert nothing_happened()


@pytest.mark.parametrize("route", ["s/{}/collect", "s/{}/swap", "go/{}", "box/{}/slip"])
def test_a_body_longer_than_any_ballot_is_not_even_read(
    wave: OpenWave, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> bytes:
        raise AssertionError("The body was read.")

    monkeypatch.setattr("django.test.client.FakePayload.read", read)
    reply = Client().post("/" + route.format(wave.id), b"x" * 10_000, content_type="multipart/form-data")
    assert (reply.status_code, reply.content) == (422, b'{"error": "shape"}')


def test_without_scripts_a_busy_store_asks_to_send_again(
    wave: OpenWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("ilt.cycle.collect.swap", busy)
    monkeypatch.setattr("ilt.collection.ballots.take", busy)
    send = {"code": wave.codes[0], "send": "1", "rev": "0", "q0": "4"}
    sent, swapped = (
        Client().post(address, form)
        for address, form in ((f"/go/{wave.id}", send), (f"/s/{wave.id}/swap", {"link": wave.secrets[0]}))
    )
    assert (sent.status_code, swapped.status_code) == (503, 503)
    for page in (sent, swapped):
        assert b'id="say-busy">Not sent yet. Send again in a minute.<' in page.content
    assert b'name="q0" value="4" checked' in sent.content


def test_a_typed_code_never_gets_into_an_address(wave: OpenWave) -> None:
    def looked(query: str) -> str | None:
        return Client().get(f"/go{query}").headers.get("Location")

    assert looked(f"?code={wave.codes[0]}") == f"/go/{wave.id}?language=en"
    assert looked("?language=es&code=1") == f"/go/{wave.id}?language=es"
    assert looked("?language=%00") is None


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_do_nothing(wave: OpenWave, method: str) -> None:
    for route in (f"/go/{wave.id}", f"/s/{wave.id}", f"/s/{wave.id}/collect", f"/box/{wave.id}/ballot"):
        assert getattr(Client(), method)(route).status_code == 405


def test_a_page_that_is_not_there_repeats_nothing_of_what_was_asked(wave: OpenWave) -> None:
    for place in ("/s/", "/box/", "/go/", f"/s/{wave.id}/"):
        reply = Client().get(f"{place}{wave.secrets[0]}?code={wave.codes[0]}")
        assert (reply.status_code, reply.cookies.output()) == (404, "")
        asked = (wave.secrets[0], wave.codes[0], str(wave.id))
        assert [each for each in asked if each in reply.content.decode()] == []


def test_only_an_open_survey_gives_ballots_and_vouchers(wave: OpenWave) -> None:
    found = {}
    for state in Wave.State:
        Wave.objects.update(state=state)
        Invitation.objects.update(collected=0)
        body = {"secret": wave.secrets[0], "blinded": "A" * 86}
        collected = Client().post(f"/s/{wave.id}/collect", body, content_type="application/json")
        swapped = Client().post(f"/s/{wave.id}/swap", {"link": wave.secrets[1]})
        found[str(state)] = (collected.status_code, swapped.status_code)
    early, late = dict.fromkeys(("draft", "ready"), (403, 403)), dict.fromkeys(Wave.State.values, (410, 410))
    assert found == late | early | {"open": (200, 200)}
