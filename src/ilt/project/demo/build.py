"""Builds the made-up district through the rules that people use, day by day, by a clock that is moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from os import urandom

from django.conf import settings

from coherently.instrument import shipped
from ilt.collection.ballots import PREPARED_LENGTH, Credential, take
from ilt.collection.codes import to_text
from ilt.collection.payload import envelope
from ilt.cycle import keys
from ilt.cycle import rules as cycle
from ilt.cycle.collect import collect
from ilt.cycle.models import Invitation, Wave
from ilt.project.demo.people import Person, staff
from ilt.project.demo.plan import TeamAtWork
from ilt.project.demo.story import A_YEAR, DISTRICT, Faculty, Survey, ballots
from ilt.project.tick import steps
from ilt.roster.models import Grant, Membership, User
from ilt.roster.queries import holders, staff_of
from ilt.roster.rules import add_person, apply_import, first_password, grant, propose_import
from ilt.schools.models import District, School, SchoolYear
from ilt.shared import clock
from ilt.shared.jobs import run_waiting

ZONE = "America/New_York"
PREPARED_BEFORE, WATCHED_AFTER = timedelta(days=3), 40  # days around the opening of a survey
TEAM = range(1, 5)  # the first teachers of a list; the very first one facilitates
Role = Grant.Role
Act = Callable[[], None]


@dataclass(frozen=True)
class SignIn:
    """A way in for a visitor. The passwords are made at the first start and belong to made-up people."""

    who: str
    email: str
    password: str


def build(faculties: Sequence[Faculty] = DISTRICT) -> list[SignIn]:
    """Sets the district up, then lives through its surveys, up to this moment."""
    today = clock.today(ZONE)
    calendar = _calendar(faculties, today)
    with clock.at(clock.local(min(calendar) - timedelta(days=1), 12, 0, ZONE)):
        host, office = _set_up(faculties, today)
        _plan_ahead(faculties, today, calendar)
    for day in sorted(calendar):
        with clock.at(clock.local(day, 10, 0, ZONE)):
            for act in calendar[day]:
                act()
        with clock.at(clock.local(day, 17, 0, ZONE)):
            _let_time_act()
    _let_time_act()
    return _sign_ins(faculties, host, office)


def _calendar(faculties: Sequence[Faculty], today: date) -> dict[date, list[Act]]:
    """What people do on which day; on every other day that counts, only the clock acts."""
    days: dict[date, list[Act]] = {}
    for faculty in faculties:
        for survey in faculty.surveys:
            opens_on = survey.opens_on(today)
            for number in range(WATCHED_AFTER):
                if (day := opens_on + timedelta(days=number)) < today:
                    days.setdefault(day, [])
            days.setdefault(opens_on - PREPARED_BEFORE, []).append(_preparing(faculty, survey, opens_on))
            days[opens_on].append(_empty_mailbox)
            days[opens_on + timedelta(days=1)].append(_answering(faculty, survey, opens_on))
    return days


def _plan_ahead(faculties: Sequence[Faculty], today: date, calendar: dict[date, list[Act]]) -> None:
    for faculty in faculties:
        if faculty.plans:
            for day, act in TeamAtWork(School.objects.get(name=faculty.name), today).acts():
                calendar.setdefault(day, []).append(act)


def _let_time_act() -> None:
    """The clock's minute, and the worker until nothing waits."""
    for step in steps():
        step()
        run_waiting()


def _empty_mailbox() -> None:
    """Only the mails of the latest survey are of use to a visitor."""
    for file in (settings.DATA_DIR / "mail").glob("*"):
        file.unlink()


# People


def _set_up(faculties: Sequence[Faculty], today: date) -> tuple[User, User]:
    host = _person("Pat", "Host", "host@valley.example")
    Grant.objects.create(person=host, role=Role.HOST)
    district = District.objects.create(name="Made-up Valley", zone=ZONE, languages=["en", "es"])
    office = _person("Kim", "District", "office@valley.example")
    grant(host, office, Role.DISTRICT, district=district)
    for number, faculty in enumerate(faculties):
        _set_up_school(faculty, staff(number, faculty.teachers), district, office, today)
    return host, office


def _person(first: str, last: str, email: str) -> User:
    return User.objects.create(first_name=first, last_name=last, email=email)


