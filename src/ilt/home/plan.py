"""What comes next in the school's plan, through the year: findings, needs, vision, strategy, learning."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.template.defaultfilters import date as as_date
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ilt.cycle.models import Wave
from ilt.home.queries import Step, next_step
from ilt.learning.models import Activity
from ilt.priorities.models import Priority
from ilt.report.queries import OPEN_TO_ALL
from ilt.roster.models import User
from ilt.roster.rights import allows
from ilt.rounds.models import Consent, Document, Objection, Round
from ilt.rounds.queries import IN_WORK, circle_of, phase_of
from ilt.schools.models import School
from ilt.shared import clock
from ilt.strategy.models import Goal
from ilt.vision.models import Need

Kind, Phase = Document.Kind, Document.Phase


@dataclass(frozen=True)
class Plan:
    """How far a school is, for one reader."""

    has_results: bool  # of any survey: before the first one there is nothing to plan from
    has_need: bool
    taken_up: bool  # a finding of the survey that today is about
    undecided: bool  # a priority without a fate
    next_title: str | None
    next_on: date | None
    due_goal: int | None  # an active goal whose day of review has come
    due_title: str | None
    due_on: date | None
    documents: dict[str, Document]
    waits: set[str]  # kinds of documents whose consent round waits for the reader


def plan_of(school: School, wave: Wave | None, reader: User) -> Plan:
    """All of it in two statements."""
    documents, waits = _documents(school, reader)
    return Plan(**_facts(school, wave), documents=documents, waits=waits)


def _facts(school: School, wave: Wave | None) -> Mapping[str, Any]:
    today = clock.today(school.zone)
    priorities = Priority.objects.filter(school=school, archived=False)
    planned = Activity.objects.filter(school=school, state=Activity.State.PLANNED, on__gte=today)
    to_come = planned.order_by("on", "starts", "id")
    goals = Goal.objects.filter(school=school, state=Goal.State.ACTIVE, review_on__lte=today)
    due = goals.order_by("review_on", "id")
    return (
        School.objects.filter(id=school.id)
        .values(
            has_results=Exists(Wave.objects.filter(school=school, state__in=OPEN_TO_ALL)),
            has_need=Exists(Need.objects.filter(school=school, archived=False)),
            taken_up=Exists(priorities.filter(snapshot__wave=wave)),
            undecided=Exists(priorities.filter(fate=Priority.Fate.OPEN)),
            next_title=Subquery(to_come.values("title")[:1]),
            next_on=Subquery(to_come.values("on")[:1]),
            due_goal=Subquery(due.values("id")[:1]),
            due_title=Subquery(due.values("title")[:1]),
            due_on=Subquery(due.values("review_on")[:1]),
        )
        .get()
    )


def _documents(school: School, reader: User) -> tuple[dict[str, Document], set[str]]:
    rows = Document.objects.filter(school=school).annotate(waits=Exists(_rounds_that_wait(school, reader)))
    found = list(rows)
    for each in found:
        each.school = school
    return {each.kind: each for each in found}, {each.kind for each in found if each.waits}


def _rounds_that_wait(school: School, reader: User) -> QuerySet[Round]:
    """Open rounds of a document that ask this reader, who has neither consented nor objected."""
    consented = Consent.objects.filter(person=reader).values("round")
    objected = Objection.objects.filter(by=reader).values("round")
    asked = [
        Q(Exists(circle_of(school, circle).filter(id=reader.id)), circle=circle) for circle in Round.Circle
    ]
    rounds = Round.objects.filter(asked[0] | asked[1], document=OuterRef("id"), state=Round.State.OPEN)
    return rounds.exclude(id__in=consented).exclude(id__in=objected)


def steps_of(school: School, wave: Wave | None, plan: Plan, letters: str) -> list[Step]:
    """What comes first, then what else is on. A survey with something left to do comes before the plan."""
    asking, planning = next_step(school, wave, letters), plan_steps(school, wave, plan, letters)
    first, others = planning[:1], planning[1:]
    asks_first = asking.address and (wave is None or wave.state != Wave.State.RELEASED)
    return [
        *([asking, *first] if asks_first else [*first, asking]),
        *others,
        *_reviews(school, plan, letters),
        *_gaps(school, plan, letters),
    ]


def _gaps(school: School, plan: Plan, letters: str) -> list[Step]:
    """While a strategy is written: what the through-line lacks, as open gaps keep it from consent."""
    document = plan.documents.get(Kind.STRATEGY)
    in_work = document is not None and phase_of(document) in IN_WORK
    if not in_work or not allows(letters, "plan.edit", school):
        return []
    said = _("The through-line says whether a link is missing. Open gaps come before the consent round.")
    return [Step(said, _to("throughline_gaps", school), _("Look for gaps"))]


def _reviews(school: School, plan: Plan, letters: str) -> list[Step]:
    if plan.due_on is None or not allows(letters, "plan.edit", school):
        return []
    facts = {"day": _day(plan.due_on), "title": plan.due_title}
    said = _("A goal was to be reviewed on %(day)s: “%(title)s”.") % facts
    return [Step(said, f"{_to('strategy', school)}#goal{plan.due_goal}", _("Review the goal"))]


def plan_steps(school: School, wave: Wave | None, plan: Plan, letters: str) -> list[Step]:
    """What is on in the plan for somebody with these roles, what comes next first."""
    if not allows(letters, "plan.read", school):
        return []
    writes = allows(letters, "plan.edit", school)
    released = wave is not None and wave.state == Wave.State.RELEASED
    learning = _learning_step(school, plan)
    if writes and released and not plan.taken_up:
        said = _("The results are open to everybody. Talk about them, then take up one to three findings.")
        steps: list[Step | None] = [Step(said, _to("priorities", school), _("Take up a finding"))]
    elif not plan.has_results and Kind.VISION not in plan.documents:
        steps = []
    elif writes and not plan.has_need and _before_adoption(plan, Kind.VISION):
        said = _("Write what your students need, and what showed it. The vision answers it.")
        steps = [Step(said, _to("need_new", school), _("Write a need"))]
    else:
        steps = [_document_step(school, plan, Kind.VISION, writes), _strategy_step(school, plan, writes)]
    return [each for each in (*steps, learning) if each]


def _strategy_step(school: School, plan: Plan, writes: bool) -> Step | None:
    if _before_adoption(plan, Kind.VISION):
        return None  # the strategy rests on an adopted vision
    if writes and plan.undecided:
        said = _("A priority is still open. It needs a goal, a promise, or a reasoned “not now”.")
        return Step(said, _to("priorities", school), _("Say what becomes of it"))
    return _document_step(school, plan, Kind.STRATEGY, writes)


def _before_adoption(plan: Plan, kind: Document.Kind) -> bool:
    document = plan.documents.get(kind)
    return document is None or not document.adopted


def _document_step(school: School, plan: Plan, kind: Document.Kind, writes: bool) -> Step | None:
    """Where a text stands. One that is adopted asks for nothing until its next version is talked about."""
    document = plan.documents.get(kind) or Document(school=school, kind=kind)
    phase = phase_of(document)
    if phase == Phase.ADOPTED or (phase == Phase.DRAFT and document.adopted):
        return None
    if not writes and phase != Phase.COMMENTS:
        return None
    sentence, button = (ANSWERING if writes else {}).get((kind, phase)) or STEPS[kind, phase]
    return Step(str(sentence) % {"day": _day(document.comments_until)}, _to(kind, school), str(button))


Steps = dict[tuple[Document.Kind, Document.Phase], tuple[Any, Any]]
ANSWERING: Steps = {  # for those who write: they hear what the others say
    (Kind.VISION, Phase.COMMENTS): (
        gettext_lazy("The vision is open for comments until %(day)s. Read what colleagues say, and answer."),
        gettext_lazy("Read the comments"),
    ),
    (Kind.STRATEGY, Phase.COMMENTS): (
        gettext_lazy(
            "The strategy is open for comments until %(day)s. Read what colleagues say, and answer."
        ),
        gettext_lazy("Read the comments"),
    ),
}
STEPS: Steps = {
    (Kind.VISION, Phase.DRAFT): (
        gettext_lazy("The vision is a draft. Write it together, then open it for comments."),
        gettext_lazy("Go on with the vision"),
    ),
    (Kind.VISION, Phase.COMMENTS): (
        gettext_lazy("The vision is open for comments until %(day)s. Read it and say what you think."),
        gettext_lazy("Read and comment"),
    ),
    (Kind.VISION, Phase.REVISION): (
        gettext_lazy("The days for comments on the vision are over. Answer them, then ask for consent."),
        gettext_lazy("Go on with the vision"),
    ),
    (Kind.VISION, Phase.CONSENT): (
        gettext_lazy("A consent round on the vision is open. An objection needs a written answer."),
        gettext_lazy("See how it stands"),
    ),
    (Kind.STRATEGY, Phase.DRAFT): (
        gettext_lazy("The vision is adopted. Now plan what teachers learn, and when."),
        gettext_lazy("Go on with the strategy"),
    ),
    (Kind.STRATEGY, Phase.COMMENTS): (
        gettext_lazy("The strategy is open for comments until %(day)s. Read it and say what you think."),
        gettext_lazy("Read and comment"),
    ),
    (Kind.STRATEGY, Phase.REVISION): (
        gettext_lazy("The days for comments on the strategy are over. Mend the gaps, then ask for consent."),
        gettext_lazy("Go on with the strategy"),
    ),
    (Kind.STRATEGY, Phase.CONSENT): (
        gettext_lazy("A consent round on the strategy is open. An objection needs a written answer."),
        gettext_lazy("See how it stands"),
    ),
}


def _learning_step(school: School, plan: Plan) -> Step | None:
    if plan.next_on is None:
        return None
    facts = {"title": plan.next_title, "day": as_date(plan.next_on, _("l, M j, Y"))}
    said = _("Next we learn together: “%(title)s”, on %(day)s.") % facts
    return Step(said, _to("learning", school), _("Open the learning calendar"))


def rounds_waiting(school: School, plan: Plan) -> list[Step]:
    """Texts that this reader is asked to consent to."""
    sentences = {
        Kind.CHARTER: _("You are asked whether you can live with the team's charter."),
        Kind.VISION: _("You are asked whether you can live with the vision."),
        Kind.STRATEGY: _("You are asked whether you can live with the strategy."),
    }
    return [
        Step(said, f"{_to(kind, school)}#round", _("Read and answer"))
        for kind, said in sentences.items()
        if kind in plan.waits
    ]


def _day(day: date | None) -> str:
    return as_date(day, _("M j, Y")) if day else ""


def _to(name: str, school: School) -> str:
    return reverse(name, args=[school.id])
