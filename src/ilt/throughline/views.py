from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.learning.queries import year_of
from ilt.links.rules import Name, in_order, unlink
from ilt.priorities.queries import finding_of
from ilt.roster.gate import actor_of, may, school_page
from ilt.schools.models import School
from ilt.schools.queries import current_year
from ilt.shared import clock
from ilt.shared.views import form_page, typed
from ilt.throughline import copies as dated
from ilt.throughline import outline as told
from ilt.throughline import places, queries, rules
from ilt.throughline.forms import CopyForm, LinkForm, WaiveForm
from ilt.throughline.graph import Node
from ilt.throughline.lanes import lanes as lanes_of
from ilt.throughline.models import Copy, Waiver
from ilt.throughline.picture import picture as picture_of
from ilt.throughline.queries import Thread

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _seen(request: HttpRequest, school: School) -> tuple[Thread, dict[str, Any]]:
    """The through-line as this reader may see it, and what all its pages show."""
    writes = may(request, "plan.edit", school)
    thread = queries.thread_of(school, reads_drafts=writes, on_staff=may(request, "plan.comment", school))
    return thread, {"school": school, "writes": writes, "thread": thread}


# Outline


@require_safe
@school_page("plan.read")
def outline(request: HttpRequest, school: School) -> HttpResponse:
    thread, context = _seen(request, school)
    return render(request, "throughline/outline.html", context | _rows(request, school, thread))


def _rows(request: HttpRequest, school: School, thread: Thread, opened: Node | None = None) -> dict[str, Any]:
    """Activities come year by year: after some years there are too many to read at once."""
    year, years = year_of(school, request.GET.get("year", ""))
    day = opened.day if opened and opened.kind == "activity" else None
    year = next((each for each in years if day and each.starts_on <= day <= each.ends_on), year)

    def is_shown(node: Node) -> bool:
        if node.kind != "activity" or node.day is None or year is None:
            return True
        return year.starts_on <= node.day <= year.ends_on or node == opened

    graph = queries.only(thread.graph, is_shown)
    sections = told.outline(school.id, replace(thread, graph=graph))
    return {"graph": graph, "sections": sections, "year": year, "years": years}


@form_methods
@school_page("plan.edit")
def links(request: HttpRequest, school: School, thing_kind: str, thing_ref: str) -> HttpResponse:
    """The outline, opened at one row to link it or to cut its links."""
    thread, context = _seen(request, school)
    here = (thing_kind, thing_ref)
    if here not in thread.graph.nodes:
        raise Http404
    node = thread.graph.nodes[here]
    rows = _rows(request, school, thread, node)
    return form_page(
        request,
        LinkForm(told.linkable(rows["graph"], node), typed(request)),
        lambda kept, _revision: rules.link(
            actor_of(request), school, thread.graph, here, _name(kept["other"])
        ),
        title=_("Through-line"),
        back=places.linked_at(school.id, *here),
        context={**context, **rows, "opened": node},
        template="throughline/outline.html",
    )


def _name(typed_name: str) -> Name:
    kind, _colon, ref = typed_name.partition(":")
    return kind, ref


@require_POST
@school_page("plan.edit")
def cut(request: HttpRequest, school: School, thing_kind: str, thing_ref: str) -> HttpResponse:
    here, there = (thing_kind, thing_ref), _name(request.POST.get("other", ""))
    if {here, there} <= set(queries.graph_of(school).nodes):
        unlink(actor_of(request), school, *in_order(here, there))
    return redirect(places.linked_at(school.id, *here))


@require_safe
@school_page("plan.read")
def thing(request: HttpRequest, school: School, thing_kind: str, thing_ref: str) -> HttpResponse:
    """Where one thing comes from and where it leads, all the way."""
    thread, context = _seen(request, school)
    node = thread.graph.nodes.get((thing_kind, thing_ref))
    if node is None:
        raise Http404
    before, after = told.chain(thread.graph, node, clock.today(school.zone))
    context |= {
        "node": node,
        "name": places.NAMES[node.kind],
        "before": before,
        "after": after,
        "broken": told.to_mend(school.id, thread.problems.get(node.name, [])),
    }
    if node.kind == "priority" and may(request, "report.read", school):
        context["finding"] = finding_of(school, node.ref)
    return render(request, "throughline/thing.html", context)


