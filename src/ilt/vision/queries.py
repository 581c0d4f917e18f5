"""Reads of the vision that several pages and slices share."""

from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from ilt.rounds.models import Document, Section, Version
from ilt.rounds.queries import adopted_at
from ilt.schools.models import School
from ilt.shared.nodes import as_nodes
from ilt.vision.fields import CORE
from ilt.vision.models import Need

ELEMENTS = [field.key for field in CORE]


def all_needs(school: School) -> QuerySet[Need]:
    return Need.objects.filter(school=school).select_related("school").order_by("id")


def needs_of(school: School) -> QuerySet[Need]:
    return all_needs(school).filter(archived=False)


def adopted_vision(school: School) -> Version | None:
    """The vision that is valid now."""
    return adopted_at(school, Document.Kind.VISION)


def need_nodes(school: School) -> QuerySet[Any, Any]:
    archived = Case(When(archived=True, then=Value("archived")), default=Value(""))
    return as_nodes(
        Need.objects.filter(school=school),
        "need",
        title=F("text"),
        day=F("evidence_on"),
        detail=F("evidence"),
        state=archived,
    )


def element_nodes(school: School) -> QuerySet[Any, Any]:
    """The parts of the vision that teachers can learn to bring about."""
    written = Section.objects.filter(
        document__school=school, document__kind=Document.Kind.VISION, key__in=ELEMENTS
    )
    return as_nodes(written.exclude(text=""), "element", ref=F("key"), title=F("text"))
