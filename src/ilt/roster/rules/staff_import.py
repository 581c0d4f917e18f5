"""A staff list on its way in: proposed, looked at, applied in one transaction, undone field by field."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from ilt.roster.models import Grant, Membership, StaffImport, User
from ilt.roster.rights import can
from ilt.roster.rules.journal import note
from ilt.roster.rules.refusal import Refused
from ilt.roster.rules.roles import grant, revoke
from ilt.roster.rules.staff_plan import Plan, owner_of, plan_import, value_of
from ilt.roster.sheets import read_sheet
from ilt.roster.staff_list import WORDS, Remark, Table, read_table
from ilt.schools.models import School
from ilt.shared import clock

KEPT_AT_MOST = timedelta(hours=24)
MADE_AT_ONCE = 200  # people taken back in one statement

Change = dict[str, Any]


def propose_import(actor: User, school: School, *, data: bytes, file_name: str, whole: bool) -> StaffImport:
    """Reads the list and keeps what may be kept, for a look before anything changes.

    `whole` says that the list names everybody: people who are not in it have left. Raises `Unreadable`.
    """
    sheet = read_sheet(data)
    table = read_table(sheet.rows)
    remarks = [Remark(sentence) for sentence in sheet.notes] + table.warnings
    return StaffImport.objects.create(
        school=school,
        made_by=actor,
        made_at=clock.now(),
        file_name=file_name[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
        table={"header": table.header, "rows": table.rows},
        mapping={
            "columns": known_columns(school, table) or table.columns,
            "private": table.private,
            "remarks": [asdict(remark) for remark in remarks],
            "whole": whole,
            "many_leave": False,
            "shared_confirmed": False,
            "all_here": False,
            "people": [],  # the rows in doubt that were said to be people
        },
    )


def known_columns(school: School, table: Table) -> dict[str, int] | None:
    """The mapping that was confirmed the last time a list had these headers."""
    earlier = StaffImport.objects.filter(school=school, state=StaffImport.State.APPLIED)
    for done in earlier.order_by("-made_at")[:1]:
        if done.table.get("header") == table.header:
            return {name: int(place) for name, place in done.mapping["columns"].items()}
    return None


@transaction.atomic
def apply_import(actor: User, staff_import: StaffImport) -> None:
    """Writes the plan: people, memberships, leaving, team roles the actor may give; then empties the table.

    What was there before is kept for `undo_import`, for the latest import of a school alone.
    """
    locked = StaffImport.objects.select_for_update().select_related("school").get(id=staff_import.id)
    if locked.state != StaffImport.State.PROPOSED:
        raise Refused(_("This list was taken over already."))
    plan = plan_import(locked)
    if plan.blocked:
        raise Refused(plan.blocked[0])
    changes = [*_add(plan, locked.school), *_change(plan), *_leave(plan.leaving)]
    changes += _give_team_roles(actor, plan, locked.school)
    StaffImport.objects.filter(school=locked.school).exclude(id=locked.id).update(changes=[])
    locked.changes, locked.state = changes, StaffImport.State.APPLIED
    locked.table = {"header": locked.table["header"]}
    locked.mapping = {"columns": locked.mapping["columns"]}
    locked.save()
    counts = {act: plan.count(act) for act in ("add", "change", "back")}
    note(actor, "staff.imported", locked.school, leave=len(plan.leaving), **counts)


def _add(plan: Plan, school: School) -> Iterable[Change]:
    steps = [step for step in plan.steps if step.membership is None]
    unknown = [step for step in steps if step.user is None]
    users = [
        User(
            first_name=step.person.first_name,
            last_name=step.person.last_name,
            email=step.person.email or None,
            language=step.person.language,
        )
        for step in unknown
    ]
    for user in users:
        user.set_unusable_password()
    for step, user in zip(unknown, User.objects.bulk_create(users), strict=True):
        step.user = user
    memberships = [
        Membership(
            person=step.user,
            school=school,
            kind=step.kind,
            team=step.person.team,
        )
        for step in steps
        if step.user
    ]
    new = {user.id for user in users}
    for membership in Membership.objects.bulk_create(memberships):
        yield {"membership": membership.id, "with_person": membership.person_id in new}


def _change(plan: Plan) -> Iterable[Change]:
    for step in plan.steps:
        if step.membership:
            yield from _set(step.membership, {name: after for name, (_was, after) in step.values.items()})


def _set(membership: Membership, values: dict[str, Any]) -> Iterable[Change]:
    for name, after in values.items():
        yield {
            "membership": membership.id,
            "field": name,
            "before": value_of(membership, name),
            "after": after,
        }
        setattr(owner_of(membership, name), name, after)
    if values:
        membership.person.save()
        membership.save()


def _leave(memberships: list[Membership]) -> Iterable[Change]:
    for membership in memberships:
        yield {"membership": membership.id, "field": "left", "before": False, "after": True}
    Membership.objects.filter(id__in=[membership.id for membership in memberships]).update(left=True)


def _give_team_roles(actor: User, plan: Plan, school: School) -> list[Change]:
    """Who the list names as a team member gets the role, if the actor may give it; never the actor."""
    if not can(actor, "roles.grant_team", school):
        return []
    have = set(Grant.objects.filter(school=school, role="M").values_list("person", flat=True))
    changes: list[Change] = []
    for step in plan.team:
        if step.user and step.user != actor and step.user.id not in have:
            grant(actor, step.user, "M", school=school)
            changes.append({"granted": step.user.id})
    return changes


@transaction.atomic
def undo_import(actor: User, staff_import: StaffImport) -> list[str]:
    """Restores every value that is still as the import left it; returns a sentence for each that is not."""
    locked = StaffImport.objects.select_for_update().select_related("school").get(id=staff_import.id)
    if locked.state != StaffImport.State.APPLIED or not locked.changes:
        raise Refused(_("Only the latest list can be undone, and only once."))
    granted = [change["granted"] for change in locked.changes if "granted" in change]
    kept = _take_back_team_roles(actor, granted, locked.school)  # first: who holds a role is not deleted
    kept += _restore([change for change in locked.changes if "field" in change])
    kept += _unmake([change for change in locked.changes if "with_person" in change])
    locked.state, locked.changes = StaffImport.State.UNDONE, []
    locked.save()
    note(actor, "staff.import_undone", locked.school, kept=len(kept))
    return kept


def _take_back_team_roles(actor: User, people: list[int], school: School) -> list[str]:
    """The team roles the list gave, as far as the actor may take them; a sentence for each that stays."""
    held = Grant.objects.filter(person__in=people, school=school, role="M").select_related("person")
    may = can(actor, "roles.grant_team", school) if people else False
    kept = []
    for one in held:
        if may and one.person != actor:
            revoke(actor, one.person, "M", school=school)
        else:
            kept.append(_("%s stays on the leadership team. You may not take that role back.") % one.person)
    return kept


def _memberships(changes: list[Change]) -> dict[int, Membership]:
    ids = [change["membership"] for change in changes]
    return Membership.objects.select_related("person").in_bulk(ids)


def _restore(changes: list[Change]) -> list[str]:
    kept, memberships = [], _memberships(changes)
    for change in reversed(changes):
        membership, name = memberships[change["membership"]], change["field"]
        if value_of(membership, name) != change["after"]:
            message = _("%(name)s: “%(field)s” was changed since, so it stays.")
            kept.append(message % {"name": membership.person, "field": WORDS[name]})
            continue
        owner = owner_of(membership, name)
        setattr(owner, name, change["before"])
        owner.save(update_fields=[name])
    return kept


def _unmake(changes: list[Change]) -> list[str]:
    """Takes new people off the list: many at once, and one by one where somebody is needed elsewhere."""
    memberships, kept = _memberships(changes), []
    for some in (changes[start : start + MADE_AT_ONCE] for start in range(0, len(changes), MADE_AT_ONCE)):
        if not _deleted(some, memberships):
            kept += [
                _leave_instead(memberships[change["membership"]])
                for change in some
                if not _deleted([change], memberships)
            ]
    return kept


def _deleted(changes: list[Change], memberships: dict[int, Membership]) -> bool:
    new = [memberships[change["membership"]].person_id for change in changes if change["with_person"]]
    try:
        with transaction.atomic():
            Membership.objects.filter(id__in=[change["membership"] for change in changes]).delete()
            User.objects.filter(id__in=new).delete()
    except ProtectedError:
        return False
    return True


def _leave_instead(membership: Membership) -> str:
    Membership.objects.filter(id=membership.id).update(left=True)
    return (
        _("%s is needed elsewhere by now, so we only marked that this person has left.") % membership.person
    )


def forget_uploads() -> None:
    """A step of the clock: a list that nobody took over within a day goes."""
    waiting = StaffImport.objects.filter(state=StaffImport.State.PROPOSED)
    waiting.filter(made_at__lt=clock.now() - KEPT_AT_MOST).delete()
