"""The charter as a document: what it holds, what it lacks, and the rows of its tables."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ilt.roster.models import Membership, User
from ilt.roster.rules import note
from ilt.rounds.models import Document, Round
from ilt.rounds.queries import IN_WORK, document_of, phase_of
from ilt.rounds.rules import kept, refusal, remember
from ilt.rounds.spec import Content, Part, Spec
from ilt.schools.models import School
from ilt.schools.rules import within_the_year
from ilt.shared import clock
from ilt.shared.rows import Refused, save_row
from ilt.team.fields import BY_KEY, FIELDS, ORDER, TABLES
from ilt.team.models import DecisionRight, Seat, Turn
from ilt.team.queries import ROLES, Charter, charter_of, not_at_the_table

Row = Seat | DecisionRight | Turn
TABLE_OF: dict[type[Row], str] = {Seat: "seats", DecisionRight: "rights", Turn: "rota"}
FEWEST_TEACHERS = 2
FEWEST_NORMS, MOST_NORMS = 3, 7
FEWEST_MEMBERS, MOST_MEMBERS = 5, 10


def label(document: Document, key: str) -> str:
    return str(TABLES.get(key) or (BY_KEY[key].label if key in BY_KEY else ""))


def content(document: Document) -> Content:
    """What a round freezes: names as they are, so that a version reads the same when people have left."""
    charter = charter_of(document)
    return {
        "texts": {field.key: charter.texts[field.key] for field in FIELDS if field.key in charter.texts},
        "seats": [
            {"name": str(seat.person), "brings": seat.brings, "team": seat.team, "until": _iso(seat.until)}
            for seat in charter.seats
        ],
        "rights": [{"topic": each.topic, "mode": each.mode, "who": each.who} for each in charter.rights],
        "rota": [
            {"on": _iso(turn.on), **{role: str(getattr(turn, role) or "") for role in ROLES}}
            for turn in charter.turns
        ],
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# What is frozen, as text


def parts(frozen: Content) -> list[Part]:
    texts = {
        **frozen["texts"],
        "seats": _points(_seat(each) for each in frozen["seats"]),
        "rights": _points(_right(each) for each in frozen["rights"]),
        "rota": _points(_turn(each) for each in frozen["rota"]),
    }
    names = {**{field.key: field.label for field in FIELDS}, **TABLES}
    return [Part(key, str(names[key]), texts[key]) for key in ORDER if texts.get(key)]


def _points(lines: Iterator[list[str]]) -> str:
    return "\n".join("- " + " · ".join(fact for fact in line if fact) for line in lines)


def _seat(seat: Mapping[str, str]) -> list[str]:
    until = _("until %(day)s") % {"day": _day(seat["until"])} if seat["until"] else ""
    return [f"**{seat['name']}**", seat["brings"], seat["team"], until]


def _right(right: Mapping[str, str]) -> list[str]:
    mode, who = DecisionRight.Mode(right["mode"]).label, DecisionRight.Who(right["who"]).label
    return [f"**{right['topic']}**", str(mode), str(who)]


def _turn(turn: Mapping[str, str]) -> list[str]:
    words = {
        "facilitator": _("Facilitator: %(name)s"),
        "timekeeper": _("Timekeeper: %(name)s"),
        "recorder": _("Recorder: %(name)s"),
        "observer": _("Process observer: %(name)s"),
    }
    return [
        f"**{_day(turn['on'])}**",
        *(words[role] % {"name": turn[role]} for role in ROLES if turn[role]),
    ]


def _day(iso: str) -> str:
    return str(date_format(date.fromisoformat(iso), _("M j, Y")))


# What it lacks


def gaps(document: Document) -> list[str]:
    """What keeps the charter a draft."""
    charter = charter_of(document)
    found = (
        [] if "purpose" in charter.texts else [_("This part is empty: %(part)s.") % {"part": _("Purpose")}]
    )
    found += _missing_people(charter)
    if not charter.rights:
        found.append(_("Write who decides what. One line is enough to begin."))
    norms = [line for line in charter.texts.get("norms", "").splitlines() if line.strip()]
    if norms and not FEWEST_NORMS <= len(norms) <= MOST_NORMS:
        counts = {"fewest": FEWEST_NORMS, "most": MOST_NORMS, "count": len(norms)}
        found.append(_("Norms: %(count)s. Write %(fewest)s to %(most)s, one a line.") % counts)
    return found


def _missing_people(charter: Charter) -> Iterator[str]:
    for seat in charter.seats:
        if seat.gone:
            yield _("%(name)s has left. Archive this seat, or give it to somebody else.") % {
                "name": seat.person
            }
    here = [seat for seat in charter.seats if not seat.gone]
    leaders = [seat for seat in here if seat.leads or seat.staff_kind == Membership.Kind.LEADER]
    teachers = [seat for seat in here if seat not in leaders and seat.staff_kind == Membership.Kind.TEACHER]
    if not leaders:
        yield _("No school leader has a seat yet. Leaders and teachers lead together.")
    if len(teachers) < FEWEST_TEACHERS:
        counts = {"fewest": FEWEST_TEACHERS, "count": len(teachers)}
        yield _("Teachers with a seat: %(count)s. At least %(fewest)s are needed.") % counts


def hints(document: Document) -> list[str]:
    """What is worth a thought; none of it keeps a round from opening."""
    charter = charter_of(document)
    seats, found = charter.seats, []
    if not FEWEST_MEMBERS <= len(seats) <= MOST_MEMBERS:
        counts = {"fewest": FEWEST_MEMBERS, "most": MOST_MEMBERS, "count": len(seats)}
        found.append(_("Teams of %(fewest)s to %(most)s people talk well. This one has %(count)s.") % counts)
    teams, unseated = not_at_the_table(document.school, seats)
    found += [_("Nobody speaks with this team yet: %(team)s.") % {"team": team} for team in teams]
    found += [_("%(name)s has a role on the team, but no seat.") % {"name": each} for each in unseated]
    return [*found, *_hints_on_seats(charter)]


def _hints_on_seats(charter: Charter) -> Iterator[str]:
    today = clock.today(charter.document.school.zone)
    for seat in charter.seats:
        facts = {"name": seat.person, "day": _day(_iso(seat.until)) if seat.until else ""}
        if not seat.writes:
            yield _("%(name)s has a seat, but no role on the team yet. The principal gives it.") % facts
        if seat.until and seat.until < today:
            yield _("The seat of %(name)s lasted until %(day)s. Give it anew, or archive it.") % facts


SPEC = Spec(
    kind=Document.Kind.CHARTER,
    page="charter",
    read="charter.read",
    edit="charter.edit",
    circle=Round.Circle.TEAM,
    label=label,
    content=content,
    parts=parts,
    gaps=gaps,
    most=lambda key: BY_KEY[key].most,
    is_table=lambda key: key in TABLES,
    writers="leads",
)


# The rows


@transaction.atomic
def save_seat(
    actor: User,
    school: School,
    seat: Seat | None,
    revision: int,
    *,
    person: User,
    brings: str,
    team: str,
    until: date | None,
) -> None:
    """Gives somebody a seat, or changes it. A person who had one before gets it back."""
    _lock(school, Seat)
    if until and until < clock.today(school.zone):
        raise Refused(_("This day has passed. Until when does the seat last?"))
    taken = Seat.objects.filter(school=school, person=person).first()
    if taken and taken != seat:
        if seat or not taken.archived:
            raise Refused(_("%(person)s has a seat already. Change that one.") % {"person": person})
        seat, revision = taken, taken.revision
        Seat.objects.filter(id=seat.id).update(archived=False)
        seat.archived = False
    values = {"person": person, "brings": brings, "team": team, "until": until}
    _save(actor, school, Seat, seat, revision, values)


@transaction.atomic
def save_right(
    actor: User,
    school: School,
    right: DecisionRight | None,
    revision: int,
    *,
    topic: str,
    mode: str,
    who: str,
) -> None:
    _lock(school, DecisionRight)
    values = {"topic": topic, "mode": mode, "who": who}
    _save(actor, school, DecisionRight, right, revision, values)


@transaction.atomic
def save_turn(
    actor: User, school: School, turn: Turn | None, revision: int, *, on: date, **people: User | None
) -> None:
    """Who does what at the meeting of this day."""
    _lock(school, Turn)
    within_the_year(school, on)
    if Turn.objects.filter(school=school, on=on).exclude(id=turn.id if turn else 0).exists():
        raise Refused(_("This day has a line already. Change that one, or take it out of the archive."))
    _save(actor, school, Turn, turn, revision, {"on": on, **people})


def _save(
    actor: User, school: School, kind: type[Row], row: Row | None, revision: int, values: dict[str, Any]
) -> None:
    if row is None:
        kind._default_manager.create(school=school, **values)
    elif row.archived:
        raise Refused(_("This line is archived. Take it back first, then change it."))
    else:
        save_row(row, revision, **values)
    note(actor, "charter.row", school, table=TABLE_OF[kind])
    _remember(school, kind)


@transaction.atomic
def archive(actor: User, row: Row, archived: bool) -> None:
    _lock(row.school, type(row))
    type(row)._default_manager.filter(id=row.id).update(archived=archived)
    act = "charter.row_archived" if archived else "charter.row_taken_back"
    note(actor, act, row.school, table=TABLE_OF[type(row)])
    _remember(row.school, type(row))


def _lock(school: School, kind: type[Row]) -> None:
    """Seats and decision rights change with the text; the rota goes on from meeting to meeting."""
    phase = phase_of(kept(document_of(school, Document.Kind.CHARTER)))
    rota_goes_on = kind is Turn and phase == Document.Phase.ADOPTED
    if phase not in IN_WORK and not rota_goes_on:
        raise Refused(refusal(phase))


def _remember(school: School, kind: type[Row]) -> None:
    document, key = document_of(school, Document.Kind.CHARTER), TABLE_OF[kind]
    here = [part.text for part in parts(content(document)) if part.key == key]
    remember(SPEC, document, key, "".join(here))
