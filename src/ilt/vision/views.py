from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.roster.gate import actor_of, school_page
from ilt.rounds.views import standing, to_hand_out
from ilt.schools.models import School
from ilt.shared.views import download, form_page, pressed, puts_away, typed
from ilt.shared.word import TYPE, word
from ilt.vision import paper, queries, rules
from ilt.vision.fields import FIELDS
from ilt.vision.forms import NeedForm

SPEC = rules.SPEC


@require_safe
@school_page("plan.read")
def page(request: HttpRequest, school: School) -> HttpResponse:
    context = standing(request, school, SPEC)
    shown = not context["round"] and (context["sees_next"] or context["leads"])
    needs = list(queries.all_needs(school)) if shown else []
    context |= {
        "needs_shown": shown,
        "needs": [need for need in needs if not need.archived],
        "archived": [need for need in needs if need.archived],
        "fields": [(field, context["sections"].get(field.key)) for field in FIELDS],
        "can_hand_out": context["valid"] or context["asked_parts"] or context["sections"],
    }
    return render(request, "vision/page.html", context)


@require_safe
@school_page("plan.read")
def one_page(request: HttpRequest, school: School) -> HttpResponse:
    parts, note = to_hand_out(request, school, SPEC)
    return download(paper.one_page(school.name, note, parts), "application/pdf", "vision.pdf")


@require_safe
@school_page("plan.read")
def word_file(request: HttpRequest, school: School) -> HttpResponse:
    parts, note = to_hand_out(request, school, SPEC)
    lines = [(part.label, part.text) for part in parts]
    file = word(paper.title(), f"{school.name} · {note}", lines, get_language() or "en")
    return download(file, TYPE, "vision.docx")


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("plan.edit")
def need(request: HttpRequest, school: School, need_id: int | None = None) -> HttpResponse:
    row = get_object_or_404(queries.all_needs(school), id=need_id) if need_id else None
    start: dict[str, Any] = {name: getattr(row, name) for name in NeedForm.base_fields} if row else {}
    return form_page(
        request,
        NeedForm(typed(request), initial=start),
        lambda kept, revision: rules.save_need(actor_of(request), school, row, revision, **kept),
        title=_("What students need"),
        back=reverse("vision", args=[school.id]),
        revision=row.revision if row else 0,
        context={"school": school},
    )


@require_POST
@school_page("plan.edit")
def archive_need(request: HttpRequest, school: School, need_id: int) -> HttpResponse:
    row = get_object_or_404(queries.all_needs(school), id=need_id)
    away = puts_away(request)
    return pressed(request, lambda: rules.archive_need(actor_of(request), row, away), "vision", school.id)
