"""Taking a ballot by link: once per person, and the same person's retry is never refused.

The registrar learns that a ballot was taken, never which.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from ilt.collection.ballots import PREPARED_LENGTH, Closed, Refused
from ilt.collection.codes import NotBase64, as_typed, from_text, to_text
from ilt.cycle import keys
from ilt.cycle.models import Invitation, Voucher, Wave
from ilt.shared import clock

GRACE = timedelta(minutes=5)
NOT_YET = (Wave.State.DRAFT, Wave.State.READY)


class TakenElsewhere(Exception):
    """This link's ballot was taken with another number, or the link was exchanged for a voucher."""


def collect(*, wave_id: UUID, secret: object, blinded: object) -> str:
    """Marks the ballot as taken, commits, then signs the number. The same number is signed again."""
    prepared = _bytes(blinded, PREPARED_LENGTH)
    right = to_text(_bytes(secret, keys.SECRET_LENGTH))
    try:
        with transaction.atomic(durable=True):
            _require_open(wave_id)
            _take(wave_id, right, keys.blinded_hash(wave_id, prepared))
        return to_text(keys.sign(wave_id, prepared))
    except keys.KeysMissing as error:
        raise Refused from error


def swap(*, wave_id: UUID, link: str) -> str:
    """Exchanges a link, pasted whole or its secret alone, for a voucher. Asked again: the same voucher."""
    secret = link.strip().rpartition("#")[2].partition(".")[0]
    _bytes(secret, keys.SECRET_LENGTH)
    try:
        with transaction.atomic(durable=True):
            _require_open(wave_id)
            voucher = keys.voucher_of(wave_id, secret)
            if _take(wave_id, secret, keys.blinded_hash(wave_id, voucher.encode())):
                Voucher.objects.create(voucher_hash=keys.voucher_hash(wave_id, voucher), wave_id=wave_id)
    except keys.KeysMissing as error:
        raise Refused from error
    return voucher


def accept_voucher(wave: Wave, typed: str) -> bool:
    """The desk takes a voucher back, hands out a slip, and never learns a name."""
    found = Voucher.objects.filter(voucher_hash=keys.voucher_hash(wave.id, as_typed(typed)), wave=wave)
    return found.delete()[0] == 1


def _bytes(text: object, length: int) -> bytes:
    """Whatever is no text of so many bytes is refused like a secret that nobody has."""
    try:
        content = from_text(text)
    except NotBase64 as error:
        raise Refused from error
    if len(content) != length:
        raise Refused
    return content


def _take(wave_id: UUID, secret: str, taken_hash: str) -> bool:
    """Whether the ballot of this link was taken now; False when the same was taken before."""
    mine = Invitation.objects.filter(
        wave=wave_id, secret_hash=keys.secret_hash(secret), channel=Invitation.Channel.LINK
    )
    if mine.filter(collected=0).update(collected=1, blinded_hash=taken_hash):
        return True
    known = mine.values_list("blinded_hash", flat=True).first()
    if known is None:
        raise Refused
    if known != taken_hash:
        raise TakenElsewhere
    return False


def _require_open(wave_id: UUID) -> None:
    wave = Wave.objects.filter(id=wave_id).exclude(state__in=NOT_YET).only("state", "closes_at").first()
    if wave is None:
        raise Refused
    late = wave.closes_at is not None and clock.now() >= wave.closes_at + GRACE
    if wave.state != Wave.State.OPEN or late:
        raise Closed
