"""The made-up faculty of the first survey, and what each way of answering puts into the box."""

from coherently.datasets.simulate import School, simulate
from coherently.instrument import Instrument, shipped
from ilt.collection.payload import CANNOT_JUDGE, NOT_SHOWN, SKIPPED, pack

SCHOOL = "Maple School"
NAMES = (
    "Ada Marsh, Ben Woods, Cleo Grove, Dan Glen, Eva Rivers, Finn Shore, Gia Ford, Hugo Field, Ines Hill, "
    "Jude Park, Kira Brook, Liam Lake, Mona Stone, Nils Meadow, Olga Bridge, Pete Lane, Quinn Marsh, "
    "Rosa Woods, Sam Grove, Tess Glen, Uma Rivers, Vera Shore, Walt Ford, Xena Field, Yuri Hill"
)
PEOPLE = NAMES.split(", ")
PRINCIPAL, *TEACHERS = PEOPLE
FACILITATOR, SECOND, MEMBER, KEYER, READER = TEACHERS[:5]
WITHOUT_MAIL = TEACHERS[-3:]
BY_PROGRAM = 17  # people whose ballots come by the same routes, without a browser in front
CODES = {"skipped": SKIPPED, "not_shown": NOT_SHOWN, "cannot_judge": CANNOT_JUDGE}


def address(name: str) -> str:
    return f"{name.replace(' ', '.').lower()}@maple.example"


def staff_list() -> str:
    """As it is pasted: a principal and 24 teachers, three of them without a mail address."""
    rows = ["email,first_name,last_name,role"]
    for name in PEOPLE:
        first, last = name.split()
        mail = "" if name in WITHOUT_MAIL else address(name)
        rows.append(f"{mail},{first},{last},{'Principal' if name == PRINCIPAL else 'Teacher'}")
    return "\n".join(rows)


def by_program(instrument: Instrument) -> list[bytes]:
    answers = simulate(instrument, [School(SCHOOL, BY_PROGRAM, response=1.0)], seed=3).responses.frame
    return [
        pack([row[item.id] or CODES[row[f"{item.id}.state"]] for item in instrument.items], instrument)
        for row in answers.iter_rows(named=True)
    ]


def by_browsers(instrument: Instrument) -> list[bytes]:
    """On a phone all 4 and then a 5 in place of the first; without scripts one answer; on paper all 3."""
    items = len(instrument.items)
    phone = [5] + [4] * (items - 1)
    slip = [2] + [SKIPPED] * (items - 1)
    return [pack(values, instrument) for values in (phone, slip, [3] * items)]


def everybody() -> list[bytes]:
    return by_program(shipped()) + by_browsers(shipped())
