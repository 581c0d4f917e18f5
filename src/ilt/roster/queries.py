from django.db.models import QuerySet

from ilt.roster.models import Act, Grant, Membership, StaffImport, User
from ilt.schools.models import School

ACTS_SHOWN = 200


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


def latest_import(school: School) -> StaffImport | None:
    """The staff list that was taken over last and can still be undone."""
    done = StaffImport.objects.filter(school=school, state=StaffImport.State.APPLIED).exclude(changes=[])
    return done.order_by("-made_at").first()


def acts_at(school: School) -> list[Act]:
    """What was set up at this school, the latest first; people by name instead of number."""
    acts = list(Act.objects.filter(school=school).select_related("actor").order_by("-at", "-id")[:ACTS_SHOWN])
    people = User.objects.in_bulk({act.detail["person"] for act in acts if "person" in act.detail})
    for act in acts:
        if person := people.get(act.detail.get("person")):
            act.detail["person"] = str(person)
    return acts
