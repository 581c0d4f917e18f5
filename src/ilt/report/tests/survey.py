"""A survey of the cast's school that has just closed, with answers made up from a known truth."""

from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import connections
from tests.cast import Cast

from coherently.datasets.simulate import School, Simulation, simulate
from coherently.disclosure import Plan, PlannedGroup, Release, release
from coherently.instrument import Instrument, shipped
from coherently.instrument.files import SHIPPED
from coherently.moments import states
from ilt.collection import rules as box
from ilt.collection.payload import CANNOT_JUDGE, NOT_SHOWN, SKIPPED, envelope, pack, payload_length
from ilt.cycle.models import FrozenInstrument, Wave
from ilt.report.models import Snapshot

CODES = {"skipped": SKIPPED, "not_shown": NOT_SHOWN, "cannot_judge": CANNOT_JUDGE}
OPENS, CLOSES, EARLY, RELEASE = (date(2026, 9, 14), date(2026, 9, 28), date(2026, 10, 5), date(2026, 10, 12))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


@cache
def made_up(people: int) -> Simulation:
    return simulate(shipped("en"), [School("Birch School", people, response=1.0)], seed=7)


@cache
def library_release(answered: int = 24, invited: int = 30) -> Release:
    """What the library says about the same answers, without any web page in between."""
    made = made_up(answered).responses
    plan = Plan((PlannedGroup("Birch School", invited),), asked=OPENS.isoformat())
    return release(plan, states(made.frame, made.instrument))


def payloads(made: Simulation) -> list[bytes]:
    instrument = made.responses.instrument
    return [
        pack([row[item.id] or CODES[row[f"{item.id}.state"]] for item in instrument.items], instrument)
        for row in made.responses.frame.iter_rows(named=True)
    ]


def closed_survey(cast: Cast, answered: int = 24, invited: int = 30) -> Wave:
    """Opened in the box, answered, closed and opened together by the box's own rules."""
    wave = Wave.objects.create(
        school=cast.school,
        year=cast.year,
        state=Wave.State.CLOSED,
        outcome=Wave.Outcome.PROFILE,
        instrument="coherently-core",
        instrument_version=shipped("en").version,
        languages=["en", "es"],
        opens_on=OPENS,
        closes_on=CLOSES,
        zone=cast.school.zone,
        release_on=RELEASE,
        invited=invited,
        collected=answered,
    )
    freeze_instrument()
    fill_box(wave.id, payloads(made_up(answered)), shipped("en"))
    return wave


def published_survey(cast: Cast, state: Wave.State = Wave.State.RELEASED, opens: date = OPENS) -> Snapshot:
    """A survey of the cast's school whose figures are out, without the way that they took."""
    freeze_instrument()
    result = library_release()
    wave = Wave.objects.create(
        school=cast.school,
        year=cast.year,
        state=state,
        outcome=Wave.Outcome.PROFILE,
        instrument=result.instrument,
        instrument_version=result.version,
        languages=["en", "es"],
        opens_on=opens,
        closes_on=opens + (CLOSES - OPENS),
        release_on=opens + (RELEASE - OPENS),
        zone=cast.school.zone,
    )
    return Snapshot.objects.create(
        wave=wave,
        audience="staff",
        number=1,
        instrument=result.instrument,
        instrument_version=result.version,
        instrument_sha256=result.fingerprint,
        plan={},
        release=result.to_json(),
        release_sha256=sha256(result.to_json().encode()).hexdigest(),
    )


def freeze_instrument() -> None:
    for language, file in (("en", SHIPPED), ("es", SHIPPED.with_name("coherently-core.es.toml"))):
        FrozenInstrument.objects.get_or_create(
            instrument_id="coherently-core",
            version=shipped("en").version,
            language=language,
            defaults={"file": file.read_text(encoding="utf-8"), "fingerprint": shipped("en").fingerprint},
        )


def fill_box(wave: UUID, rows: list[bytes], instrument: Instrument) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    length = payload_length(instrument)
    box.open_box(
        box.BoxFacts(
            wave,
            text,
            "",
            "",
            noon(CLOSES),
            300,
            length,
            {"en": b"a ballot page", "en-plain": b"a ballot page"},
        )
    )
    store = connections["box"]
    with store.cursor() as cursor:
        for row in rows:
            key = wave.hex if store.vendor == "sqlite" else wave
            cursor.execute(
                "INSERT INTO ilt_ballot (row_id, wave, rev, sealed) VALUES (%s, %s, 1, %s)",
                [uuid4().hex * 2, key, envelope(row)],
            )
    box.begin_close(wave)
    box.write_answers(wave)
    box.destroy_ballots(wave, opened=True)
