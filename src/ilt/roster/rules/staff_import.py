"""A staff list on its way in: proposed, looked at, applied in one transaction, undone field by field."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from ilt.roster.models import Grant, Membership, StaffImport, User
from ilt.roster.rights import can
from ilt.roster.rules.journal import note
from ilt.roster.rules.refusal import Refused
from ilt.roster.rules.roles import grant, revoke
from ilt.roster.sheets import read_sheet
from ilt.roster.staff_list import KINDS, WORDS, Person, Remark, Table, people_of, plain, read_table
from ilt.schools.models import LANGUAGES, School
from ilt.shared import clock

KEPT_AT_MOST = timedelta(hours=24)
MADE_AT_ONCE = 200  # people taken back in one statement
MANY_LEAVE = 0.2  # a larger share is more often a wrong file than a hard summer

Change = dict[str, Any]


@dataclass
class Step:
    """What applying does for one person of the list."""

    person: Person
    user: User | None
    membership: Membership | None
    values: dict[str, tuple[Any, Any]]  # field -> before, after

    @property
    def act(self) -> str:
        if self.membership is None:
            return "add"
        return "back" if self.membership.left else "change" if self.values else "same"

    @property
    def email(self) -> str:
        """The address this person has afterwards."""
        if "email" in self.values or self.user is None:
            return self.person.email
        return self.user.email or ""

    @property
    def kind(self) -> str:
        """The kind of staff this person is afterwards."""
        if self.membership is None or "kind" in self.values:
            return self.person.kind or Membership.Kind.TEACHER
        return self.membership.kind

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """The changed fields in words, each with the value before and after."""
        return [
            (str(WORDS[name]), _in_words(name, before), _in_words(name, after))
            for name, (before, after) in self.values.items()
            if name != "left"
        ]


def _in_words(name: str, value: Any) -> str:
    words: dict[str, dict[Any, Any]] = {"kind": dict(KINDS), "language": dict(LANGUAGES)}
    return str(words.get(name, {}).get(value, value or "–"))


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)
    leaving: list[Membership] = field(default_factory=list)
    doubtful: list[Person] = field(default_factory=list)  # unknown people who come only if they are ticked
    team: list[Step] = field(default_factory=list)  # named as members of the leadership team
    elsewhere: Counter[str] = field(default_factory=Counter)  # schools of rows that are not ours
    shared: list[str] = field(default_factory=list)  # one address or name, several rows: to be confirmed
    warnings: list[Remark] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)  # what must be settled before applying

    def count(self, act: str) -> int:
        return sum(step.act == act for step in self.steps)

    @property
    def changes_nothing(self) -> bool:
        return all(step.act == "same" for step in self.steps) and not self.leaving


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


def plan_import(staff_import: StaffImport) -> Plan:
    """What applying would do now. Raises `Unreadable` if the columns do not do."""
    school, choices = staff_import.school, staff_import.mapping
    table = Table(staff_import.table["header"], [(n, row) for n, row in staff_import.table["rows"]], {})
    people, warnings = people_of(table, choices["columns"], school.languages[0])
    plan = Plan(warnings=[*(Remark(**remark) for remark in choices["remarks"]), *warnings])
    here = people if choices["all_here"] else _only_here(people, school, plan)
    staff = list(_staff_ever(school))
    _match(_folded(_certain(here, staff, choices, plan), plan), school, staff, choices["columns"], plan)
    if choices["whole"]:
        _find_leaving(plan, staff, school)
    _find_blocks(plan, choices)
    return plan


def _staff_ever(school: School) -> QuerySet[Membership]:
    """Everybody who is or was on this staff, by name."""
    here = Membership.objects.filter(school=school).select_related("person")
    return here.order_by("person__last_name", "person__first_name", "id")


def _only_here(people: list[Person], school: School, plan: Plan) -> list[Person]:
    ours = plain(school.name)
    for person in people:
        if person.school and plain(person.school) != ours:
            plan.elsewhere[person.school] += 1
    return [person for person in people if not person.school or plain(person.school) == ours]


def _certain(
    people: list[Person], staff: list[Membership], choices: dict[str, Any], plan: Plan
) -> list[Person]:
    """Sets aside rows that may be no people; who is known here, or was ticked, is one."""
    known = {_name_of(one.person.first_name, one.person.last_name) for one in staff}
    plan.doubtful = [
        one for one in people if one.doubtful and _name_of(one.first_name, one.last_name) not in known
    ]
    aside = {one.row for one in plan.doubtful} - set(choices.get("people", []))
    return [one for one in people if one.row not in aside]


def _name_of(first: str, last: str) -> str:
    return f"{plain(first)} {plain(last)}"


def _folded(people: list[Person], plan: Plan) -> list[Person]:
    """One person per address, or per name where there is no address; other names are shown to confirm."""
    first_of: dict[str, Person] = {}
    for person in people:
        name = _name_of(person.first_name, person.last_name)
        known = first_of.setdefault(person.email or name, person)
        if known is not person and (not person.email or _name_of(known.first_name, known.last_name) != name):
            plan.shared.append(
                _("Rows %(one)s and %(two)s: %(first)s and %(second)s")
                % {
                    "one": known.row,
                    "two": person.row,
                    "first": f"{known.name} {known.email}".strip(),
                    "second": f"{person.name} {person.email}".strip(),
                }
            )
    return list(first_of.values())


def _match(
    people: list[Person], school: School, staff: list[Membership], columns: dict[str, int], plan: Plan
) -> None:
    """Finds who is known: by address anywhere, else by name on this staff."""
    by_person = {membership.person_id: membership for membership in staff}
    by_name = _by_name(staff)
    addresses = {person.email for person in people if person.email}
    known = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    by_address: dict[str, User] = {user.address: user for user in known}
    guarded = _guarded(school)
    for person in people:
        user = by_address.get(person.email)
        if user is None and (namesake := by_name.get(_name_of(person.first_name, person.last_name))):
            if not person.email or not namesake.email:
                user = namesake
            else:
                message = _("%s is known here with another address. This row is taken as a new person.")
                plan.warnings.append(Remark(message % namesake, person.row))
        membership = by_person.get(user.id) if user else None
        values = _values(person, user, membership, columns) if membership else {}
        if user and "email" in values and user.id in guarded:
            del values["email"]
            message = _("The address of %s can be set on the person's own page only.")
            plan.warnings.append(Remark(message % user, person.row))
        plan.steps.append(Step(person, user, membership, values))
    plan.team = [step for step in plan.steps if step.person.member]


def _by_name(staff: list[Membership]) -> dict[str, User]:
    """One person per name: those without an address first, since nothing else tells them apart."""
    people = sorted((membership.person for membership in staff), key=lambda person: not person.email)
    return {_name_of(person.first_name, person.last_name): person for person in people}


def _guarded(school: School) -> set[int]:
    """People with rights or a staff elsewhere: with a new address somebody could sign in as them."""
    elsewhere = Membership.objects.exclude(school=school).values_list("person", flat=True)
    return {*Grant.objects.values_list("person", flat=True), *elsewhere}


def _values(
    person: Person, user: User | None, membership: Membership, columns: dict[str, int]
) -> dict[str, tuple[Any, Any]]:
    """What the list changes for somebody on this staff. Empty cells change nothing."""
    wanted = {
        "first_name": person.first_name,
        "last_name": person.last_name if columns.keys() & {"last_name", "name"} else "",
        "email": "" if membership.person.email else person.email,
        "language": person.language if "language" in columns else "",
        "kind": person.kind,
        "team": person.team,
    }
    now = {name: _value_of(membership, name) for name in wanted}
    values = {name: (now[name], new) for name, new in wanted.items() if new and new != now[name]}
    return values | ({"left": (True, False)} if membership.left else {})


def _owner(membership: Membership, name: str) -> User | Membership:
    return membership if name in {"kind", "team", "left"} else membership.person


def _value_of(membership: Membership, name: str) -> Any:
    return getattr(_owner(membership, name), name)


def _find_leaving(plan: Plan, staff: list[Membership], school: School) -> None:
    named = {step.membership.id for step in plan.steps if step.membership}
    plan.leaving = [one for one in staff if not one.left and one.id not in named]
    with_role = set(Grant.objects.filter(school=school).values_list("person", flat=True))
    for one in plan.leaving:
        if one.person_id in with_role:
            message = _("%s would have left but would keep a role here. Take it back under “Roles”.")
            plan.warnings.append(Remark(message % one.person))


def _find_blocks(plan: Plan, choices: dict[str, Any]) -> None:
    staff = len(plan.leaving) + sum(1 for step in plan.steps if step.membership and not step.membership.left)
    if not plan.steps:
        plan.blocked.append(_why_nobody(plan))
    if plan.shared and not choices["shared_confirmed"]:
        plan.blocked.append(_("Some rows share an address or a name. Say that each of them is one person."))
    if len(plan.leaving) > MANY_LEAVE * staff and not choices["many_leave"]:
        message = _(
            "%(leaving)s of %(staff)s people would leave. Say that this is right, or choose another list."
        )
        plan.blocked.append(message % {"leaving": len(plan.leaving), "staff": staff})


def _why_nobody(plan: Plan) -> str:
    if plan.elsewhere:
        schools = ", ".join(plan.elsewhere)
        return _("This is a list of another school: %s. Nobody in it belongs here.") % schools
    if plan.doubtful:
        return _("No row of this list is surely a person. Tick the rows that are people.")
    return _("No row of this list can be used.")


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
            "before": _value_of(membership, name),
            "after": after,
        }
        setattr(_owner(membership, name), name, after)
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
        if _value_of(membership, name) != change["after"]:
            message = _("%(name)s: “%(field)s” was changed since, so it stays.")
            kept.append(message % {"name": membership.person, "field": WORDS[name]})
            continue
        owner = _owner(membership, name)
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
