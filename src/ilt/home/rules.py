"""Setting up a district, a school, its year and the three people it starts with."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.roster import rules as roster
from ilt.roster.models import Grant, Membership, User
from ilt.roster.rights import HOST, roles_at
from ilt.schools.models import District, School, SchoolYear

Kind, Role = Membership.Kind, Grant.Role
Names = dict[str, str]  # first_name, last_name, email


def own_district(actor: User) -> District | None:
    held = Grant.objects.filter(person=actor, role=Role.DISTRICT).select_related("district").first()
    return held.district if held else None


def may_set_up(actor: User) -> bool:
    """The host sets up districts and schools without one; a district office sets up its own schools."""
    return HOST in roles_at(actor, None) or own_district(actor) is not None


@transaction.atomic
def set_up_district(actor: User, place: dict[str, Any], office: Names) -> tuple[District, str]:
    """Makes the district and an account for its office; returns the password, to be shown once."""
    if User.objects.filter(email__iexact=office["email"]).exists():
        raise roster.Refused(_("Another person has this address."))
    district = District.objects.create(**place)
    roster.note(actor, "district.created", None, district=district.id)
    person = User(**office | {"email": office["email"].lower()})
    person.set_unusable_password()
    person.save()
    roster.grant(actor, person, Role.DISTRICT, district=district)
    return district, roster.first_password(actor, person, None)


@transaction.atomic
def set_up_school(actor: User, values: dict[str, Any]) -> School:
    """Makes a school: in the district of its office, or without one by the host."""
    school = School.objects.create(district=own_district(actor), **values)
    roster.note(actor, "school.created", school)
    return school


@transaction.atomic
def change_school(actor: User, school: School, values: dict[str, Any]) -> None:
    School.objects.filter(id=school.id).update(**values)
    roster.note(actor, "school.changed", school)


@transaction.atomic
def set_up_year(
    actor: User, school: School, *, starts_on: date, ends_on: date, preset: str, days_off: list[str]
) -> SchoolYear:
    """Makes the year, or corrects the one that it overlaps."""
    values = {"starts_on": starts_on, "ends_on": ends_on, "preset": preset, "days_off": days_off}
    overlapping = SchoolYear.objects.filter(school=school, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if len(overlapping) > 1:
        raise roster.Refused(_("These days touch two school years. Check the first and the last day."))
    year = overlapping[0] if overlapping else SchoolYear(school=school)
    for name, value in values.items():
        setattr(year, name, value)
    year.save()
    roster.note(actor, "year.set", school, starts=str(starts_on), ends=str(ends_on))
    return year


@transaction.atomic
def set_up_people(
    actor: User, school: School, *, leader: Names, facilitator: Names, second: Names, leads_myself: bool
) -> None:
    """Puts the three on the staff: one leads, one facilitates, the third will confirm the list."""
    if leads_myself:
        _become_leader(actor, school, leader)
    else:
        leads = _on_staff(actor, school, leader, Kind.LEADER)
        roster.grant(actor, leads, Role.LEADER, school=school)
    roster.grant(actor, _on_staff(actor, school, facilitator, Kind.TEACHER), Role.FACILITATOR, school=school)
    _on_staff(actor, school, second, Kind.TEACHER)


def _become_leader(actor: User, school: School, names: Names) -> None:
    roster.claim_leader(actor, school)
    membership, _made = Membership.objects.get_or_create(
        person=actor, school=school, defaults={"kind": Kind.LEADER}
    )
    kept = {"language": actor.language, "kind": membership.kind, "team": membership.team, "left": False}
    roster.change_person(actor, membership, {**names, **kept})


def _on_staff(actor: User, school: School, names: Names, kind: str) -> User:
    here = Membership.objects.filter(school=school, left=False, person__email__iexact=names["email"])
    known = here.select_related("person").first()
    return known.person if known else roster.add_person(actor, school, **names, kind=kind).person
