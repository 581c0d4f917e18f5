"""What a staff list would change: who is new, changed, back or leaving, and what must be settled first."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from ilt.roster.models import Grant, Membership, StaffImport, User
from ilt.roster.staff_list import KINDS, WORDS, Person, Remark, Table, people_of, plain
from ilt.schools.models import LANGUAGES, School

MANY_LEAVE = 0.2  # a larger share is more often a wrong file than a hard summer


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
    by_name, by_address = _by_name(staff), _by_address(people)
    guarded = _guarded(school)
    for person in people:
        namesake = by_name.get(_name_of(person.first_name, person.last_name))
        user = by_address.get(person.email) or _known_by_name(person, namesake, plan)
        membership = by_person.get(user.id) if user else None
        values = _values(person, user, membership, columns) if membership else {}
        if user and "email" in values and user.id in guarded:
            del values["email"]
            message = _("The address of %s can be set on the person's own page only.")
            plan.warnings.append(Remark(message % user, person.row))
        plan.steps.append(Step(person, user, membership, values))
    plan.team = [step for step in plan.steps if step.person.member]


def _known_by_name(person: Person, namesake: User | None, plan: Plan) -> User | None:
    """The namesake, unless their address, or one that a row above gives them, is another."""
    if namesake is None or not person.email:
        return namesake
    if not namesake.email and not any(step.user == namesake and step.person.email for step in plan.steps):
        return namesake
    message = _("%s is known here with another address. This row is taken as a new person.")
    plan.warnings.append(Remark(message % namesake, person.row))
    return None


def _by_address(people: list[Person]) -> dict[str, User]:
    addresses = {person.email for person in people if person.email}
    known = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    return {user.address: user for user in known}


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
    now = {name: value_of(membership, name) for name in wanted}
    values = {name: (now[name], new) for name, new in wanted.items() if new and new != now[name]}
    return values | ({"left": (True, False)} if membership.left else {})


def owner_of(membership: Membership, name: str) -> User | Membership:
    return membership if name in {"kind", "team", "left"} else membership.person


def value_of(membership: Membership, name: str) -> Any:
    return getattr(owner_of(membership, name), name)


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
