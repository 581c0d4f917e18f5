"""One person's answers as bytes of one length, and the envelope they travel in.

Payload: layout number 1, the first 16 bytes of the instrument's fingerprint, one byte per item, zeros up to
a multiple of 256. Until ballots are sealed, the envelope is 0, the payload, and zeros up to the final length.
"""

from coherently.instrument import Instrument

LAYOUT = 1
HEADER = 17
BLOCK = 256
SKIPPED, NOT_SHOWN, CANNOT_JUDGE = 0, 253, 254
PLAIN = 0
SEALING_OVERHEAD = 413  # what sealing adds: layout 1, wrapped key 384, nonce 12, tag 16


class Unreadable(ValueError):
    """The envelope does not hold answers to this instrument."""


def payload_length(instrument: Instrument) -> int:
    return -(-(HEADER + len(instrument.items)) // BLOCK) * BLOCK


def envelope_length(payload_len: int) -> int:
    return payload_len + SEALING_OVERHEAD


def header(instrument: Instrument) -> bytes:
    return bytes([LAYOUT]) + bytes.fromhex(instrument.fingerprint)[:16]


def pack(values: list[int], instrument: Instrument) -> bytes:
    return (header(instrument) + bytes(values)).ljust(payload_length(instrument), b"\0")


def envelope(payload: bytes) -> bytes:
    return (bytes([PLAIN]) + payload).ljust(envelope_length(len(payload)), b"\0")


def allowed_values(instrument: Instrument) -> list[frozenset[int]]:
    """Per item, the bytes a ballot may hold: skipped, the scale's points, and what else is offered."""
    allowed = []
    for item in instrument.items:
        scale = instrument.scale_of(item.construct)
        values = {SKIPPED, *range(1, scale.m + 1)}
        values |= {CANNOT_JUDGE} if scale.cannot_judge else set()
        values |= {NOT_SHOWN} if instrument.construct(item.construct).optional else set()
        allowed.append(frozenset(values))
    return allowed


def open_envelope(content: bytes, instrument: Instrument, allowed: list[frozenset[int]]) -> bytes:
    """The payload inside, refused whole if a single value is not on its item's scale."""
    length = payload_length(instrument)
    payload, padding = content[1 : 1 + length], content[1 + length :]
    values, rest = payload[HEADER : HEADER + len(allowed)], payload[HEADER + len(allowed) :]
    readable = (
        len(content) == envelope_length(length)
        and content[0] == PLAIN
        and payload[:HEADER] == header(instrument)
        and all(value in options for value, options in zip(values, allowed, strict=True))
        and not any(rest)
        and not any(padding)
    )
    if not readable:
        raise Unreadable("These bytes are no answers to this instrument.")
    return payload
