"""Goals and what hangs on them: who may have how many, which days fit, what is kept when one goes."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from ilt.priorities.models import Priority
from ilt.priorities.rules import give_fate, lose_fate
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.rounds import queries as rounds
from ilt.rounds.models import Document
from ilt.rounds.rules import in_work, remember
from ilt.schools.models import School
from ilt.schools.rules import within_the_year
from ilt.shared import clock, search
from ilt.shared.rows import Refused, save_row
from ilt.shared.text import to_plain
from ilt.strategy.document import SPEC, content, parts
from ilt.strategy.fields import BY_KEY, MADE
from ilt.strategy.models import Goal, Handoff, Indicator, Resource

MOST_ACTIVE = 3
STRATEGY = Document.Kind.STRATEGY


def _findable(school: School, *keys: str) -> None:
    """Rows are found by the words of the part they make, as it reads now."""
    document = rounds.document_of(school, STRATEGY)
    texts = {part.key: part.text for part in parts(content(document))}
    for key in keys:
        remember(SPEC, document, key, texts.get(key, ""))


# Goals


@transaction.atomic
def save_goal(
    actor: User,
    school: School,
    goal: Goal | None,
    revision: int,
    *,
    title: str,
    owner: User | None,
    teams: Sequence[str],
    review_on: date | None,
    priority: Priority | None,
    state: str = Goal.State.ACTIVE,
) -> Goal:
    """Adds a goal, or changes one; `state` counts for a new one. The priority it takes up gets its fate."""
    document = in_work(school, STRATEGY)
    within_the_year(school, review_on)
    facts = {
        "title": title,
        "owner": owner,
        "teams": list(teams),
        "review_on": review_on,
        "priority": priority,
    }
    before = goal.priority if goal else None
    if goal is None:
        _refuse_a_new_one(document, state)
        goal = Goal.objects.create(school=school, state=state, **facts)
    else:
        save_row(goal, revision, **facts)
    if priority != before:
        _take_up(actor, priority)
        _let_go(actor, before)
    _findable(school, f"goal{goal.id}", "parked")
    note(actor, "goal.saved", school, goal=goal.id)
    return goal


def _refuse_a_new_one(document: Document, state: str) -> None:
    if document.phase == Document.Phase.ADOPTED:
        raise Refused(_("This strategy is adopted. Begin a new version to add a goal."))
    _refuse_a_fourth(document.school, state)


def _refuse_a_fourth(school: School, state: str) -> None:
    if state == Goal.State.ACTIVE and Goal.objects.filter(school=school, state=state).count() >= MOST_ACTIVE:
        raise Refused(
            _("%(most)s goals are active; no more fit. Park or close one first, or park this one.")
            % {"most": MOST_ACTIVE}
        )


def _take_up(actor: User, priority: Priority | None) -> None:
    if priority and not priority.archived:
        give_fate(actor, priority, Priority.Fate.GOAL)


def _let_go(actor: User, priority: Priority | None) -> None:
    """Opens a priority again if no goal takes it up any more."""
    others = Goal.objects.filter(priority=priority).exclude(state=Goal.State.ARCHIVED)
    if priority and not others.exists():
        lose_fate(actor, priority, Priority.Fate.GOAL)


@transaction.atomic
def move_goal(actor: User, goal: Goal, state: Goal.State) -> None:
    """Parks, closes, archives or takes up a goal. Its texts and its links stay."""
    in_work(goal.school, STRATEGY)
    if goal.state != Goal.State.ACTIVE:
        _refuse_a_fourth(goal.school, state)
    Goal.objects.filter(id=goal.id).update(state=state)
    if state == Goal.State.ARCHIVED:
        _let_go(actor, goal.priority)
    else:
        _take_up(actor, goal.priority)
    key = f"goal{goal.id}"
    _findable(goal.school, key, *(f"{key}.{part}" for part in (*MADE, *BY_KEY)), "parked")
    note(actor, f"goal.{state}", goal.school, goal=goal.id)


# What hangs on a goal


@transaction.atomic
def save_indicator(
    actor: User,
    goal: Goal,
    indicator: Indicator | None,
    revision: int,
    *,
    reach: str,
    text: str,
    due_on: date,
) -> Indicator:
    in_work(goal.school, STRATEGY)
    within_the_year(goal.school, due_on)
    facts = {"reach": reach, "text": text, "due_on": due_on}
    if indicator is None:
        indicator = Indicator.objects.create(goal=goal, **facts)
    else:
        save_row(indicator, revision, **facts)
    _findable(goal.school, f"goal{goal.id}.indicators")
    note(actor, "indicator.saved", goal.school, indicator=indicator.id)
    return indicator


@transaction.atomic
def mark_shown(actor: User, indicator: Indicator, revision: int, *, shown_on: date, showed: str) -> None:
    """Keeps what an indicator showed; also during a round, as what was seen is no part of its text."""
    school = indicator.goal.school
    if shown_on > clock.today(school.zone):
        raise Refused(_("This day is still to come. When was it looked at?"))
    save_row(indicator, revision, shown_on=shown_on, showed=showed)
    search.remember(
        school=school.id,
        place=SPEC.page,
        ref=f"indicator{indicator.id}",
        audience="staff" if rounds.is_shown(school, STRATEGY) else SPEC.writers,
        title=indicator.text,
        text=to_plain(showed),
    )
    note(actor, "indicator.shown", school, indicator=indicator.id)


@transaction.atomic
def save_handoff(
    actor: User,
    goal: Goal,
    handoff: Handoff | None,
    revision: int,
    *,
    from_team: str,
    to_team: str,
    what: str,
    on: date,
    person: User | None,
) -> Handoff:
    in_work(goal.school, STRATEGY)
    within_the_year(goal.school, on)
    if from_team == to_team:
        raise Refused(_("A handoff goes from one team to another. Choose two teams."))
    facts = {"from_team": from_team, "to_team": to_team, "what": what, "on": on, "person": person}
    if handoff is None:
        handoff = Handoff.objects.create(goal=goal, **facts)
    else:
        save_row(handoff, revision, **facts)
    _findable(goal.school, f"goal{goal.id}.handoffs")
    note(actor, "handoff.saved", goal.school, handoff=handoff.id)
    return handoff


@transaction.atomic
def save_resource(
    actor: User,
    school: School,
    resource: Resource | None,
    revision: int,
    *,
    kind: str,
    title: str,
    minutes: int | None,
    amount: str,
) -> Resource:
    """Adds a resource, or changes it. Time is counted in minutes a month, the others in words."""
    in_work(school, STRATEGY)
    is_time = kind == Resource.Kind.TIME
    if is_time and not minutes:
        raise Refused(_("Say how many minutes a month there are."))
    facts = {
        "kind": kind,
        "title": title,
        "minutes": minutes if is_time else None,
        "amount": "" if is_time else amount,
    }
    if resource is None:
        resource = Resource.objects.create(school=school, **facts)
    else:
        save_row(resource, revision, **facts)
    _findable(school, "resources")
    note(actor, "resource.saved", school, resource=resource.id)
    return resource


@transaction.atomic
def archive(actor: User, school: School, row: Indicator | Handoff | Resource, archived: bool = True) -> None:
    """Puts something away, or takes it back. Links to it stay, and the through-line says so."""
    in_work(school, STRATEGY)
    type(row)._default_manager.filter(pk=row.pk).update(archived=archived)
    _findable(school, "resources" if isinstance(row, Resource) else f"goal{row.goal_id}.{_PART[type(row)]}")
    act = "plan.archived" if archived else "plan.taken_back"
    note(actor, act, school, kind=row._meta.model_name, ref=row.pk)


_PART: dict[type[Model], str] = {Indicator: "indicators", Handoff: "handoffs"}
