"""What comes first today, and what is left to set up."""

from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import date as as_date
from django.urls import reverse
from django.utils.translation import gettext as _

from ilt.cycle.models import Wave
from ilt.cycle.queries import current_year, waves_of
from ilt.roster.queries import roles_held, staff_of
from ilt.roster.rights import allows
from ilt.schools.models import School

ENOUGH_TO_ASK = 8
State = Wave.State
PREPARED = {State.DRAFT, State.READY}
COUNTING = {State.CLOSING, State.CLOSED, State.PUBLISHED}
SHOWN_FIRST = [
    State.OPEN, State.CLOSING, State.DRAFT, State.READY, State.CLOSED, State.PUBLISHED, State.OPEN_TO_ILT,
    State.RELEASED,
]  # fmt: skip


@dataclass(frozen=True)
class Task:
    sentence: str
    address: str
    done: bool


@dataclass(frozen=True)
class Step:
    sentence: str
    address: str = ""
    button: str = ""


def tasks(school: School, letters: str) -> list[Task]:
    """What a school needs before its first survey, for those who may do it; empty when all is done."""
    if not allows(letters, "staff.edit", school):
        return []
    held = {one.role for one in roles_held(school)}
    people = staff_of(school).count()
    todo = [
        Task(_("Say when the school year begins and ends"), "setup_year", current_year(school) is not None),
        Task(_("Name the principal and the facilitator"), "setup_people", {"P", "F"} <= held),
        Task(_("Bring in the staff list"), "staff_import", people >= ENOUGH_TO_ASK),
    ]
    here = [
        Task(task.sentence, reverse(task.address, kwargs={"school_id": school.id}), task.done)
        for task in todo
    ]
    return [] if all(task.done for task in here) else here


def next_step(school: School, letters: str) -> Step:
    """The one thing that comes first at this school, for somebody with these roles."""
    waves = [wave for wave in waves_of(school) if wave.state in SHOWN_FIRST]
    if not waves:
        return _ask(school, letters)
    wave = min(waves, key=lambda wave: SHOWN_FIRST.index(State(wave.state)))
    if wave.state in PREPARED:
        return _prepare(wave, letters)
    if wave.state == State.OPEN:
        return _open(wave, letters)
    return _results(wave, letters)


def _day(day: date | None) -> str:
    return as_date(day, _("M j, Y"))


def _to(name: str, wave: Wave) -> str:
    return reverse(name, kwargs={"school_id": wave.school_id, "wave_id": wave.id})


def _ask(school: School, letters: str) -> Step:
    if allows(letters, "wave.set_up", school):
        address = reverse("wave_new", kwargs={"school_id": school.id})
        return Step(
            _("Nobody has been asked this year yet. Preparing takes a few minutes."),
            address,
            _("Ask the faculty"),
        )
    if allows(letters, "staff.edit", school):
        return Step(
            _("The facilitator prepares the survey. Hand over a sign-in slip from the staff list."),
            reverse("staff", kwargs={"school_id": school.id}),
            _("Open the staff list"),
        )
    return Step(_("No survey is planned yet. The facilitator prepares it, and everybody hears of it."))


def _prepare(wave: Wave, letters: str) -> Step:
    if wave.state == State.DRAFT and allows(letters, "wave.set_up", wave.school):
        return Step(
            _("A survey is being prepared. Some questions wait for you."),
            _to("wave", wave),
            _("Go on preparing"),
        )
    if wave.state == State.READY and wave.opens_on:
        sentence = _("The survey opens on %s. Everybody gets an own link or slip.") % _day(wave.opens_on)
        return Step(sentence, _to("wave", wave), _("See the plan"))
    return Step(_("The facilitator is preparing a survey."))


def _open(wave: Wave, letters: str) -> Step:
    if allows(letters, "wave.set_up", wave.school):
        sentence = _("The survey is open until %s. See how many have answered so far.") % _day(wave.closes_on)
        return Step(sentence, _to("wave", wave), _("See how it goes"))
    sentence = _("The survey is open until %s. Answer it with your own link or slip, not here.") % _day(
        wave.closes_on
    )
    return Step(sentence, reverse("trust", kwargs={"wave_id": wave.id}), _("See how answers are protected"))


def _results(wave: Wave, letters: str) -> Step:
    results = _to("wave_results", wave)
    if wave.state == State.RELEASED:
        return Step(
            _("The results are open to everybody. Read them and talk about them."),
            results,
            _("Read the results"),
        )
    if wave.state == State.CLOSED and wave.outcome == Wave.Outcome.NONE:
        return Step(
            _("Too few people answered for a report. A guide helps you talk about why."),
            results,
            _("Open the guide"),
        )
    if wave.state == State.OPEN_TO_ILT and allows(letters, "report.read_early", wave.school):
        sentence = _("The leadership team reads the results now. They open to everybody on %s.") % _day(
            wave.release_on
        )
        return Step(sentence, results, _("Read the results"))
    return Step(_("The survey has closed. Results open to everybody on %s.") % _day(wave.release_on))
