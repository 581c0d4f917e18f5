"""Ballots as they arrive: what lets one in, what replaces one, what is refused.

State and clock are checked inside the writing transaction, so a close never races with a ballot, and every
function returns only after its commit is durable.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.db import transaction
from django.db.models import QuerySet

from ilt.collection import slips
from ilt.collection.codes import NotBase64, from_text
from ilt.collection.models import Ballot, BoxWave, Slip
from ilt.collection.payload import envelope_length
from ilt.collection.rules import receipt
from ilt.shared import clock

PREPARED_LENGTH = 64
LAST_REV = 32_767
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)


class Refused(Exception):
    """Unknown, foreign or malformed: one refusal for all of them, so nobody learns which it was."""


class UnknownCode(Exception):
    """No slip of this wave has this code."""


class Closed(Exception):
    """The box takes no ballots of this wave any more."""


class WrongShape(Exception):
    """The envelope has another length, or the revision is no number a ballot can have."""


class Newer(Exception):
    """The box holds answers that this sender has not seen."""

    def __init__(self, rev: int) -> None:
        super().__init__(rev)
        self.rev = rev


@dataclass(frozen=True)
class Credential:
    """What lets a ballot in: a signed number from a link, or a code from a slip."""

    prepared: object = None
    sig: object = None
    code: object = None


@dataclass(frozen=True)
class Taken:
    receipt: str
    is_new: bool


def take(*, wave: UUID, credential: Credential, rev: object, sealed: object) -> Taken:
    """Keeps a ballot, or replaces the one that `rev` follows; the same again changes nothing."""
    slip = _slip_row_id(wave, credential)
    with transaction.atomic(using="box", durable=True):
        # Locked where the database can: a close waits for the ballots under way.
        facts = _facts(BoxWave.objects.select_for_update(), wave, credential)
        row_id = slip or _signed_row_id(facts, credential)
        if slip:
            _require_slip(facts, slip)
        _require_open(facts)
        number, envelope = _checked(facts, rev, sealed)
        is_new = _keep(facts.wave, row_id, number, envelope)
    return Taken(receipt(row_id), is_new)


def status(*, wave: UUID, credential: Credential) -> int | None:
    """The revision of the ballot in the box, or None where there is none."""
    slip = _slip_row_id(wave, credential)
    facts = _facts(BoxWave.objects.all(), wave, credential)
    if slip:
        _require_slip(facts, slip)
    row_id = slip or _signed_row_id(facts, credential)
    return Ballot.objects.filter(row_id=row_id).values_list("rev", flat=True).first()


def _slip_row_id(wave: UUID, credential: Credential) -> str:
    """The slow hash, before any lock is held."""
    if credential.code is None:
        return ""
    if not isinstance(credential.code, str) or not slips.well_formed(credential.code):
        raise UnknownCode
    return slips.row_id(wave, credential.code)


def _facts(waves: QuerySet[BoxWave], wave: UUID, credential: Credential) -> BoxWave:
    found = waves.filter(wave=wave).first()
    if found is None:
        raise UnknownCode if credential.code is not None else Refused
    return found


def _signed_row_id(facts: BoxWave, credential: Credential) -> str:
    try:
        prepared, sig = from_text(credential.prepared), from_text(credential.sig)
        key = load_der_public_key(from_text(facts.sign_spki))
        if not isinstance(key, rsa.RSAPublicKey) or len(prepared) != PREPARED_LENGTH:
            raise Refused
        key.verify(sig, prepared, PSS, hashes.SHA384())
    except (NotBase64, InvalidSignature) as error:
        raise Refused from error
    return hashlib.sha256(b"coherently/ballot/v1" + facts.wave.bytes + prepared).hexdigest()


def _require_slip(facts: BoxWave, row_id: str) -> None:
    """After the close slips are gone, and the answer is that the survey is closed."""
    _require_not_over(facts)
    if not Slip.objects.filter(row_id=row_id, wave=facts.wave).exists():
        raise UnknownCode


def _require_not_over(facts: BoxWave) -> None:
    if facts.state != BoxWave.State.OPEN:
        raise Closed


def _require_open(facts: BoxWave) -> None:
    _require_not_over(facts)
    if clock.now() >= facts.closes_at + timedelta(seconds=facts.grace_s):
        raise Closed


def _checked(facts: BoxWave, rev: object, sealed: object) -> tuple[int, bytes]:
    try:
        envelope = from_text(sealed)
    except NotBase64 as error:
        raise WrongShape from error
    right_number = type(rev) is int and 0 <= rev <= LAST_REV
    if not right_number or len(envelope) != envelope_length(facts.payload_len):
        raise WrongShape
    return rev, envelope  # type: ignore[return-value]


def _keep(wave: UUID, row_id: str, rev: int, envelope: bytes) -> bool:
    stored = Ballot.objects.filter(row_id=row_id).first()
    if stored is None:
        Ballot.objects.create(row_id=row_id, wave=wave, rev=rev, sealed=envelope)
        return True
    if stored.rev == rev and bytes(stored.sealed) == envelope:
        return False
    if rev != stored.rev + 1:
        raise Newer(stored.rev)
    Ballot.objects.filter(row_id=row_id).update(rev=rev, sealed=envelope)
    return False
