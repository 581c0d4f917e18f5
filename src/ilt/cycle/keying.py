"""Paper answers, typed by the person named for it. Half-typed booklets stay in that person's page alone."""

from dataclasses import dataclass

from coherently.instrument import Instrument
from ilt.collection.codes import to_text
from ilt.collection.payload import header, payload_length
from ilt.cycle.models import Wave
from ilt.cycle.queries import instrument_of, leaders_of
from ilt.roster.models import User


@dataclass(frozen=True)
class KeyedPart:
    number: int
    title: str
    items: int
    most: int  # the highest digit
    cannot_judge: bool
    optional: bool


@dataclass(frozen=True)
class Sheet:
    """What the page needs to turn typed marks into ballots."""

    parts: list[KeyedPart]
    head: str
    payload_len: int


def may_key(person: object, wave: Wave) -> bool:
    """The keyer that the promise names, who never leads the school."""
    named = isinstance(person, User) and wave.keyer_id == person.pk
    return named and wave.keyer_id not in leaders_of(wave.school)


def sheet_of(wave: Wave) -> Sheet:
    instrument = instrument_of(wave)
    return Sheet(_parts(instrument), to_text(header(instrument)), payload_length(instrument))


def _parts(instrument: Instrument) -> list[KeyedPart]:
    return [
        KeyedPart(
            number=number,
            title=construct.title,
            items=len(instrument.items_of(construct.id)),
            most=instrument.scale_of(construct.id).m,
            cannot_judge=bool(instrument.scale_of(construct.id).cannot_judge),
            optional=construct.optional,
        )
        for number, construct in enumerate(instrument.constructs, 1)
    ]