def _set_up_school(
    faculty: Faculty, people: list[Person], district: District, office: User, today: date
) -> None:
    school = School.objects.create(
        district=district, name=faculty.name, level=faculty.level, zone=ZONE, languages=["en", "es"]
    )
    for starts_on in (today - timedelta(days=90) - A_YEAR, today - timedelta(days=90)):
        SchoolYear.objects.create(school=school, starts_on=starts_on, ends_on=starts_on + timedelta(days=290))
    head = people[0]
    leader = add_person(
        office,
        school,
        first_name=head.first_name,
        last_name=head.last_name,
        email=head.email(_domain(faculty)),
        kind=Membership.Kind.LEADER,
    ).person
    grant(office, leader, Role.LEADER, school=school)
    apply_import(
        leader,
        propose_import(leader, school, data=_staff_list(faculty, people), file_name="staff.csv", whole=True),
    )
    facilitator = User.objects.get(email=people[1].email(_domain(faculty)))
    grant(leader, facilitator, Role.FACILITATOR, school=school)


def _domain(faculty: Faculty) -> str:
    return f"{faculty.name.split()[0].lower()}.example"


def _staff_list(faculty: Faculty, people: list[Person]) -> bytes:
    rows = ["email,first_name,last_name,role,ilt_member,team,language"]
    for number, person in enumerate(people):
        member = "yes" if number in TEAM else ""
        address = person.email(_domain(faculty))
        rows.append(
            f"{address},{person.first_name},{person.last_name},{person.role},{member},{person.team},{person.language}"
        )
    return "\n".join(rows).encode()


def _sign_ins(faculties: Sequence[Faculty], host: User, office: User) -> list[SignIn]:
    first = staff(0, faculties[0].teachers)
    at_first = School.objects.get(name=faculties[0].name)
    people = [
        (f"Principal, {at_first.name}", _at(faculties[0], first[0])),
        (f"Facilitator, {at_first.name}", _at(faculties[0], first[1])),
        (f"Teacher on the leadership team, {at_first.name}", _at(faculties[0], first[2])),
        (f"Teacher, {at_first.name}", _at(faculties[0], first[TEAM.stop])),
        *((f"Facilitator, {school.name}, survey open now", _facilitator(school)) for school in _open()),
        ("District office", office),
        ("Host", host),
    ]
    return [SignIn(who, str(user.email), first_password(None, user, None)) for who, user in people]


def _at(faculty: Faculty, person: Person) -> User:
    return User.objects.get(email=person.email(_domain(faculty)))


def _open() -> list[School]:
    open_now = Wave.objects.filter(state=Wave.State.OPEN)
    return list(School.objects.filter(id__in=open_now.values("school")))


def _facilitator(school: School) -> User:
    return holders(school, Role.FACILITATOR)[0]


# Surveys


def _preparing(faculty: Faculty, survey: Survey, opens_on: date) -> Act:
    def prepare() -> None:
        school = School.objects.get(name=faculty.name)
        facilitator = _facilitator(school)
        teachers = [each.person for each in staff_of(school) if each.kind == Membership.Kind.TEACHER]
        wave = cycle.create(facilitator, school)
        cycle.set_languages(wave, ["en", "es"])
        cycle.set_people(wave, [person.id for person in teachers])
        cycle.set_window(wave, opens_on, survey.days, time(8), time(16))
        cycle.set_plan(wave, Wave.Reminders.EVERYONE)
        cycle.set_release(wave, _two_weeks_later(wave), 7)
        cycle.set_delivery(wave, Wave.Delivery.MAIL, None)
        cycle.see_promise(wave)
        cycle.confirm_as_facilitator(facilitator, wave)
        cycle.confirm_as_teacher(wave, next(person for person in teachers if person != facilitator))
        wave.refresh_from_db()
        cycle.make_ready(facilitator, wave)

    return prepare


def _two_weeks_later(wave: Wave) -> date:
    if wave.closes_on is None:
        raise ValueError("This survey has no window yet.")
    return wave.closes_on + timedelta(days=14)


def _answering(faculty: Faculty, survey: Survey, opens_on: date) -> Act:
    def answer() -> None:
        wave = Wave.objects.get(school__name=faculty.name, opens_on=opens_on)
        asked = (  # the first mails of the demonstration's mailbox stay unused: a visitor opens those
            Invitation.objects.filter(wave=wave)
            .exclude(person=_facilitator(wave.school))
            .order_by("person_id")
            .values_list("person_id", flat=True)
        )
        for person, payload in zip(asked, ballots(faculty, survey, shipped()), strict=False):
            prepared = to_text(urandom(PREPARED_LENGTH))
            sig = collect(wave_id=wave.id, secret=keys.secret_of(wave.id, person, 0), blinded=prepared)
            credential = Credential(prepared=prepared, sig=sig)
            take(wave=wave.id, credential=credential, rev=0, sealed=to_text(envelope(payload)))

    return answer
