"""Numbers people read and type: Crockford's alphabet, which has no I, L, O and U."""

import base64
import binascii

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILO", "110")


def crockford(digest: bytes, length: int) -> str:
    """The first 5 * length bits of a digest as characters."""
    bits = int.from_bytes(digest, "big") >> (len(digest) * 8 - 5 * length)
    return "".join(ALPHABET[(bits >> 5 * place) & 31] for place in reversed(range(length)))


def as_typed(code: str) -> str:
    """A code without the gaps and misread letters that people type."""
    return "".join(code.split()).replace("-", "").upper().translate(MISREAD)


def to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class NotBase64(ValueError):
    """The text is no base64url without padding."""


def from_text(text: object) -> bytes:
    """The bytes of base64url without padding; only the one spelling that `to_text` writes is accepted."""
    if not isinstance(text, str):
        raise NotBase64("This is no text.")
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotBase64("This is not base64url.") from error
    if to_text(content) != text:
        raise NotBase64("This is not base64url without padding.")
    return content
