"""What the team does with the through-line: link, cut, leave a gap open, keep a copy of today."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ilt.links import rules as links
from ilt.links.rules import Name
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.rounds.models import Document
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.rows import Refused
from ilt.shared.search import forget, remember
from ilt.strategy.document import SPEC
from ilt.throughline.copies import content_of
from ilt.throughline.graph import Graph
from ilt.throughline.linter import Problem
from ilt.throughline.models import Copy, Waiver
from ilt.throughline.queries import facts_of, open_gaps


def _gaps(document: Document) -> list[str]:
    """What the strategy itself lacks, and then whether everything in it hangs together."""
    found = SPEC.gaps(document)
    if count := len(open_gaps(document.school)):
        sentence = ngettext(
            "The through-line has one gap. Mend it, or leave it open with a reason.",
            "The through-line has %(count)s gaps. Mend them, or leave them open with a reason.",
            count,
        )
        found.append(sentence % {"count": count})
    return found


STRATEGY = replace(SPEC, gaps=_gaps)


def link(actor: User, school: School, graph: Graph, here: Name, there: Name) -> None:
    """Links two things of the graph, in the one order in which they can be linked."""
    if any(name not in graph.nodes or graph.nodes[name].gone for name in (here, there)):
        raise Refused(_("This is not in the plan any more. Choose something else to link."))
    links.link(actor, school, *links.in_order(here, there))


@transaction.atomic
def waive(actor: User, school: School, gap: Problem, reason: str) -> None:
    """Leaves a gap open. Waived by two people at once, the first reason stays."""
    rule, kind, ref, about = gap.key
    values = {"reason": reason, "by": actor, "on": clock.today(school.zone)}
    row, made = Waiver.objects.get_or_create(
        school=school, rule=rule, kind=kind, ref=ref, about=about, defaults=values
    )
    if made:
        note(actor, "gap.waived", school, rule=rule, kind=kind, ref=ref)
        _facts, drafts = facts_of(school)
        audience = "team" if kind in drafts else "staff"
        remember(**_found_at(row), audience=audience, title=gap.title, text=reason)


def _found_at(waiver: Waiver) -> dict[str, Any]:
    return {"school": waiver.school_id, "place": "throughline_gaps", "ref": f"left-{waiver.kind}-{waiver.id}"}


@transaction.atomic
def end_waiver(actor: User, waiver: Waiver) -> None:
    rule, kind, ref, _about = waiver.key
    forget(**_found_at(waiver))
    waiver.delete()
    note(actor, "gap.waiver_ended", waiver.school, rule=rule, kind=kind, ref=ref)


@transaction.atomic
def keep_copy(actor: User, school: School, title: str) -> Copy:
    """Keeps the through-line as it is today. A copy never changes."""
    facts, drafts = facts_of(school)
    content = content_of(facts.graph, drafts)
    copy = Copy.objects.create(school=school, title=title, made_on=clock.today(school.zone), content=content)
    note(actor, "copy.kept", school, copy=copy.id)
    remember(
        school=school.id, place="throughline_copy", ref=str(copy.id), audience="staff", title=title, text=""
    )
    return copy
