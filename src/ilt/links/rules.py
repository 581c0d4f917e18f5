"""Making and cutting links. Which kinds may lead to which is written here once."""

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.links.models import Link
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.schools.models import School
from ilt.shared.rows import Refused

Name = tuple[str, str]  # kind and number of a thing

# From the students' needs to what is seen in the end, in the order of the picture's columns.
COLUMNS = ("need", "element", "goal", "activity", "resource", "evidence")
KINDS = (*COLUMNS, "handoff", "priority")

# What may lead to what. Anything may also be prompted by a priority.
ALLOWED = {
    ("need", "element"): Link.Kind.ANSWERED,
    ("element", "goal"): Link.Kind.ASKS,
    ("goal", "activity"): Link.Kind.LEARNED,
    ("activity", "resource"): Link.Kind.USES,
    ("goal", "evidence"): Link.Kind.SHOWN,
    ("activity", "evidence"): Link.Kind.SHOWN,
    **{(kind, "priority"): Link.Kind.PROMPTED for kind in COLUMNS},
}


def in_order(one: Name, other: Name) -> tuple[Name, Name]:
    """Two things in the order in which one may lead to the other, whichever was named first."""
    return (one, other) if KINDS.index(one[0]) <= KINDS.index(other[0]) else (other, one)


@transaction.atomic
def link(actor: User, school: School, start: Name, end: Name) -> None:
    """Links two things of a school. The caller has found both there. Linking twice changes nothing."""
    kind = ALLOWED.get((start[0], end[0]))
    if kind is None:
        raise Refused(refusal(start[0]))
    ends = {"from_kind": start[0], "from_ref": start[1], "to_kind": end[0], "to_ref": end[1]}
    _row, made = Link.objects.get_or_create(school=school, **ends, defaults={"kind": kind})
    if made:
        note(actor, "link.made", school, **ends)


@transaction.atomic
def unlink(actor: User, school: School, start: Name, end: Name) -> None:
    ends = {"from_kind": start[0], "from_ref": start[1], "to_kind": end[0], "to_ref": end[1]}
    cut, _rows = Link.objects.filter(school=school, **ends).delete()
    if cut:
        note(actor, "link.cut", school, **ends)


def refusal(kind: str) -> str:
    """What a thing of this kind links to first, in a sentence."""
    return {
        "need": _("A need first links to a part of the vision."),
        "element": _("A part of the vision first links to a goal."),
        "goal": _("A goal first links to an activity or to evidence."),
        "activity": _("An activity first links to time, money or people, or to evidence."),
    }.get(kind, _("Nothing follows from this. Link from the other side."))
