"""Slip codes: drawn from a bowl, tied to nobody. Only their slow hashes are stored."""

import hashlib
import secrets
from threading import BoundedSemaphore
from uuid import UUID

from ilt.collection.codes import ALPHABET, as_typed

RANDOM_CHARACTERS = 9  # 45 bits
ROUNDS = 50_000
_at_once = BoundedSemaphore(2)  # the slow hash may not take every thread of the server


def new_codes(count: int) -> list[str]:
    """So many different codes, in random order: nine random characters and a check character."""
    codes: set[str] = set()
    while len(codes) < count:
        code = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
        codes.add(code + check_character(code))
    return secrets.SystemRandom().sample(sorted(codes), count)


def check_character(code: str) -> str:
    value = 0
    for character in code:
        value = value * 32 + ALPHABET.index(character)
    return ALPHABET[value % 31]


def well_formed(code: str) -> bool:
    """Whether a typed code can be one of ours: most typing errors are caught before the slow hash."""
    code = as_typed(code)
    right = len(code) == RANDOM_CHARACTERS + 1 and all(character in ALPHABET for character in code)
    return right and check_character(code[:-1]) == code[-1]


def row_id(wave: UUID, code: str) -> str:
    """The key of a slip's ballot. Slow on purpose, against guessing codes from a stolen table."""
    salt = b"coherently/slip/v1" + wave.bytes
    with _at_once:
        return hashlib.pbkdf2_hmac("sha256", as_typed(code).encode(), salt, ROUNDS).hex()
