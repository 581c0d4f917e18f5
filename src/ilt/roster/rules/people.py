"""People on the staff: added by hand, corrected, and given a first way to sign in."""

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.roster.models import Grant, Membership, User
from ilt.roster.rights import can
from ilt.roster.rules.journal import note
from ilt.roster.rules.refusal import Refused
from ilt.roster.rules.roles import NEEDED
from ilt.schools.models import School

PERSON_FIELDS = ("first_name", "last_name", "email", "language")
MEMBERSHIP_FIELDS = ("kind", "team", "left")
CONSONANTS, VOWELS = "bdfghkmnprstvz", "aeiou"


@transaction.atomic
def add_person(
    actor: User | None,
    school: School,
    *,
    last_name: str,
    first_name: str = "",
    email: str = "",
    kind: str = Membership.Kind.TEACHER,
    team: str = "",
    language: str = "en",
) -> Membership:
    """Puts a person on the staff. Who is known by this address stays as they are and joins this school."""
    address = email.strip().lower() or None
    person = User.objects.filter(email__iexact=address).first() if address else None
    if person is None:
        person = User(first_name=first_name, last_name=last_name, email=address, language=language)
        person.set_unusable_password()
        person.save()
    membership, made = Membership.objects.get_or_create(
        person=person, school=school, defaults={"kind": kind, "team": team}
    )
    if not made and not membership.left:
        raise Refused(_("%s is on the list already.") % person)
    if not made:
        Membership.objects.filter(id=membership.id).update(left=False, kind=kind, team=team)
        membership.refresh_from_db()
    note(actor, "person.added", school, person=person.id)
    return membership


@transaction.atomic
def change_person(actor: User, membership: Membership, values: dict[str, Any]) -> list[str]:
    """Writes the values that differ and returns the names of their fields, as the journal notes them."""
    person = membership.person
    values = {**values, "email": (values.get("email") or "").strip().lower() or None}
    changed = [name for name in PERSON_FIELDS if getattr(person, name) != values[name]]
    moved = [name for name in MEMBERSHIP_FIELDS if getattr(membership, name) != values[name]]
    if "email" in changed:
        _refuse_taken_address(person, values["email"])
        if not may_change_sign_in(actor, person):
            raise Refused(_("This person holds roles that you may not give. Ask somebody who may."))
    for name in changed:
        setattr(person, name, values[name])
    for name in moved:
        setattr(membership, name, values[name])
    person.save(update_fields=changed)
    membership.save(update_fields=moved)
    if changed or moved:
        note(actor, "person.changed", membership.school, person=person.id, fields=changed + moved)
    return changed + moved


def _refuse_taken_address(person: User, address: str | None) -> None:
    if address and User.objects.filter(email__iexact=address).exclude(id=person.id).exists():
        raise Refused(_("Another person has this address."))


def may_change_sign_in(actor: User, person: User) -> bool:
    """Whether the actor may set this person's address or password: who does could sign in as that person.

    So nobody reaches a right in this way that they could not give, at any school.
    """
    if actor == person:
        return True
    grants = Grant.objects.filter(person=person).select_related("school")
    schools = Membership.objects.filter(person=person, left=False).select_related("school")
    return all(can(actor, NEEDED[held.role], held.school) for held in grants) and all(
        can(actor, "staff.edit", place.school) for place in schools
    )


@transaction.atomic
def first_password(actor: User | None, person: User, school: School | None) -> str:
    """Sets a new pass phrase and returns it, to be shown once: it is kept nowhere in readable form."""
    if not person.email:
        raise Refused(_("This person has no mail address yet. The address is the name to sign in with."))
    if actor is not None and not may_change_sign_in(actor, person):
        raise Refused(_("This person holds roles that you may not give. Ask somebody who may."))
    phrase = pass_phrase()
    person.set_password(phrase)
    person.save(update_fields=["password"])
    note(actor, "password.set", school, person=person.id)
    return phrase


def pass_phrase() -> str:
    """Five made-up words that can be spoken: about 60 bits."""
    words = ("".join(secrets.choice(letters) for letters in (CONSONANTS, VOWELS) * 2) for _word in range(5))
    return "-".join(words)
