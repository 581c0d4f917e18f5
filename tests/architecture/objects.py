"""What the access walker puts into the addresses: for each name in a route, something that is there.

A route with a new name in its address needs a line in OBJECTS: given the cast and the school that is called,
make (or find) the thing and return what goes into the address. A line `route name` is for that route alone.
"""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

from coherently.instrument import shipped
from ilt.cycle.models import Wave
from ilt.cycle.rules.opening import freeze_words
from ilt.learning.models import Activity
from ilt.priorities.models import Priority
from ilt.promises.models import Action, Promise
from ilt.report.models import Snapshot
from ilt.roster.models import Grant, Membership, StaffImport
from ilt.rounds.models import Document, Objection, Remark, Round, Section, Version
from ilt.rounds.queries import document_of
from ilt.rounds.spec import Spec
from ilt.schools.models import School, SchoolYear
from ilt.shared import clock
from ilt.strategy.document import SPEC as STRATEGY
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.team.models import DecisionRight, Seat, Turn
from ilt.team.rules import SPEC as CHARTER
from ilt.throughline.models import Waiver
from ilt.throughline.rules import keep_copy
from ilt.vision.models import Need
from ilt.vision.rules import SPEC as VISION
from tests.cast import Cast, person
from tests.respondents import SMALL, box_only


def open_survey(cast: Cast, school: School) -> object:
    year = SchoolYear.objects.get_or_create(
        school=school, starts_on=date(2026, 8, 24), defaults={"ends_on": date(2027, 6, 11)}
    )[0]
    wave = Wave.objects.create(
        school=school,
        year=year,
        state=Wave.State.OPEN,
        zone=school.zone,
        instrument=shipped().id,
        instrument_version=shipped().version,
        languages=["en"],
        opens_on=date(2026, 9, 14),
        closes_on=date(2026, 9, 25),
        release_on=date(2026, 10, 9),
    )
    freeze_words(wave)
    return wave.id


def somebody_at(cast: Cast, school: School) -> int:
    """A teacher of that school without any role."""
    teacher = person("Kim", f"Kerr{school.id}")
    Membership.objects.create(person=teacher, school=school)
    return teacher.id


def role_at(cast: Cast, school: School) -> int:
    """A coach of that school, whom only the district office may take the role from."""
    return Grant.objects.create(person=person("Lou", f"Lang{school.id}"), role="C", school=school).id


def list_at(cast: Cast, school: School) -> object:
    """A staff list that waits for a look."""
    choices = {"whole": False, "all_here": False, "shared_confirmed": False, "many_leave": False}
    return StaffImport.objects.create(
        school=school,
        made_by=cast.fay,
        made_at=clock.now(),
        table={"header": ["last name"], "rows": [[2, ["Kerr"]]]},
        mapping={"columns": {"last_name": 0}, "private": [], "remarks": [], **choices},
    ).id


def published_at(school: School, wave: object) -> Snapshot:
    """Figures of a survey that all staff may read."""
    Wave.objects.filter(id=wave).update(state=Wave.State.RELEASED)
    return Snapshot.objects.create(
        wave_id=wave,
        audience="staff",
        number=1,
        instrument=shipped().id,
        instrument_version=shipped().version,
        instrument_sha256=shipped().fingerprint,
        plan={},
        release='{"groups": []}',
        release_sha256="0" * 64,
    )


def priority_at(cast: Cast, school: School) -> int:
    return Priority.objects.create(
        school=school,
        snapshot=published_at(school, open_survey(cast, school)),
        finding="look/trust",
        title="Trust",
        owner=cast.ben,
        made_on=date(2026, 10, 12),
    ).id


def promise_at(cast: Cast, school: School) -> int:
    """A promise that a member of the team looks after."""
    return Promise.objects.create(
        school=school,
        snapshot=published_at(school, open_survey(cast, school)),
        finding="look/trust",
        will="Keep team time free",
        owner=cast.ben,
        due=date(2027, 2, 1),
        made_on=date(2026, 10, 12),
    ).id


def action_at(cast: Cast, school: School) -> int:
    """An action that a member of the team looks after."""
    return Action.objects.create(
        school=school, title="Ask for cover", owner=cast.ben, due=date(2027, 2, 1), source_kind="vision"
    ).id


def nothing(cast: Cast, school: School) -> object:
    """An id that nothing has: the page must answer like a foreign one."""
    return uuid4()


def goal_at(cast: Cast, school: School) -> Goal:
    return Goal.objects.create(school=school, title="We learn to ask for reasons")


def indicator_at(cast: Cast, school: School) -> int:
    due = date(2027, 1, 20)
    return Indicator.objects.create(goal=goal_at(cast, school), reach="short", text="Notes", due_on=due).id


def handoff_at(cast: Cast, school: School) -> int:
    words = {"from_team": "Grade 4", "to_team": "Grade 5", "what": "What we tried", "on": date(2027, 1, 20)}
    return Handoff.objects.create(goal=goal_at(cast, school), **words).id


def activity_at(cast: Cast, school: School) -> int:
    facts = {"title": "Visits", "setting": Activity.Setting.VISIT, "everybody": True}
    return Activity.objects.create(school=school, **facts).id


def waiver_at(cast: Cast, school: School) -> int:
    gap = {"rule": "L07", "kind": "activity", "ref": str(activity_at(cast, school))}
    return Waiver.objects.create(
        school=school, **gap, reason="We try it", by=cast.fay, on=date(2026, 10, 5)
    ).id


