"""A finding is taken up, somebody looks after it, and it ends in a goal, a promise, or a reasoned no."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ilt.priorities.models import Priority
from ilt.priorities.queries import is_out
from ilt.report.models import Snapshot
from ilt.report.queries import OPEN_TO_ALL
from ilt.report.told import told
from ilt.roster.models import User
from ilt.roster.rights import can
from ilt.roster.rules import note
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.models import Writing
from ilt.shared.rows import Refused, save_row
from ilt.shared.search import forget, remember
from ilt.shared.text import to_plain

Fate = Priority.Fate
PLACE = "priorities"


@transaction.atomic
def take_up(actor: User, school: School, *, finding: str, title: str, owner: User) -> Priority:
    """Makes a priority of a finding, named as `<snapshot>:<key>`, that its maker may read."""
    snapshot, key = cited(school, finding, early=can(actor, "report.read_early", school))
    _refuse_if_taken_up(school, snapshot.id, key)
    made_on = clock.today(school.zone)
    priority = Priority.objects.create(
        school=school, snapshot=snapshot, finding=key, title=title, owner=owner, made_on=made_on
    )
    note(actor, "priority.saved", school, priority=priority.id)
    _list(priority)
    return priority


def cited(school: School, finding: str, early: bool) -> tuple[Snapshot, str]:
    """The snapshot and key of a finding that may be cited."""
    for each in told(school, early):
        if finding == f"{each.snapshot_id}:{each.key}":
            return Snapshot.objects.select_related("wave").get(id=each.snapshot_id), each.key
    raise Refused(_("This finding is not published. Choose one of the published findings."))


def _refuse_if_taken_up(school: School, snapshot_id: int, key: str) -> None:
    School.objects.select_for_update().get(id=school.id)  # two who take it up at once come one by one
    live = Priority.objects.filter(school=school, snapshot=snapshot_id, finding=key, archived=False)
    if taken := live.first():
        there = {"title": taken.title}
        raise Refused(_("This finding is taken up already: “%(title)s”. Change that priority.") % there)


@transaction.atomic
def change(actor: User, priority: Priority, revision: int, *, title: str, owner: User) -> None:
    save_row(priority, revision, title=title, owner=owner)
    note(actor, "priority.saved", priority.school, priority=priority.id)
    _list(priority)


@transaction.atomic
def archive(actor: User, priority: Priority, archived: bool = True) -> None:
    if not archived:
        _refuse_if_taken_up(priority.school, priority.snapshot_id, priority.finding)
    Priority.objects.filter(id=priority.id).update(archived=archived)
    note(
        actor,
        "priority.archived" if archived else "priority.taken_back",
        priority.school,
        priority=priority.id,
    )
    _list(priority)


@transaction.atomic
def put_off(actor: User, priority: Priority, revision: int, reason: str) -> None:
    """Says "not now", with a reason that all staff read."""
    _refuse_if_archived(priority)
    if not reason:
        raise Refused(_("Say why it waits. All staff read your reason."))
    save_row(priority, revision, fate=Fate.NOT_NOW, reason=reason)
    _note_fate(actor, priority, Fate.NOT_NOW)


@transaction.atomic
def give_fate(actor: User | None, priority: Priority, fate: Priority.Fate) -> None:
    """Says that a goal or a promise answers a priority; the slice that makes it calls this.

    Without an actor it follows from what somebody did who does not decide on fates.
    """
    _refuse_if_archived(priority)
    _set_fate(actor, priority, fate)


def _refuse_if_archived(priority: Priority) -> None:
    if priority.archived:
        raise Refused(_("This priority is archived. Take it back first."))


@transaction.atomic
def lose_fate(actor: User | None, priority: Priority, fate: str) -> None:
    """Opens a priority again whose goal, promise or "not now" is gone. Another fate stays."""
    if priority.fate == fate:
        _set_fate(actor, priority, Fate.OPEN)


def _set_fate(actor: User | None, priority: Priority, fate: Priority.Fate) -> None:
    # Counted on, so that a reason for "not now" typed meanwhile does not take the goal's place unseen.
    Priority.objects.filter(id=priority.id).update(fate=fate, reason="", revision=F("revision") + 1)
    _note_fate(actor, priority, fate)


def _note_fate(actor: User | None, priority: Priority, fate: Priority.Fate) -> None:
    note(actor, "priority.fate", priority.school, priority=priority.id, fate=str(fate))
    _list(priority)


def _list(priority: Priority) -> None:
    """Keeps a priority findable in its newest words, for those who may read what it cites."""
    priority.refresh_from_db()
    ref = f"priority{priority.id}"
    if priority.archived:
        forget(school=priority.school_id, place=PLACE, ref=ref)
        return
    remember(
        school=priority.school_id,
        place=PLACE,
        ref=ref,
        audience="staff" if is_out(priority) else "team",
        title=priority.title,
        text=to_plain(priority.reason),
    )


def open_with_results() -> None:
    """A step of the clock: what the team took up early can be found by all staff once results are out."""
    waiting = Writing.objects.filter(place=PLACE, audience="team").values_list("ref", flat=True)
    ids = [ref.removeprefix("priority") for ref in waiting]
    for priority in Priority.objects.filter(id__in=ids, snapshot__wave__state__in=OPEN_TO_ALL):
        _list(priority)
