"""Granting and taking back roles, by the permission matrix. Nobody gives a role to themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.roster.models import Grant, User
from ilt.roster.rights import allows, can, roles_at
from ilt.roster.rules.journal import note
from ilt.roster.rules.refusal import Refused
from ilt.schools.models import District, School

NEEDED = {
    "M": "roles.grant_team",
    "F": "roles.grant_team",
    "P": "roles.grant_school",
    "C": "roles.grant_school",
    "D": "roles.grant_host",
    "A": "roles.grant_host",
    "S": "roles.grant_host",
}
AT_SCHOOL = "MFPC"


def grantable(actor: User, school: School) -> str:
    """The role letters this person may give at this school."""
    letters = roles_at(actor, school)
    return "".join(role for role in AT_SCHOOL if allows(letters, NEEDED[role], school))


def grant(
    actor: User, person: User, role: str, *, school: School | None = None, district: District | None = None
) -> None:
    """Gives the role and notes it in the journal; a second time changes nothing."""
    _refuse_wrong_place(role, school, district)
    _refuse_without_right(actor, person, role, school)
    with transaction.atomic():
        _row, made = Grant.objects.get_or_create(person=person, role=role, school=school, district=district)
        if made:
            note(actor, "role.granted", school, person=person.id, role=role)


def revoke(
    actor: User, person: User, role: str, *, school: School | None = None, district: District | None = None
) -> None:
    """Takes the role back. Nobody takes their own: so the last host always stays."""
    _refuse_without_right(actor, person, role, school)
    with transaction.atomic():
        held = Grant.objects.filter(person=person, role=role, school=school, district=district)
        if held.delete()[0]:
            note(actor, "role.revoked", school, person=person.id, role=role)


def _refuse_wrong_place(role: str, school: School | None, district: District | None) -> None:
    fits = {
        "A": school is None and district is None,
        "D": school is None and district is not None,
        "S": school is None and district is not None,
    }.get(role, school is not None and district is None)
    if role not in NEEDED or not fits:
        raise Refused(_("This role cannot be given here."))


def _refuse_without_right(actor: User, person: User, role: str, school: School | None) -> None:
    if actor == person:
        raise Refused(_("Nobody gives or takes a role of their own. Ask somebody else who may."))
    if role not in NEEDED or not can(actor, NEEDED[role], school):
        raise Refused(_("You may not give or take this role."))
