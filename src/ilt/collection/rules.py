"""The life of a wave in the box: opened, moved, closed, opened together, destroyed.

Every ballot's key is a hash. Nothing here knows a person, a school or the time of an answer.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom
from uuid import UUID

from django.db import transaction

from coherently.instrument import Instrument, loads
from ilt.collection import pages
from ilt.collection.codes import crockford
from ilt.collection.models import Answers, Ballot, BoxWave, CloseStep, Receipt, Slip
from ilt.collection.payload import Unreadable, allowed_values, open_envelope
from ilt.shared.rewriting import rewrite

UNREADABLE_SHARE, UNREADABLE_ALWAYS = 0.05, 2


@dataclass(frozen=True)
class BoxFacts:
    wave: UUID
    instrument: str  # the frozen instrument file, as TOML
    sign_spki: str
    fp: str
    closes_at: datetime
    grace_s: int
    payload_len: int
    pages: Mapping[str, bytes]  # language -> ballot page; the first is shown unless another is asked for


@dataclass(frozen=True)
class Written:
    answers: int
    unreadable: int


class CloseHalted(Exception):
    """The close cannot go on. Nothing was destroyed; the sentence says what was found."""


def open_box(facts: BoxFacts) -> None:
    """Keeps the ballot pages, then lets the box take ballots of this wave.

    An opening that stopped halfway is repeated, perhaps by a changed plan: the box follows the last one.
    """
    pages.keep(facts.wave, facts.pages)
    known = {
        "instrument": facts.instrument,
        "sign_spki": facts.sign_spki,
        "seal_spki": "",
        "fp": facts.fp,
        "closes_at": facts.closes_at,
        "grace_s": facts.grace_s,
        "payload_len": facts.payload_len,
        "has_comments": False,
    }
    BoxWave.objects.update_or_create(
        wave=facts.wave, defaults=known, create_defaults=known | {"state": BoxWave.State.OPEN}
    )


def add_slips(wave: UUID, row_ids: Iterable[str]) -> bool:
    """Lets ballots with these slip codes in; sorted, so that the table never shows the order of printing.

    False once the wave is over: a slip that came after the close would stay in the box for ever.
    """
    with transaction.atomic(using="box", durable=True):
        facts = BoxWave.objects.select_for_update().filter(wave=wave).first()
        if facts is None or facts.state != BoxWave.State.OPEN:
            return False
        rows = [Slip(row_id=each, wave=wave) for each in sorted(row_ids)]
        Slip.objects.bulk_create(rows, ignore_conflicts=True)
        return True


def move_close(wave: UUID, closes_at: datetime) -> None:
    BoxWave.objects.filter(wave=wave, state=BoxWave.State.OPEN).update(closes_at=closes_at)


def begin_close(wave: UUID) -> int:
    """From now on no ballot is taken; returns how many there were.

    The number is kept: whoever asks again after the ballots are gone must not find that nobody answered.
    """
    with transaction.atomic(using="box", durable=True):
        facts = BoxWave.objects.select_for_update().get(wave=wave)
        if facts.state == BoxWave.State.OPEN:
            BoxWave.objects.filter(wave=wave).update(state=BoxWave.State.CLOSING)
        counted = {"ballots": Ballot.objects.filter(wave=wave).count()}
        step, _made = CloseStep.objects.get_or_create(
            wave=wave, step=CloseStep.Step.COUNTED, defaults={"facts": counted}
        )
        return int(step.facts["ballots"])


def write_answers(wave: UUID) -> Written:
    """Opens all ballots in memory and writes answers and receipts in one transaction, each shuffled apart.

    Repeating it returns what was written the first time. Raises CloseHalted before anything is written
    when too many ballots cannot be read.
    """
    with transaction.atomic(using="box", durable=True):
        facts = BoxWave.objects.select_for_update().get(wave=wave)
        if done := _written(wave):
            return done
        if facts.state != BoxWave.State.CLOSING:
            raise CloseHalted(f"The box of this wave is {facts.state}. Begin the close first.")
        readable, unreadable = _open_all(wave, loads(facts.instrument, "the frozen instrument"))
        _write(wave, readable)
        done = Written(len(readable), unreadable)
        CloseStep.objects.create(
            wave=wave,
            step=CloseStep.Step.WRITTEN,
            facts={
                "answers": done.answers,
                "unreadable": done.unreadable,
                "digest": _digest(payload for _, payload in readable),
            },
        )
        return done


def _written(wave: UUID) -> Written | None:
    step = CloseStep.objects.filter(wave=wave, step=CloseStep.Step.WRITTEN).first()
    return Written(step.facts["answers"], step.facts["unreadable"]) if step else None


def _open_all(wave: UUID, instrument: Instrument) -> tuple[list[tuple[str, bytes]], int]:
    allowed = allowed_values(instrument)
    readable, unreadable = [], 0
    for row_id, sealed in Ballot.objects.filter(wave=wave).values_list("row_id", "sealed"):
        try:
            readable.append((row_id, open_envelope(bytes(sealed), instrument, allowed)))
        except Unreadable:
            unreadable += 1
    ballots = len(readable) + unreadable
    if unreadable > max(UNREADABLE_ALWAYS, UNREADABLE_SHARE * ballots):
        raise CloseHalted(
            f"{unreadable} of {ballots} ballots cannot be read. Nothing was destroyed. "
            "Ask for technical help."
        )
    return readable, unreadable


def _write(wave: UUID, readable: list[tuple[str, bytes]]) -> None:
    """Two shuffles: in one order, the nth receipt would belong to the nth answers."""
    payloads = [payload for _, payload in readable]
    receipts = [receipt(row_id) for row_id, _ in readable]
    SystemRandom().shuffle(payloads)
    SystemRandom().shuffle(receipts)
    Answers.objects.bulk_create(Answers(wave=wave, packed=each, groups=b"") for each in payloads)
    Receipt.objects.bulk_create(Receipt(wave=wave, code=each) for each in receipts)


def _digest(payloads: Iterable[bytes]) -> str:
    rows = sorted(hashlib.sha256(payload).digest() for payload in payloads)
    return hashlib.sha256(b"".join(rows)).hexdigest()


def receipt(row_id: str) -> str:
    """What a person may keep to see later that her row arrived."""
    return crockford(hashlib.sha256(b"coherently/receipt/v1" + row_id.encode()).digest(), 20)


def destroy_ballots(wave: UUID, opened: bool) -> None:
    """Deletes ballots and slips: after their answers were read back and found whole, or unread.

    Repeating it changes nothing. Raises CloseHalted, destroying nothing, when the answers are not whole.
    """
    with transaction.atomic(using="box", durable=True):
        facts = BoxWave.objects.select_for_update().get(wave=wave)
        if facts.state in (BoxWave.State.CLOSED, BoxWave.State.DESTROYED):
            return
        if opened:
            _require_whole_answers(wave)
        Ballot.objects.filter(wave=wave).delete()
        Slip.objects.filter(wave=wave).delete()
        end = BoxWave.State.CLOSED if opened else BoxWave.State.DESTROYED
        BoxWave.objects.filter(wave=wave).update(state=end)


def _require_whole_answers(wave: UUID) -> None:
    step = CloseStep.objects.filter(wave=wave, step=CloseStep.Step.WRITTEN).first()
    stored = [bytes(each) for each in Answers.objects.filter(wave=wave).values_list("packed", flat=True)]
    if step is None or step.facts["digest"] != _digest(stored):
        raise CloseHalted("The answers are not as they were written. Nothing was destroyed.")


def rewrite_box() -> bool:
    """Writes the box anew without its deleted rows. False: it is in use, try again at the next tick."""
    return rewrite("box", ["ilt_ballot", "ilt_slip"])
