from django.db.models import Q, QuerySet

from ilt.roster.models import Grant, Membership, StaffImport, User
from ilt.schools.models import School


def staff_of(school: School) -> QuerySet[Membership]:
    """Who is on the staff now, with the person, by name."""
    return (
        Membership.objects.filter(school=school, left=False)
        .select_related("person")
        .order_by("person__last_name", "person__first_name", "id")
    )


def holders(school: School, role: str) -> list[User]:
    """Who holds this role at the school, by name."""
    held = Grant.objects.filter(school=school, role=role).values("person")
    return list(User.objects.filter(id__in=held).order_by("last_name", "first_name"))


def roles_held(school: School) -> QuerySet[Grant]:
    """Who holds which role at this school itself, by name."""
    held = Grant.objects.filter(school=school).select_related("person")
    return held.order_by("person__last_name", "person__first_name", "role")


def people_gone(school: School) -> set[int]:
    """Who was on this staff and has left."""
    return set(Membership.objects.filter(school=school, left=True).values_list("person", flat=True))


def latest_import(school: School) -> StaffImport | None:
    """The staff list that was taken over last and can still be undone."""
    done = StaffImport.objects.filter(school=school, state=StaffImport.State.APPLIED).exclude(changes=[])
    return done.order_by("-made_at").first()


def people_here(school: School, present: int | None = None) -> QuerySet[User]:
    """Who can be named to look after something: the staff, and who holds a role at the school, by name.

    Who does so at present stays a choice after leaving.
    """
    on_staff = Membership.objects.filter(school=school, left=False).values("person")
    held = Grant.objects.filter(school=school).values("person")
    here = Q(id__in=on_staff) | Q(id__in=held)
    return User.objects.filter(Q(here, is_active=True) | Q(id=present)).order_by(
        "last_name", "first_name", "id"
    )


def teams_at(school: School) -> list[str]:
    """The teacher teams that the staff list names."""
    named = Membership.objects.filter(school=school, left=False).exclude(team="")
    return list(named.order_by("team").values_list("team", flat=True).distinct())
