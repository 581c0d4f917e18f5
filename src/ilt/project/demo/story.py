"""What is true in the made-up district. The demonstration's reports can be compared with this.

Shifts move the level of a topic, splits drive a faculty into two camps; both in standard deviations between
people. Everything else is alike in all schools, so what a report shows is this story and chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from coherently.datasets.simulate import Habits, School, simulate
from coherently.instrument import Instrument
from ilt.collection.payload import CANNOT_JUDGE, NOT_SHOWN, SKIPPED, pack

HABITS = Habits(between=0.0)
CODES = {"skipped": SKIPPED, "not_shown": NOT_SHOWN, "cannot_judge": CANNOT_JUDGE}
# Everywhere people feel safe and capable, and find that time and voice are short.
EVERYWHERE = {
    "safety": 0.8,
    "wecan": 0.4,
    "shared": 0.3,
    "teamset": -0.2,
    "strategy": -0.8,
    "voice": -0.3,
    "time": -1.2,
}
LAST_YEAR, THIS_YEAR = 0, 1
FRIDAY = 4
A_YEAR = timedelta(days=364)  # the same day of the week


@dataclass(frozen=True)
class Survey:
    """One survey of a faculty. `opens_ago` counts days before today; `answered` people answer."""

    year: int
    opens_ago: int
    answered: int
    days: int = 10
    shifts: Mapping[str, float] = field(default_factory=dict)
    splits: Mapping[str, float] = field(default_factory=dict)

    def opens_on(self, today: date) -> date:
        """A school day: a weekend moves to the Monday after it."""
        day = today - timedelta(days=self.opens_ago) - (A_YEAR if self.year == LAST_YEAR else timedelta())
        return day + timedelta(days=7 - day.weekday() if day.weekday() > FRIDAY else 0)


@dataclass(frozen=True)
class Faculty:
    name: str
    level: str
    teachers: int
    surveys: tuple[Survey, ...]
    plans: bool = False  # whether its leadership team works with what the surveys say


VOICE_IS_SPLIT = {"voice": 3.8}
DISTRICT = (
    # Before this year the schedule changed: teams meet in school hours now.
    Faculty(
        "Alder Elementary",
        "elementary",
        34,
        (
            Survey(LAST_YEAR, 49, 27, splits=VOICE_IS_SPLIT),
            Survey(THIS_YEAR, 49, 28, shifts={"time": 1.5, "teamset": 0.9}, splits=VOICE_IS_SPLIT),
        ),
        plans=True,
    ),
    # Too small for anything that shows how answers spread.
    Faculty("Birch School", "other", 10, (Survey(THIS_YEAR, 49, 9),)),
    # Little more than half of the faculty answers.
    Faculty("Cedar Middle School", "middle", 32, (Survey(LAST_YEAR, 49, 24), Survey(THIS_YEAR, 49, 18))),
    # A survey is open right now.
    Faculty(
        "Dogwood High School", "high", 40, (Survey(LAST_YEAR, 49, 31), Survey(THIS_YEAR, 5, 14, days=20))
    ),
    # The leadership team reads already; everybody else reads in a few days.
    Faculty("Elm Elementary", "elementary", 26, (Survey(LAST_YEAR, 49, 20), Survey(THIS_YEAR, 23, 21))),
    # Fewer than half answer this year, so there is no report.
    Faculty("Fir Elementary", "elementary", 24, (Survey(THIS_YEAR, 49, 10),)),
)


def ballots(faculty: Faculty, survey: Survey, instrument: Instrument) -> list[bytes]:
    """What those who answer put into the box."""
    shifts = {topic: shift + survey.shifts.get(topic, 0.0) for topic, shift in EVERYWHERE.items()}
    school = School(faculty.name, faculty.teachers, 1.0, shifts, survey.splits)
    seed = 100 * survey.year + len(faculty.name)
    answers = simulate(instrument, [school], seed=seed, habits=HABITS).responses.frame
    return [
        pack([row[item.id] or CODES[row[f"{item.id}.state"]] for item in instrument.items], instrument)
        for row in answers.head(survey.answered).iter_rows(named=True)
    ]
