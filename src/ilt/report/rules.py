"""From closed answers to published figures, and from published figures to readers, on the promised day."""

from datetime import date
from hashlib import sha256
from importlib.metadata import version

from django.db import transaction

from coherently.disclosure import Plan, PlannedGroup, Release, release
from coherently.moments import states
from ilt.collection import answers
from ilt.cycle.models import Wave
from ilt.cycle.queries import instrument_of
from ilt.cycle.rules import advance
from ilt.report.answers_frame import frame_of
from ilt.report.models import LedgerLine, Snapshot
from ilt.report.queries import early_day, release_day
from ilt.roster.rules import note
from ilt.shared import clock
from ilt.shared.jobs import Progress, job, start

STAFF = "staff"


def publish_due() -> None:
    """Starts the publication of every closed survey that has something to show."""
    reported = (Wave.Outcome.PROFILE, Wave.Outcome.WITH_CARE)
    for wave in Wave.objects.filter(state=Wave.State.CLOSED, outcome__in=reported):
        start(publish, key=f"publish:{wave.id}", wave_id=str(wave.id))


@job
def publish(progress: Progress, wave_id: str) -> None:
    """Computes the figures, then writes state, snapshot and ledger at once. Repeating is safe."""
    wave = Wave.objects.select_related("school").get(id=wave_id)
    if wave.state != Wave.State.CLOSED:
        return
    progress.total(2)
    result = figures(wave)
    progress.step()
    with transaction.atomic():
        advance(wave, Wave.State.PUBLISHED)  # first: of two workers only one comes past this line
        snapshot = _keep(wave, result)
        note(None, "results.published", wave.school, wave=wave_id, snapshot=snapshot.release_sha256)
    progress.step()


def figures(wave: Wave) -> Release:
    """The one way from answers to numbers: read once, summed, and held to the plan that was promised."""
    instrument = instrument_of(wave)
    group = wave.school.name
    sums = states(frame_of(answers.read(wave.id), instrument, group), instrument)
    floors = {name: wave.plan[name] for name in ("k_mean", "k_spread") if name in wave.plan}
    asked = wave.opens_on.isoformat() if wave.opens_on else None
    return release(Plan((PlannedGroup(group, wave.invited),), asked=asked, **floors), sums)


def _keep(wave: Wave, result: Release) -> Snapshot:
    text = result.to_json()
    snapshot = Snapshot.objects.create(
        wave=wave,
        audience=STAFF,
        number=1,
        instrument=result.instrument,
        instrument_version=result.version,
        instrument_sha256=result.fingerprint,
        plan=wave.plan,
        library_version=version("coherently"),
        release=text,
        release_sha256=sha256(text.encode()).hexdigest(),
    )
    today = clock.today(wave.zone)
    LedgerLine.objects.bulk_create(
        LedgerLine(
            wave=wave,
            snapshot=snapshot,
            group=line.group or "",
            subject=line.subject,
            statistic=line.statistic,
            audience=STAFF,
            decimals=line.decimals or 0,
            banded=line.banded,
            gate_version=result.gate,
            released_on=today,
        )
        for line in result.ledger()
    )
    return snapshot


def release_due() -> None:
    """Opens results to the leadership team, then to everyone at once, when their days have come."""
    for wave in Wave.objects.filter(state=Wave.State.PUBLISHED):
        if _has_come(early_day(wave), wave):
            _open(wave, Wave.State.OPEN_TO_ILT, "results.open_to_ilt")
    for wave in Wave.objects.filter(state=Wave.State.OPEN_TO_ILT):
        if _has_come(release_day(wave), wave):
            _open(wave, Wave.State.RELEASED, "results.released")


def _has_come(day: date | None, wave: Wave) -> bool:
    return day is not None and clock.today(wave.zone) >= day


def _open(wave: Wave, state: Wave.State, act: str) -> None:
    with transaction.atomic():
        advance(wave, state)
        note(None, act, wave.school, wave=str(wave.id))
