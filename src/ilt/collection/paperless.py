"""Slips without JavaScript: the code, then one page with everything and one Send.

The plain answers exist in this request alone; they are written to no table but the ballot itself.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import DatabaseError

from coherently.instrument import Instrument, loads
from ilt.collection import ballots, pages
from ilt.collection.codes import to_text
from ilt.collection.models import BoxWave
from ilt.collection.payload import NOT_SHOWN, SKIPPED, allowed_values, envelope, pack

LONGEST_NUMBER = 5  # digits
Page = tuple[bytes, int]


def answer(wave: UUID, page: bytes, form: Mapping[str, str]) -> Page:
    """The page that answers a slip's form, and its status."""
    try:
        return _sent(wave, page, form) if "send" in form else _asked(wave, page, form)
    except ballots.UnknownCode:
        return pages.shown(page, "promise", "code", "say-unknown"), 404
    except ballots.Closed:
        return pages.shown(page, "say-closed"), 410
    except ballots.Newer as newer:
        return _form(page, form, newer.rev + 1, "say-newer"), 409
    except ballots.WrongShape:
        return _form(page, form, 0, "say-shape"), 422
    except DatabaseError:
        return _form(page, form, _number(form.get("rev", "")) or 0, "say-busy"), 503


def _asked(wave: UUID, page: bytes, form: Mapping[str, str]) -> Page:
    rev = ballots.status(wave=wave, credential=_credential(form))
    if rev is None:
        return _form(page, form, 0), 200
    return _form(page, form, rev + 1, "say-again"), 200


def _credential(form: Mapping[str, str]) -> ballots.Credential:
    return ballots.Credential(code=form.get("code", ""))


def _form(page: bytes, form: Mapping[str, str], rev: int, *messages: str) -> bytes:
    """The whole form with what was chosen so far."""
    for name, value in form.items():
        chosen = f'name="{name}" value="{value}"'.encode()
        page = page.replace(chosen, chosen + b" checked")
    filled = {"code": form.get("code", ""), "rev": str(rev)}
    return pages.shown(page, "promise", "ballot", *messages, fill=filled)


def _sent(wave: UUID, page: bytes, form: Mapping[str, str]) -> Page:
    facts = BoxWave.objects.filter(wave=wave).first()
    if facts is None:
        raise ballots.UnknownCode
    instrument = loads(facts.instrument, "the frozen instrument")
    sealed = envelope(pack(_values(form, instrument), instrument))
    rev = _number(form.get("rev", ""))
    taken = ballots.take(wave=wave, credential=_credential(form), rev=rev, sealed=to_text(sealed))
    return pages.shown(page, "done", fill={"receipt": taken.receipt}), 200


def _number(typed: str) -> int | None:
    """A field that holds a number of ours; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER else None


def _values(form: Mapping[str, str], instrument: Instrument) -> list[int]:
    """One byte per item, in the instrument's order: the fields are q0, q1 ..."""
    values = []
    for number, (item, allowed) in enumerate(zip(instrument.items, allowed_values(instrument), strict=True)):
        declined = f"no-{instrument.construct(item.construct).domain}" in form
        left_out = declined and NOT_SHOWN in allowed
        value = NOT_SHOWN if left_out else _number(form.get(f"q{number}", str(SKIPPED)))
        if value is None or value not in allowed:
            raise ballots.WrongShape
        values.append(value)
    return values
