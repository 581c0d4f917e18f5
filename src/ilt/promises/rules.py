"""Promises from published findings, and actions: who does what by when, and how it ended."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ilt.priorities.models import Priority
from ilt.priorities.rules import cited, give_fate, lose_fate
from ilt.promises.models import Action, Promise
from ilt.roster.models import User
from ilt.roster.rights import can
from ilt.roster.rules import note
from ilt.schools.models import School
from ilt.schools.rules import within_the_year
from ilt.shared import clock
from ilt.shared.rows import Refused, save_row
from ilt.shared.search import remember
from ilt.shared.text import to_plain

Fate = Priority.Fate


# Promises


@transaction.atomic
def make_promise(actor: User, school: School, *, finding: str, will: str, owner: User, due: date) -> Promise:
    """Promises something about a finding that all staff can read. If it is a priority, that was its fate."""
    _check_day(school, due)
    snapshot, key = cited(school, finding, early=False)
    priority = Priority.objects.filter(school=school, snapshot=snapshot, finding=key, archived=False).first()
    made_on = clock.today(school.zone)
    promise = Promise.objects.create(
        school=school,
        snapshot=snapshot,
        finding=key,
        priority=priority,
        will=will,
        owner=owner,
        due=due,
        made_on=made_on,
    )
    _settle_fate(actor, promise)
    _note_promise(actor, promise)
    return promise


@transaction.atomic
def change_promise(
    actor: User,
    promise: Promise,
    revision: int,
    *,
    will: str,
    owner: User,
    due: date,
    state: str,
    did: str,
) -> None:
    """What is done or dropped is said in words: all staff read them beside what they had said."""
    if due != promise.due:
        _check_day(promise.school, due)
    if state == Promise.State.DONE and not did:
        raise Refused(_("Write what was done. All staff read it beside what they said."))
    if state == Promise.State.DROPPED and not did:
        raise Refused(_("Write why this was dropped. All staff read it beside what they said."))
    save_row(promise, revision, will=will, owner=owner, due=due, state=state, did=did)
    promise.refresh_from_db()
    _settle_fate(actor, promise)
    _note_promise(actor, promise)


def _settle_fate(actor: User, promise: Promise) -> None:
    """A priority with a promise has a fate; when its last promise is dropped, it is open again.

    School leaders and coaches may promise, but only the team decides what becomes of a priority. So the
    fate of an open one follows from the promise, and the journal names nobody for it. A reasoned "not now"
    is the team's decision: a promise by somebody else stands beside it and does not undo it.
    """
    priority = promise.priority
    if priority is None or priority.archived:
        return
    kept = Promise.objects.filter(priority=priority).exclude(state=Promise.State.DROPPED)
    if not kept.exists():
        lose_fate(None, priority, Fate.PROMISE)
    elif priority.fate == Fate.OPEN:
        give_fate(None, priority, Fate.PROMISE)
    elif priority.fate == Fate.NOT_NOW and can(actor, "plan.edit", promise.school):
        give_fate(actor, priority, Fate.PROMISE)


def _note_promise(actor: User, promise: Promise) -> None:
    note(actor, "promise.saved", promise.school, promise=promise.id)
    remember(
        school=promise.school_id,
        place="promises",
        ref=f"promise{promise.id}",
        audience="staff",
        title=promise.will,
        text=to_plain(promise.did),
    )


# Actions


@transaction.atomic
def add_action(actor: User, school: School, *, title: str, owner: User, due: date, source: str) -> Action:
    """Somebody takes something on. `source` says what it comes from, as `<kind>:<number>`."""
    _check_day(school, due)
    kind, _colon, ref = source.partition(":")
    action = Action.objects.create(
        school=school, title=title, owner=owner, due=due, source_kind=kind, source_ref=ref
    )
    _note_action(actor, action)
    return action


@transaction.atomic
def change_action(
    actor: User,
    action: Action,
    revision: int,
    *,
    title: str,
    owner: User,
    due: date,
    source: str,
    state: str,
    reason: str,
) -> None:
    if due != action.due:
        _check_day(action.school, due)
    if state == Action.State.DROPPED and not reason:
        raise Refused(_("Write why this was dropped, so that nobody waits for it."))
    kind, _colon, ref = source.partition(":")
    words = {"title": title, "owner": owner, "due": due, "state": state, "reason": reason}
    save_row(action, revision, source_kind=kind, source_ref=ref, **words)
    action.refresh_from_db()
    _note_action(actor, action)


@transaction.atomic
def end_action(actor: User, action: Action) -> None:
    """Says that it is done, whatever somebody else wrote just now. Saying so twice changes nothing."""
    open_ = Action.objects.filter(id=action.id).exclude(state=Action.State.DONE)
    if open_.update(state=Action.State.DONE, revision=F("revision") + 1):
        note(actor, "action.saved", action.school, task=action.id)


def _note_action(actor: User, action: Action) -> None:
    note(actor, "action.saved", action.school, task=action.id)
    remember(
        school=action.school_id,
        place="actions_one",
        ref=str(action.id),
        audience="staff",
        title=action.title,
        text=to_plain(action.reason),
    )


def _check_day(school: School, due: date) -> None:
    """A day to keep lies ahead, in a school year."""
    if due < clock.today(school.zone):
        raise Refused(_("This day is past. Choose today or a later day."))
    within_the_year(school, due)
