"""Reads of the charter: who sits on the team, who decides what, whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from ilt.roster.models import Grant, Membership, User
from ilt.rounds.models import Document
from ilt.rounds.queries import TEAM_ROLES, texts_of
from ilt.schools.models import School
from ilt.team.models import DecisionRight, Seat, Turn

WRITERS = (Grant.Role.MEMBER, Grant.Role.FACILITATOR)
ROLES = ("facilitator", "timekeeper", "recorder", "observer")


def seats_of(school: School) -> QuerySet[Any]:
    """Every Seat, the archived ones too, with what staff list and roles say of its person."""
    here = Membership.objects.filter(school=school, person=OuterRef("person"))
    held = Grant.objects.filter(school=school, person=OuterRef("person"))
    return (
        Seat.objects.filter(school=school)
        .select_related("person", "school")
        .annotate(
            staff_kind=Subquery(here.filter(left=False).values("kind")[:1]),
            gone=Exists(here.filter(left=True)),
            leads=Exists(held.filter(role=Grant.Role.LEADER)),
            writes=Exists(held.filter(role__in=TEAM_ROLES)),
        )
        .order_by("person__last_name", "person__first_name", "id")
    )


def not_at_the_table(school: School, seats: Sequence[Any]) -> tuple[list[str], list[Any]]:
    """Teacher teams that no seat speaks with, and who has a role on the team without a seat."""
    here = Membership.objects.filter(school=school, person=OuterRef("pk"))
    held = Grant.objects.filter(school=school, person=OuterRef("pk"), role__in=WRITERS)
    people = (
        User.objects.filter(Exists(here.filter(left=False)) | Exists(held), is_active=True)
        .annotate(
            team=Subquery(here.filter(left=False).values("team")[:1]),
            writes=Exists(held),
            gone=Exists(here.filter(left=True)),
        )
        .order_by("last_name", "first_name", "id")
    )
    named, linked = {each.team for each in people if each.team}, {seat.team for seat in seats}
    seated = {seat.person_id for seat in seats}
    unseated = [each for each in people if each.writes and not each.gone and each.id not in seated]
    return sorted(named - linked), unseated


def rights_of(school: School) -> QuerySet[DecisionRight]:
    return DecisionRight.objects.filter(school=school).select_related("school").order_by("id")


def turns_of(school: School) -> QuerySet[Turn]:
    return Turn.objects.filter(school=school).select_related("school", *ROLES).order_by("on")


@dataclass(frozen=True)
class Charter:
    """The charter as it stands: read once, whatever asks for it."""

    document: Document

    @cached_property
    def all_seats(self) -> list[Any]:
        return list(seats_of(self.document.school))

    @property
    def seats(self) -> list[Any]:
        return [seat for seat in self.all_seats if not seat.archived]

    @cached_property
    def all_rights(self) -> list[DecisionRight]:
        return list(rights_of(self.document.school))

    @property
    def rights(self) -> list[DecisionRight]:
        return [right for right in self.all_rights if not right.archived]

    @cached_property
    def all_turns(self) -> list[Turn]:
        return list(turns_of(self.document.school))

    @property
    def turns(self) -> list[Turn]:
        return [turn for turn in self.all_turns if not turn.archived]

    @property
    def texts(self) -> dict[str, str]:
        return texts_of(self.document)


def charter_of(document: Document) -> Charter:
    """One charter per document in memory: the page, its gaps and its parts share what was read."""
    charter: Charter = vars(document).setdefault("charter", Charter(document))
    return charter
