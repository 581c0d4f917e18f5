"""The keys of a wave, in the key folder and nowhere else: one signs ballots, one makes the mailed secrets.

At the close both are destroyed; then nothing can tell which link was whose.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from ilt.collection.ballots import PSS
from ilt.collection.codes import crockford, to_text

SIGNING_BITS = 2048
SECRET_LENGTH = 16


@dataclass(frozen=True)
class PublicKeys:
    sign_spki: str  # DER as base64url
    fp: str  # 16 characters that posters, slips and links show


class KeysMissing(Exception):
    """The key folder does not hold this wave's keys (any more)."""


def make_keys(wave_id: UUID) -> PublicKeys:
    """Makes both keys of a wave. Repeating it returns the keys that are there."""
    _keep_new(_file(wave_id, "mail"), os.urandom(32))
    _keep_new(_file(wave_id, "sign"), _new_signing_key())
    spki = (
        _signing_key(wave_id)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return PublicKeys(to_text(spki), fingerprint(spki, b""))


def fingerprint(sign_spki: bytes, seal_spki: bytes) -> str:
    return crockford(hashlib.sha256(b"coherently/keys/v1" + sign_spki + seal_spki).digest(), 16)


def _new_signing_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=SIGNING_BITS).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _file(wave_id: UUID, kind: str) -> Path:
    return Path(settings.KEY_DIR) / f"{wave_id.hex}.{kind}"


def _keep_new(file: Path, content: bytes) -> None:
    """Written beside and linked into place: a crash leaves a whole key or none, and never a second one."""
    fresh = file.with_name(f"{file.name}.{os.urandom(8).hex()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        _overwrite(fresh)
    else:
        fresh.unlink()


def _read(wave_id: UUID, kind: str) -> bytes:
    try:
        return _file(wave_id, kind).read_bytes()
    except FileNotFoundError as error:
        raise KeysMissing(f"The {kind} key of this wave is not in the key folder.") from error


def _signing_key(wave_id: UUID) -> rsa.RSAPrivateKey:
    # Our own key, made by us: proving it prime anew would cost 30 ms for each person who takes a ballot.
    key = serialization.load_der_private_key(
        _read(wave_id, "sign"), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeysMissing("The signing key of this wave is no RSA key.")
    return key


def secret_of(wave_id: UUID, person_id: int, counter: int) -> str:
    """What a person's mailed link holds. It is never stored; the mail key makes it again for a reminder."""
    message = b"coherently/secret/v1" + wave_id.bytes + f"/{person_id}/{counter}".encode()
    return to_text(_mac(wave_id, message)[:SECRET_LENGTH])


def _mac(wave_id: UUID, message: bytes) -> bytes:
    return hmac.digest(_read(wave_id, "mail"), message, "sha256")


def secret_hash(secret: str) -> str:
    return hashlib.sha256(b"coherently/invitation/v1" + secret.encode()).hexdigest()


def blinded_hash(wave_id: UUID, blinded: bytes) -> str:
    """Keyed, because until ballots are blind a plain hash would name the row of a person in the box."""
    return _mac(wave_id, b"coherently/blinded/v1" + blinded).hex()


def voucher_of(wave_id: UUID, secret: str) -> str:
    """The voucher a link is exchanged for; the same again when the request is repeated."""
    return crockford(_mac(wave_id, b"coherently/voucher/v1" + secret.encode()), 10)


def voucher_hash(wave_id: UUID, voucher: str) -> str:
    return hashlib.sha256(b"coherently/voucher/v1" + wave_id.bytes + voucher.encode()).hexdigest()


def sign(wave_id: UUID, message: bytes) -> bytes:
    return _signing_key(wave_id).sign(message, PSS, hashes.SHA384())


def destroy_keys(wave_id: UUID) -> None:
    """Overwrites and removes both keys. Repeating it changes nothing."""
    for kind in ("mail", "sign"):
        file = _file(wave_id, kind)
        if file.exists():
            _overwrite(file)


def _overwrite(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.write(os.urandom(file.stat().st_size))
        stream.flush()
        os.fsync(stream.fileno())
    file.unlink()
