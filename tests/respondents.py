"""An open wave with links and slips, and a respondent who does in Python what the browser does."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.test import Client

from coherently.instrument import Instrument, loads, shipped
from coherently.instrument.files import SHIPPED
from ilt.collection import answers, slips
from ilt.collection import rules as box
from ilt.collection.codes import to_text
from ilt.collection.models import Ballot, BoxWave, Slip
from ilt.collection.payload import HEADER, envelope, pack, payload_length
from ilt.collection.rules import BoxFacts
from ilt.cycle import ballot_page, keys
from ilt.cycle.models import FrozenInstrument, Invitation, Wave
from tests.cast import Cast

CLOSES_AT = datetime(2099, 10, 2, 20, 0, tzinfo=UTC)
PROMISE = ("Birch School asks its faculty how we work together.", "You may skip any question.")

SMALL = """
id = "small"
version = "1.0"
title = "Small survey"
language = "en"
license = "CC0-1.0"
source = "Made up for tests."
[scales.agree]
points = ["No", "Rather no", "Rather yes", "Yes"]
cannot_judge = "Cannot judge"
[[domains]]
id = "school"
title = "School"
[[constructs]]
id = "calm"
domain = "school"
title = "Calm"
definition = "It is calm here."
scale = "agree"
referent = "this school, this school year"
""" + "".join(
    f'[[items]]\nid = "calm{n}"\nconstruct = "calm"\ntext = "Statement {n} about calm here."\n'
    for n in range(1, 6)
)


@dataclass
class OpenWave:
    """What a test needs to know of an open wave; the box alone knows less."""

    id: UUID
    instrument: Instrument
    fp: str
    secrets: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def link(self, person: int = 0) -> str:
        return f"/s/{self.id}#{self.secrets[person]}.{self.fp}"

    def sealed(self, values: Sequence[int] = ()) -> str:
        given = [*values] + [0] * (len(self.instrument.items) - len(values))
        return to_text(envelope(pack(given, self.instrument)))

    def credential(self, prepared: bytes = b"") -> dict[str, str]:
        prepared = prepared or os.urandom(64)
        return {"prepared": to_text(prepared), "sig": to_text(keys.sign(self.id, prepared))}


usual_key = cache(keys._new_signing_key)  # making one takes longer than most tests


def box_only(source: str = "", codes: int = 0, own_key: bool = False) -> OpenWave:
    """A wave as the box knows it, without the registrar. The instrument is the shipped one or this text."""
    text = source or SHIPPED.read_text(encoding="utf-8")
    instrument = loads(text)
    wave = uuid4()
    with patch.object(keys, "_new_signing_key", keys._new_signing_key if own_key else usual_key):
        made = keys.make_keys(wave)
    facts = ballot_page.PageFacts(
        wave=wave,
        school="Birch School",
        fp=made.fp,
        closes_on=date(2099, 10, 2),
        release_on=date(2099, 10, 20),
        languages=["en"] if source else ["en", "es"],
        promise=PROMISE,
    )
    words = {"en": instrument} if source else {language: shipped(language) for language in ("en", "es")}
    box.open_box(
        BoxFacts(
            wave=wave,
            instrument=text,
            sign_spki=made.sign_spki,
            fp=made.fp,
            closes_at=CLOSES_AT,
            grace_s=300,
            payload_len=payload_length(instrument),
            pages=rendered(words, facts),
        )
    )
    new = slips.new_codes(codes)
    box.add_slips(wave, [slips.row_id(wave, code) for code in new])
    return OpenWave(wave, instrument, made.fp, codes=new)


def rendered(words: dict[str, Instrument], facts: ballot_page.PageFacts) -> dict[str, bytes]:
    pages = {}
    for language, instrument in words.items():
        pages[language] = ballot_page.render(instrument, facts, language)
        pages[f"{language}-plain"] = ballot_page.render_plain(instrument, facts, language)
    return pages


def open_wave(cast: Cast, codes: int = 0) -> OpenWave:
    """A wave of the whole cast, open in both stores, everybody by link."""
    made = box_only(codes=codes)
    Wave.objects.create(
        id=made.id,
        school=cast.school,
        year=cast.year,
        state=Wave.State.OPEN,
        instrument=made.instrument.id,
        instrument_version=made.instrument.version,
        languages=["en", "es"],
        opens_on=date(2099, 9, 14),
        closes_on=date(2099, 10, 2),
        closes_at=CLOSES_AT,
        release_on=date(2099, 10, 20),
        zone=cast.school.zone,
        fp=made.fp,
        keyer=cast.cleo,
    )
    FrozenInstrument.objects.create(
        instrument_id=made.instrument.id,
        version=made.instrument.version,
        language="en",
        fingerprint=made.instrument.fingerprint,
        file=SHIPPED.read_text(encoding="utf-8"),
    )
    for person in (cast.ben, cast.cleo, cast.fay):
        secret = keys.secret_of(made.id, person.pk, 0)
        made.secrets.append(secret)
        Invitation.objects.create(
            wave_id=made.id,
            person=person,
            channel=Invitation.Channel.LINK,
            secret_hash=keys.secret_hash(secret),
        )
    return made


@cache
def _browser() -> Client:
    """One for all: making one loads every middleware anew."""
    return Client(enforce_csrf_checks=True)


def post(path: str, body: object, **headers: Any) -> tuple[int, dict[str, Any]]:
    """A respondent's request: no cookie, no session, any address."""
    reply = _browser().post(path, json.dumps(body), content_type="text/plain", **headers)
    return reply.status_code, reply.json()


def after_close(wave_closes: datetime = CLOSES_AT) -> datetime:
    return wave_closes + timedelta(minutes=5)


# The application's own code may not look into the box; its tests look through here.


def ballots() -> QuerySet[Ballot]:
    return Ballot.objects.all()


def box_waves() -> QuerySet[BoxWave]:
    return BoxWave.objects.all()


def slips_in_the_box() -> int:
    return Slip.objects.count()


def stored_answers() -> list[list[int]]:
    """The answers of every ballot in the box, one byte for each of 60 items."""
    return [list(bytes(each.sealed)[1 + HEADER : 1 + HEADER + 60]) for each in ballots()]


def answers_after_close(wave: UUID) -> list[bytes]:
    return answers.read(wave)
