"""What nobody else could give: the first host, and who leads a school without a district."""

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.roster.models import Grant, User
from ilt.roster.queries import holders
from ilt.roster.rights import HOST, roles_at
from ilt.roster.rules.journal import note
from ilt.roster.rules.people import first_password
from ilt.roster.rules.refusal import Refused
from ilt.schools.models import School


@transaction.atomic
def first_host(email: str) -> str | None:
    """On an empty installation makes the host's account and returns its password; else changes nothing."""
    if User.objects.exists():
        return None
    host = User.objects.create(last_name="Host", email=email)
    Grant.objects.create(person=host, role=Grant.Role.HOST)
    note(None, "host.created", None, person=host.id)
    return first_password(None, host, None)


@transaction.atomic
def claim_leader(host: User, school: School) -> None:
    """The host of a small school says that they lead it: once, without a district, while nobody does."""
    if HOST not in roles_at(host, None) or school.district_id or holders(school, Grant.Role.LEADER):
        raise Refused(_("Somebody leads this school already. Ask that person for a role."))
    Grant.objects.create(person=host, role=Grant.Role.LEADER, school=school)
    note(host, "role.claimed", school, person=host.id, role=Grant.Role.LEADER)
