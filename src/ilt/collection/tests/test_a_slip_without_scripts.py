"""A slip in a browser without JavaScript: the code, one page with everything, one Send."""

import re

import pytest
from django.test import Client
from tests.respondents import OpenWave, after_close, box_only

from ilt.collection.models import Ballot
from ilt.collection.payload import CANNOT_JUDGE, HEADER, NOT_SHOWN
from ilt.shared import clock

pytestmark = [pytest.mark.django_db(databases=["box"]), pytest.mark.usefixtures("static_files")]


@pytest.fixture
def wave() -> OpenWave:
    return box_only(codes=1)


def visible(page: bytes) -> set[str]:
    """The parts and messages that the page shows."""
    names = ("code", "ballot", "done", "swap", "voucher")
    found = re.findall(r'id="([a-z-]+)"(?! hidden)', page.decode())
    return {name for name in found if name in names or name.startswith("say-")}


def form(wave: OpenWave, **fields: str) -> tuple[int, bytes]:
    reply = Client(enforce_csrf_checks=True).post(f"/go/{wave.id}", {"code": wave.codes[0], **fields})
    assert not reply.cookies
    return reply.status_code, reply.content


def values() -> list[int]:
    return list(bytes(Ballot.objects.get().sealed)[1 + HEADER : 1 + HEADER + 60])


def test_a_code_opens_the_form_and_one_send_delivers_it(wave: OpenWave) -> None:
    status, page = form(wave)
    assert (status, visible(page)) == (200, {"ballot"})
    assert f'name="code" value="{wave.codes[0]}"'.encode() in page
    assert b"<script" not in page
    status, page = form(wave, send="1", rev="0", q0="6", q2=str(CANNOT_JUDGE), q3="0")
    assert (status, visible(page)) == (200, {"done"})
    assert values() == [6, 0, CANNOT_JUDGE] + [0] * 57
    assert re.search(rb'id="receipt">[0-9A-HJKMNP-TV-Z]{20}<', page)


def test_topics_that_do_not_apply_are_kept_as_not_shown(wave: OpenWave) -> None:
    form(wave, send="1", rev="0", **{"no-teams": "1", "q33": "2"})
    optional = [wave.instrument.construct(item.construct).optional for item in wave.instrument.items]
    assert values() == [NOT_SHOWN if each else 0 for each in optional]
    assert optional.count(True) == 14


def test_a_used_code_says_that_sending_replaces(wave: OpenWave) -> None:
    form(wave, send="1", rev="0", q0="1")
    status, page = form(wave)
    assert (status, visible(page)) == (200, {"ballot", "say-again"})
    assert b'name="rev" value="1"' in page
    form(wave, send="1", rev="1", q0="5")
    assert values()[0] == 5


def test_answers_that_crossed_with_newer_ones_ask_before_they_replace(wave: OpenWave) -> None:
    form(wave, send="1", rev="0", q0="1")
    form(wave, send="1", rev="1", q0="2")
    status, page = form(wave, send="1", rev="1", q0="3")
    assert (status, visible(page)) == (409, {"ballot", "say-newer"})
    assert b'name="q0" value="3" checked' in page
    assert b'name="rev" value="2"' in page
    assert values()[0] == 2


def test_a_wrong_code_and_a_closed_survey_say_so(wave: OpenWave) -> None:
    status, page = form(wave, code="00000 00000")
    assert (status, visible(page)) == (404, {"code", "say-unknown"})
    with clock.at(after_close()):
        status, page = form(wave, send="1", rev="0", q0="1")
    assert (status, visible(page)) == (410, {"say-closed"})
    assert Ballot.objects.count() == 0


@pytest.mark.parametrize("field", [{"q0": "7"}, {"q0": "253"}, {"q0": "x"}, {"q0": "-1"}, {"rev": "x"}])
def test_a_value_off_the_scale_is_not_kept(wave: OpenWave, field: dict[str, str]) -> None:
    status, page = form(wave, **({"send": "1", "rev": "0", "q1": "2"} | field))
    assert (status, visible(page)) == (422, {"ballot", "say-shape"})
    assert b'name="q1" value="2" checked' in page
    assert Ballot.objects.count() == 0


def test_typed_text_cannot_become_part_of_the_page(wave: OpenWave) -> None:
    _, page = form(wave, code='"><script>alert(1)</script>', send="1", rev="0")
    assert b"<script>alert" not in page
