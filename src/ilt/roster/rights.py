"""Who may do what. Rights add up, and all of them end at one's own school or district."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from ilt.roster.models import Grant, Membership, User
from ilt.schools.models import School

TEACHING, MEMBER, FACILITATOR, LEADER, COACH, DISTRICT, RESEARCHER, HOST = "TMFPCDSA"

Visitor = AbstractBaseUser | AnonymousUser  # what a request may carry

# One line per object and action. Conditions beyond the role (after release, named for it) are the slice's.
RIGHTS: dict[str, str] = {
    "school.read": "TMFPCD",
    "school.edit": "PD",
    "staff.names": "TMFPCD",
    "staff.read": "FPD",
    "staff.edit": "FPD",
    "roles.grant_team": "PD",
    "roles.grant_school": "D",
    "roles.grant_host": "A",
    "wave.status": "TMFPCD",
    "wave.set_up": "FD",
    "wave.print": "F",
    "list.confirm": "F",
    "release.move": "F",
    "report.read_early": "MF",
    "report.read": "TMFPC",
    "journal.read": "FPDA",
    "host.read": "A",
    "charter.read": "TMFPC",
    "charter.edit": "MFP",
    "plan.read": "TMFPC",
    "plan.edit": "MF",
    "plan.share": "P",
    "plan.comment": "TMFPC",
    "comment.answer": "MF",
    "round.object": "TMFPC",
    "round.answer": "MF",
    "commitment.write": "P",
    "action.create": "MFPC",
    "action.update": "F",  # others only what they look after themselves
    "action.read": "TMFPC",
}
# What a district office may read where the school shares it.
SHARED_WITH_DISTRICT = frozenset({"charter.read", "plan.read"})
# Without a district the host stands in for the district office, for the school's record and roles only.
HOST_WITHOUT_DISTRICT = frozenset(
    {
        "school.read",
        "school.edit",
        "staff.names",
        "staff.read",
        "staff.edit",
        "roles.grant_school",
        "roles.grant_team",
    }
)


def roles_at(user: Visitor, school: School | None) -> str:
    """The role letters this person holds at this school (or on the host, without a school)."""
    if not isinstance(user, User) or not user.is_active:
        return ""
    here = Q(role=HOST)
    if school is not None:
        here |= Q(school=school)
        if school.district_id:
            here |= Q(district=school.district_id)
    letters = set(Grant.objects.filter(here, person=user).values_list("role", flat=True))
    if school is not None and Membership.objects.filter(person=user, school=school, left=False).exists():
        letters.add(TEACHING)
    return "".join(sorted(letters))


def can(user: Visitor, action: str, school: School | None = None) -> bool:
    return allows(roles_at(user, school), action, school)


def allows(letters: str, action: str, school: School | None) -> bool:
    """Whether these role letters open the action at this school."""
    if any(letter in RIGHTS[action] for letter in letters):
        return True
    if school is not None and school.shares_plan and DISTRICT in letters and action in SHARED_WITH_DISTRICT:
        return True
    alone = school is not None and school.district_id is None
    return alone and HOST in letters and action in HOST_WITHOUT_DISTRICT


def schools_of(user: Visitor) -> list[School]:
    """The schools this person may open, by name."""
    if not isinstance(user, User):
        return []
    grants = Grant.objects.filter(person=user)
    seen = (
        Q(id__in=Membership.objects.filter(person=user, left=False).values("school"))
        | Q(id__in=grants.filter(school__isnull=False).values("school"))
        | Q(district__in=grants.filter(district__isnull=False).values("district"))
    )
    if grants.filter(role=HOST).exists():
        seen |= Q(district__isnull=True)
    return list(School.objects.filter(seen).order_by("name"))
