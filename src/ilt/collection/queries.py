from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ilt.collection.models import Ballot, BoxWave, CloseStep, Receipt


@dataclass(frozen=True)
class PublicKeys:
    """What anybody may know about a wave's ballots."""

    sign_spki: str
    seal_spki: str
    fp: str
    payload_len: int
    closes_at: datetime
    is_open: bool


def public_keys(wave: UUID) -> PublicKeys | None:
    facts = BoxWave.objects.filter(wave=wave).first()
    if facts is None:
        return None
    return PublicKeys(
        sign_spki=facts.sign_spki,
        seal_spki=facts.seal_spki,
        fp=facts.fp,
        payload_len=facts.payload_len,
        closes_at=facts.closes_at,
        is_open=facts.state == BoxWave.State.OPEN,
    )


def receipts(wave: UUID) -> list[str]:
    """The receipts of all ballots, sorted; there are none before the close."""
    return sorted(Receipt.objects.filter(wave=wave).values_list("code", flat=True))


def unreadable(wave: UUID) -> int:
    """How many ballots held no answers to this instrument and were refused whole at the close."""
    step = CloseStep.objects.filter(wave=wave, step=CloseStep.Step.WRITTEN).first()
    return int(step.facts["unreadable"]) if step else 0


def ballots(wave: UUID) -> int:
    """How many ballots there are. For the clock at the planned end; on a page it would tell who sent."""
    return Ballot.objects.filter(wave=wave).count()