# Picture and lanes


@require_safe
@school_page("plan.read")
def picture(request: HttpRequest, school: School) -> HttpResponse:
    thread, context = _seen(request, school)
    context |= _rows(request, school, thread)
    context["picture"] = picture_of(school.id, context["graph"], thread.problems)
    return render(request, "throughline/picture.html", context)


@require_safe
@school_page("plan.read")
def lanes(request: HttpRequest, school: School) -> HttpResponse:
    thread, context = _seen(request, school)
    year = current_year(school)
    context["lanes"] = lanes_of(thread.graph, year.starts_on, year.ends_on) if year else None
    return render(request, "throughline/lanes.html", context)


# Gaps


@require_safe
@school_page("plan.read")
def gaps(request: HttpRequest, school: School) -> HttpResponse:
    thread, context = _seen(request, school)
    context |= {
        "gaps": told.to_mend(school.id, thread.gaps),
        "hints": told.to_mend(school.id, thread.hints),
        "commits": may(request, "commitment.write", school),
    }
    return render(request, "throughline/gaps.html", context)


@form_methods
@school_page("plan.edit")
def waive(request: HttpRequest, school: School) -> HttpResponse:
    thread, _context = _seen(request, school)
    named = tuple(request.GET.get("gap", "").split(":", 3))
    gap = next((each for each in thread.gaps if each.key == named), None)
    if gap is None:
        messages.info(request, _("This gap is mended, or left open already."))
        return redirect("throughline_gaps", school_id=school.id)
    return form_page(
        request,
        WaiveForm(typed(request)),
        lambda kept, _revision: rules.waive(actor_of(request), school, gap, kept["reason"]),
        title=_("Leave a gap open"),
        back=reverse("throughline_gaps", args=[school.id]),
        context={"school": school, "quoted": gap.sentence, "quoted_by": gap.title},
    )


@require_POST
@school_page("plan.edit")
def end_waiver(request: HttpRequest, school: School, waiver_id: int) -> HttpResponse:
    waiver = get_object_or_404(Waiver.objects.select_related("school"), id=waiver_id, school=school)
    rules.end_waiver(actor_of(request), waiver)
    return redirect("throughline_gaps", school_id=school.id)


# Dated copies


@require_safe
@school_page("plan.read")
def copies(request: HttpRequest, school: School) -> HttpResponse:
    context = {"school": school, "writes": may(request, "plan.edit", school)}
    return render(request, "throughline/copies.html", context | {"copies": queries.copies_of(school)})


@form_methods
@school_page("plan.edit")
def keep_copy(request: HttpRequest, school: School) -> HttpResponse:
    return form_page(
        request,
        CopyForm(typed(request)),
        lambda kept, _revision: rules.keep_copy(actor_of(request), school, kept["title"]),
        title=_("Keep a copy of today"),
        back=reverse("throughline_copies", args=[school.id]),
        context={"school": school},
    )


@require_safe
@school_page("plan.read")
def copy(request: HttpRequest, school: School, copy_id: int) -> HttpResponse:
    """What is different since a copy was kept: until now, or until a later copy."""
    thread, context = _seen(request, school)
    copies = list(queries.copies_of(school))
    others = [each for each in copies if each.id != copy_id]
    if len(others) == len(copies):
        raise Http404
    wanted = [copy_id, *(each.id for each in others if str(each.id) == request.GET.get("until"))]
    kept = Copy.objects.filter(school=school).in_bulk(wanted)
    drafts = (
        thread.hidden
        if context["writes"]
        else thread.hidden.union(*(kept[each].content["drafts"] for each in wanted))
    )
    now = queries.only(thread.graph, lambda node: node.kind not in drafts)
    graphs = [
        queries.only(dated.graph_in(kept[each].content, drafts), lambda node: node.name not in thread.fresh)
        for each in wanted
    ]
    context |= {
        "copy": kept[copy_id],
        "until": kept[wanted[1]] if len(wanted) > 1 else None,
        "others": others,
        "difference": dated.difference(*[*graphs, now][:2]),
    }
    return render(request, "throughline/copy.html", context)
