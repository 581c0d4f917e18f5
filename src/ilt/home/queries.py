"""What comes first today, and what is left to set up."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Subquery
from django.db.models.functions import Coalesce
from django.template.defaultfilters import date as as_date
from django.urls import reverse
from django.utils.translation import gettext as _

from ilt.cycle.keying import may_key
from ilt.cycle.models import Wave
from ilt.cycle.queries import waves_of
from ilt.cycle.rules.faculty import may_confirm_as_teacher
from ilt.roster.models import Grant, Membership, User
from ilt.roster.rights import LEADER, allows
from ilt.schools.models import School, SchoolYear
from ilt.shared import clock

ENOUGH_TO_ASK = 8
State = Wave.State
PREPARED = {State.DRAFT, State.READY}
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
    year, led, people = _set_up(school)
    todo = [
        Task(_("Say when the school year begins and ends"), "setup_year", year),
        Task(_("Name the principal and the facilitator"), "setup_people", led),
        Task(_("Bring in the staff list"), "staff_import", people >= ENOUGH_TO_ASK),
    ]
    here = [
        Task(task.sentence, reverse(task.address, kwargs={"school_id": school.id}), task.done)
        for task in todo
    ]
    return [] if all(task.done for task in here) else here


def _set_up(school: School) -> tuple[bool, bool, int]:
    """Whether there is a year, whether somebody leads and facilitates, and how many are on the staff."""
    today = clock.today(school.zone)
    held = Grant.objects.filter(school=school)
    staff = Membership.objects.filter(school=school, left=False).order_by().values("school")
    year, leader, facilitator, people = (
        School.objects.filter(id=school.id)
        .values_list(
            Exists(SchoolYear.objects.filter(school=school, ends_on__gte=today)),
            Exists(held.filter(role=Grant.Role.LEADER)),
            Exists(held.filter(role=Grant.Role.FACILITATOR)),
            Coalesce(Subquery(staff.annotate(people=Count("id")).values("people")), 0),
        )
        .get()
    )
    return year, leader and facilitator, people


def first_wave(school: School) -> Wave | None:
    """The survey that today is about."""
    waves = [wave for wave in waves_of(school) if wave.state in SHOWN_FIRST]
    return min(waves, key=lambda wave: SHOWN_FIRST.index(State(wave.state)), default=None)


def next_step(school: School, wave: Wave | None, letters: str) -> Step:
    """The one thing that comes first at this school, for somebody with these roles."""
    if wave is None:
        return _ask(school, letters)
    wave.school = school
    if wave.state in PREPARED:
        return _prepare(wave, letters)
    if wave.state == State.OPEN:
        return _open(wave, letters)
    return _results(wave, letters)


def also_waiting(wave: Wave | None, person: User, letters: str) -> list[Step]:
    """What this survey needs of this very person besides. It tells nothing about who has answered."""
    if wave is None:
        return []
    if wave.state == State.DRAFT and wave.confirmed_by_facilitator_id and not wave.confirmed_by_teacher_id:
        return _confirm(wave, person, letters)
    if wave.state == State.OPEN and may_key(person, wave):
        sentence = _("Booklets on paper are typed in by you, and by nobody else.")
        return [Step(sentence, _to("wave_keying", wave), _("Type in the booklets"))]
    return []


def _confirm(wave: Wave, person: User, letters: str) -> list[Step]:
    if allows(letters, "list.confirm", wave.school):
        sentence = _("A teacher confirms the list of people. There is a code to read out to one.")
        return [Step(sentence, _to("wave_confirm", wave), _("Show the code"))]
    if LEADER not in letters and may_confirm_as_teacher(wave, person):
        sentence = _("A teacher confirms the list of people who are asked. It can be you.")
        return [Step(sentence, _to("wave_confirm", wave), _("Look at the list"))]
    return []


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
        if wave.confirmed_by_facilitator_id and wave.confirmed_by_teacher_id and wave.promise_seen:
            sentence = _("The survey is prepared. Check it, and say that it is ready.")
            return Step(sentence, _to("wave", wave), _("Check it"))
        return Step(
            _("A survey is being prepared. Some questions wait for you."),
            _to("wave", wave),
            _("Go on preparing"),
        )
    if wave.state == State.READY and wave.opens_on:
        sentence = _("The survey opens on %s. Everybody gets an own link or slip.")
        if _prints(wave, letters):
            sentence = _("The survey opens on %s. Print poster and booklets now, and slips from that day on.")
        return Step(sentence % _day(wave.opens_on), _to("wave", wave), _("See the plan"))
    return Step(_("The facilitator is preparing a survey."))


def _prints(wave: Wave, letters: str) -> bool:
    return wave.delivery != Wave.Delivery.MAIL and allows(letters, "wave.print", wave.school)


def _open(wave: Wave, letters: str) -> Step:
    if _prints(wave, letters) and not wave.slips_printed:
        return Step(
            _("The survey is open, and some people wait for their slip. Print slips, poster and booklets."),
            _to("wave_print", wave),
            _("Open the sheets"),
        )
    if allows(letters, "wave.set_up", wave.school):
        sentence = _("The survey is open until %s. See how many have taken a ballot.") % _day(wave.closes_on)
        return Step(sentence, _to("wave", wave), _("See how it goes"))
    sentence = _(
        "The survey is open until %s. Those who are asked use their own link or slip, not this page."
    )
    sentence %= _day(wave.closes_on)
    return Step(sentence, reverse("trust", kwargs={"wave_id": wave.id}), _("See how answers are protected"))


def _results(wave: Wave, letters: str) -> Step:
    if not allows(letters, "report.read", wave.school):
        return Step(_("The survey has closed. Its results belong to the school, and its staff reads them."))
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
