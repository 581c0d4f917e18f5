"""The page, its style and its script must arrive quickly on a phone in a weak network."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.cast import Cast
from tests.respondents import OpenWave, open_wave

from ilt.collection import pages
from ilt.cycle import ballot_page
from ilt.cycle.models import Wave
from ilt.cycle.promise import sentences

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def static_file(name: str) -> bytes:
    return (Path(settings.PACKAGE) / "static" / "ilt" / name).read_bytes()


def full_page(wave: OpenWave) -> bytes:
    """With the promise as people read it, which is longer than that of the other tests."""
    row = Wave.objects.select_related("school", "keyer").get(id=wave.id)
    facts = ballot_page.facts_of(row, "en")
    assert facts.promise == sentences(row, "en")
    return ballot_page.render(wave.instrument, facts, "en")


def test_sixty_items_arrive_in_fourteen_kilobytes(cast: Cast) -> None:
    wave = open_wave(cast)
    page, style, script = full_page(wave), static_file("ballot.css"), static_file("ballot.js")
    assert page.count(b"<fieldset>") == 60
    limits = [(page, 6000), (style, 3000), (script, 5000)]
    assert [size for size, limit in ((packed(each), limit) for each, limit in limits) if size > limit] == []


def test_the_page_asks_for_a_script_and_a_style_of_our_own_and_for_nothing_else(cast: Cast) -> None:
    page = full_page(open_wave(cast)).decode()
    assert re.findall(r'(?:src|href)="(/static[^"]+?)\.[0-9a-f]{12}\.(\w+)"', page) == [
        ("/static/ilt/ballot", "css"),
        ("/static/ilt/icon", "svg"),
        ("/static/ilt/ballot", "js"),
    ]
    assert re.findall(r'="https?:|style=| on\w+="|<script>', page) == []
    assert f'integrity="{ballot_page.script_hash()}"' in page


def test_all_questions_stand_in_the_page_in_the_instruments_order_and_language(cast: Cast) -> None:
    wave = open_wave(cast)
    for language in ("en", "es"):
        for plain in (False, True):
            page = (pages.read(wave.id, language, plain) or b"").decode()
            texts = re.findall(r"<legend>(.*?)</legend>", page)
            assert len(texts) == 60
            assert f'<html lang="{language}">' in page


def test_a_name_in_the_page_cannot_become_markup(cast: Cast) -> None:
    cast.school.name = '<b>"Birch"</b>'
    cast.school.save()
    page = full_page(open_wave(cast))
    assert b"<b>" not in page
    assert b"&lt;b&gt;&quot;Birch&quot;&lt;/b&gt;" in page


def test_the_header_names_the_language_of_the_page_and_not_of_the_browser(
    cast: Cast, static_files: None
) -> None:
    wave = open_wave(cast)
    client = Client(headers={"accept-language": "en"})
    page = client.get(f"/s/{wave.id}?language=es")
    answers = [
        page,
        client.get(f"/s/{wave.id}?language=es", headers={"if-none-match": page["ETag"]}),
        client.get(f"/go/{wave.id}?language=es"),
        client.post(f"/go/{wave.id}", {"code": "00000 00000", "language": "es"}),
        client.post(f"/s/{wave.id}/swap", {"link": "none", "language": "es"}),
    ]
    told = [(answer.status_code, answer["Content-Language"]) for answer in answers]
    assert told == [(200, "es"), (304, "es"), (200, "es"), (404, "es"), (403, "es")]