SPECS: dict[Document.Kind, Spec] = {spec.kind: spec for spec in (CHARTER, VISION, STRATEGY)}
Kind, Phase = Document.Kind, Document.Phase


def key_of(kind: Document.Kind) -> Callable[[Cast, School], object]:
    """A part that can be written."""
    return lambda cast, school: {
        Kind.CHARTER: "purpose",
        Kind.VISION: "students",
        Kind.STRATEGY: f"goal{goal_at(cast, school).id}.learn",
    }[kind]


def document_at(cast: Cast, school: School, kind: Document.Kind, phase: Document.Phase) -> str:
    """A document in this phase, with one part written; returns the key of the part."""
    days = {"comments_until": date(2100, 1, 1)}
    document = Document.objects.create(school=school, kind=kind, phase=phase, **days)
    key = str(key_of(kind)(cast, school))
    Section.objects.create(
        document=document, key=key, text="We read.", revision=1, by=cast.fay, at=clock.now()
    )
    return key


def commented(kind: Document.Kind) -> Callable[[Cast, School], object]:
    return lambda cast, school: document_at(cast, school, kind, Phase.COMMENTS)


def comment_at(kind: Document.Kind) -> Callable[[Cast, School], object]:
    def make(cast: Cast, school: School) -> int:
        key = document_at(cast, school, kind, Phase.COMMENTS)
        words = {"document": document_of(school, kind), "key": key, "text": "Whose?", "by": cast.fay}
        return Remark.objects.create(version=1, at=clock.now(), **words).id

    return make


def round_at(cast: Cast, school: School, kind: Document.Kind) -> Round:
    document_at(cast, school, kind, Phase.CONSENT)
    document = document_of(school, kind)
    frozen = {"content": SPECS[kind].content(document), "circle": SPECS[kind].circle, "asked": 3}
    days = {"opens_on": date(2026, 10, 1), "closes_on": date(2026, 10, 6)}
    return Round.objects.create(document=document, number=1, **frozen, **days)


def asked(kind: Document.Kind) -> Callable[[Cast, School], object]:
    """A school in which a consent round is open."""
    return lambda cast, school: round_at(cast, school, kind).document.school_id


def objection_at(kind: Document.Kind) -> Callable[[Cast, School], object]:
    def make(cast: Cast, school: School) -> int:
        words = {"key": "", "reason": "Vague", "suggestion": "Name it", "by": cast.fay}
        return Objection.objects.create(round=round_at(cast, school, kind), **words).id

    return make


def version_at(cast: Cast, school: School, kind: Document.Kind) -> Version:
    round_ = round_at(cast, school, kind)
    Document.objects.filter(id=round_.document_id).update(phase=Phase.ADOPTED, adopted=1)
    facts = {"content": round_.content, "adopted_on": date(2026, 10, 7)}
    return Version.objects.create(document=round_.document, round=round_, number=1, **facts)


def number_at(kind: Document.Kind) -> Callable[[Cast, School], object]:
    return lambda cast, school: version_at(cast, school, kind).number


def adopted(kind: Document.Kind) -> Callable[[Cast, School], object]:
    """A school in which the document is adopted."""
    return lambda cast, school: version_at(cast, school, kind).document.school_id


def of_documents() -> Iterator[tuple[str, Callable[[Cast, School], object]]]:
    for kind in Kind:
        yield f"{kind}_edit key", key_of(kind)
        yield f"{kind}_comment key", commented(kind)
        yield f"{kind}_answer comment_id", comment_at(kind)
        yield f"{kind}_consent school_id", asked(kind)
        yield f"{kind}_object school_id", asked(kind)
        yield f"{kind}_objection objection_id", objection_at(kind)
        yield f"{kind}_settle objection_id", objection_at(kind)
        yield f"{kind}_version number", number_at(kind)


OBJECTS: dict[str, Callable[[Cast, School], object]] = {
    "school_id": lambda cast, school: school.id,
    "person_id": somebody_at,
    "grant_id": role_at,
    "import_id": list_at,
    "job_id": nothing,  # a job is for the person who started it alone
    "wave_id": open_survey,
    "priority_id": priority_at,
    "promise_id": promise_at,
    "action_id": action_at,
    **dict(of_documents()),
    **{
        f"{kind}_{file} school_id": adopted(kind)
        for kind in (Kind.CHARTER, Kind.VISION)
        for file in ("pdf", "word")
    },
    "need_id": lambda cast, school: Need.objects.create(school=school, text="Argue").id,
    "seat_id": lambda cast, school: Seat.objects.create(school=school, person=cast.fay).id,
    "right_id": lambda cast, school: (
        DecisionRight.objects.create(school=school, topic="Agenda", mode="vote", who="ilt").id
    ),
    "turn_id": lambda cast, school: Turn.objects.create(school=school, on=date(2026, 10, 1)).id,
    "step": lambda cast, school: "window",
    "sheet": lambda cast, school: "poster",
    "goal_id": lambda cast, school: goal_at(cast, school).id,
    "indicator_id": indicator_at,
    "handoff_id": handoff_at,
    "resource_id": lambda cast, school: (
        Resource.objects.create(school=school, kind="time", title="Team time").id
    ),
    "activity_id": activity_at,
    "thing_kind": lambda cast, school: "activity",
    "thing_ref": activity_at,
    "waiver_id": waiver_at,
    "copy_id": lambda cast, school: keep_copy(cast.fay, school, "Before the break").id,
    "wave": lambda cast, school: box_only(SMALL).id,
}


def object_for(route: str, name: str) -> Callable[[Cast, School], object]:
    return OBJECTS.get(f"{route} {name}") or OBJECTS[name]
