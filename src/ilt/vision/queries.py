"""Reads of the vision that several pages and slices share."""

from typing import Any

from django.db.models import F, QuerySet

from ilt.rounds.models import Document, Section
from ilt.schools.models import School
from ilt.shared.nodes import ARCHIVED, as_nodes
from ilt.vision.fields import CORE
from ilt.vision.models import Need

ELEMENTS = [field.key for field in CORE]


def all_needs(school: School) -> QuerySet[Need]:
    return Need.objects.filter(school=school).select_related("school").order_by("id")


def needs_of(school: School) -> QuerySet[Need]:
    return all_needs(school).filter(archived=False)


def need_nodes(school: School) -> QuerySet[Any, Any]:
    return as_nodes(
        Need.objects.filter(school=school),
        "need",
        title=F("text"),
        day=F("evidence_on"),
        detail=F("evidence"),
        state=ARCHIVED,
    )


def element_nodes(school: School) -> QuerySet[Any, Any]:
    """The parts of the vision that teachers can learn to bring about."""
    written = Section.objects.filter(
        document__school=school, document__kind=Document.Kind.VISION, key__in=ELEMENTS
    )
    return as_nodes(written.exclude(text=""), "element", ref=F("key"), title=F("text"))
