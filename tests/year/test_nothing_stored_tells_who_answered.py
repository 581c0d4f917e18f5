"""Marked respondents answer, fail and are refused; then every stored byte is searched for their marks."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import RequestFactory

from ilt.collection.codes import from_text, to_text
from ilt.collection.rules import receipt
from ilt.cycle import keys
from ilt.cycle import rules as cycle
from ilt.cycle.models import Wave
from ilt.project.wsgi import application
from ilt.shared import clock
from tests.cast import Cast
from tests.respondents import OpenWave, after_close, open_wave

pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SENT_ALONG = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_X_FORWARDED_FOR": "198.51.100.99",
    "HTTP_USER_AGENT": "canary-agent",
    "HTTP_REFERER": "http://canary-referer.example/",
    "HTTP_COOKIE": "session=canary-cookie",
    "HTTP_ACCEPT_LANGUAGE": "qx-canary",
}
NUMBER = os.urandom(64)


def leaky(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The control: the same application behind the access log that most servers write."""
    body = environ["wsgi.input"].read()
    with (Path(settings.DATA_DIR) / "access.log").open("ab") as log:
        log.write(repr([environ.get(each) for each in (*SENT_ALONG, "PATH_INFO")]).encode() + body)
    return application(environ | {"wsgi.input": _again(body)}, start_response)


def _again(body: bytes) -> Any:
    return RequestFactory().generic("POST", "/", body).environ["wsgi.input"]


class Respondent:
    def __init__(self, served: Application) -> None:
        self.served = served

    def ask(self, path: str, body: bytes | None = None, kind: str = "text/plain") -> tuple[int, bytes]:
        method = "GET" if body is None else "POST"
        asked = RequestFactory(**SENT_ALONG).generic(method, path, body or b"", content_type=kind)
        status: list[str] = []
        content = b"".join(self.served(asked.environ, lambda line, _headers: status.append(line)))
        return int(status[0][:3]), content

    def send(self, path: str, **body: object) -> tuple[int, Any]:
        status, content = self.ask(path, json.dumps(body).encode())
        return status, json.loads(content)

    def fill_in(self, path: str, form: str) -> int:
        return self.ask(path, form.encode(), "application/x-www-form-urlencoded")[0]


def answer_in_every_way(wave: OpenWave, who: Respondent) -> str:
    """By link, by slip with and without scripts, by voucher; refused, unknown, malformed. The signature."""
    page, box = f"/s/{wave.id}", f"/box/{wave.id}"
    sealed = wave.sealed([3])
    status, reply = who.send(f"{page}/collect", secret=wave.secrets[0], blinded=to_text(NUMBER))
    ballot = {"prepared": to_text(NUMBER), "sig": reply["blind_sig"]}
    seen = [
        status,
        who.ask(page)[0],
        who.ask(f"{box}/keys.json")[0],
        who.send(f"{box}/ballot", **ballot, rev=0, sealed=sealed)[0],
        who.send(f"{box}/status", **ballot)[0],
        who.send(f"{box}/slip", code=wave.codes[0], rev=0, sealed=sealed)[0],
        who.fill_in(f"/go/{wave.id}", f"code={wave.codes[1]}&send=1&rev=0&q0=2"),
        who.fill_in(f"{page}/swap", f"link={wave.secrets[1]}"),
        who.send(f"{page}/collect", secret=wave.secrets[0], blinded=to_text(bytes(64)))[0],
        who.send(f"{box}/slip", code="CANARY7777", rev=0, sealed=sealed)[0],
        who.ask(f"{page}/collect", wave.secrets[2].encode())[0],
        who.ask(f"/s/{wave.secrets[2]}")[0],
        who.ask(f"/trust/{wave.id}")[0],
    ]
    assert seen == [200, 200, 200, 201, 200, 201, 200, 200, 409, 404, 403, 404, 200]
    return str(reply["blind_sig"])


def marks_of(wave: OpenWave, signature: str) -> dict[str, str]:
    """What no stored byte may hold: neither as it was sent nor as its bytes."""
    sent = {name: value for name, value in SENT_ALONG.items() if name != "HTTP_COOKIE"}
    return {
        **sent,
        "HTTP_COOKIE": "canary-cookie",
        "number": to_text(NUMBER),
        "signature": signature,
        "slip": wave.codes[0],
        "slip without scripts": wave.codes[1],
        "wrong code": "CANARY7777",
        **{f"secret {place}": secret for place, secret in enumerate(wave.secrets)},
        "voucher": keys.voucher_of(wave.id, wave.secrets[1]),
        "receipt": receipt(row_of_the_link(wave)),
    }


def row_of_the_link(wave: OpenWave) -> str:
    return hashlib.sha256(b"coherently/ballot/v1" + wave.id.bytes + NUMBER).hexdigest()


def stored() -> bytes:
    """Every file beside the key folder, journals of the databases included, and every row of every table."""
    files = [file.read_bytes() for file in sorted(Path(settings.DATA_DIR).rglob("*")) if file.is_file()]
    return b"".join([*files, *rows("default"), *rows("box")])


def rows(store: str) -> Iterable[bytes]:
    connection = connections[store]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    is_bytes = isinstance(value, bytes | memoryview)
                    yield bytes(value) if is_bytes else str(value).encode()


def found(marks: Mapping[str, str], content: bytes) -> list[str]:
    return sorted(name for name, mark in marks.items() if mark.encode() in content)


def test_while_the_survey_is_open_no_mark_of_a_respondent_is_stored(
    cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    wave = open_wave(cast, codes=2)
    marks = marks_of(wave, answer_in_every_way(wave, Respondent(application)))
    written = "".join(capfd.readouterr()).encode()
    content = stored() + written
    assert found(marks, content) == []
    assert from_text(marks["number"]) not in content
    # The search does see what the two stores do hold.
    assert keys.secret_hash(wave.secrets[0]).encode() in content
    assert row_of_the_link(wave).encode() in content


def test_behind_an_access_log_every_mark_that_is_sent_would_be_found(cast: Cast) -> None:
    wave = open_wave(cast, codes=2)
    marks = marks_of(wave, answer_in_every_way(wave, Respondent(leaky)))
    (Path(settings.DATA_DIR) / "access.log").rename(Path(settings.DATA_DIR) / "found.log")
    answers = {"receipt", "voucher"}  # the server's words, which an access log does not hold
    try:
        assert found(marks, stored()) == sorted(set(marks) - answers)
    finally:
        (Path(settings.DATA_DIR) / "found.log").unlink()


def test_after_the_close_no_mark_of_taking_or_sending_is_left(cast: Cast) -> None:
    wave = open_wave(cast, codes=2)
    answer_in_every_way(wave, Respondent(application))
    Wave.objects.update(extended=True)
    with clock.at(after_close()):
        cycle.close_due()
    assert Wave.objects.get(id=wave.id).state == Wave.State.CLOSED
    kept = stored() + b"".join(file.read_bytes() for file in Path(settings.KEY_DIR).rglob("*"))
    links = [row_of_the_link(wave), *map(keys.secret_hash, wave.secrets)]
    assert [each for each in links if each.encode() in kept] == []
    assert cast.ben.email.encode() in kept  # the staff list stays, and the search sees it
