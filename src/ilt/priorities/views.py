from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.priorities import rules
from ilt.priorities.forms import NotNowForm, PriorityForm, TakeUpForm, value_of
from ilt.priorities.models import Priority
from ilt.priorities.queries import all_priorities
from ilt.report.told import Told, told
from ilt.roster.gate import actor_of, may, school_page
from ilt.roster.queries import people_gone
from ilt.schools.models import School
from ilt.shared.views import form_page, pressed, puts_away, typed

Fate = Priority.Fate
ENOUGH = 3


@require_safe
@school_page("plan.read")
def page(request: HttpRequest, school: School) -> HttpResponse:
    early = may(request, "report.read_early", school)
    findings = told(school, early)
    by_name = {(each.snapshot_id, each.key): each for each in findings}
    rows = all_priorities(school, early)
    shown = [(each, by_name.get((each.snapshot_id, each.finding))) for each in rows if not each.archived]
    taken = {(each.snapshot_id, each.finding) for each, _told in shown}
    writes = may(request, "plan.edit", school)
    context = {
        "school": school,
        "writes": writes,
        "priorities": shown,
        "archived": [each for each in rows if each.archived],
        "too_many": len(_asking_time(shown, findings)) > ENOUGH,
        "gone": people_gone(school),
        "may_promise": may(request, "action.create", school),
        # A school that shares its plan with the district office does not share its report with it.
        "reads_results": may(request, "report.read", school),
        "latest": findings[0].wave if findings else None,
        "offered": _offered(findings, taken) if writes else {},
    }
    return render(request, "priorities/page.html", context)


def _asking_time(shown: list[tuple[Priority, Told | None]], findings: list[Told]) -> list[Priority]:
    """What the newest survey gave the team to do, and what earlier ones left open."""
    newest = findings[0].wave if findings else None
    return [
        each
        for each, _told in shown
        if each.fate == Fate.OPEN or (each.fate != Fate.NOT_NOW and each.snapshot.wave == newest)
    ]


def _offered(findings: list[Told], taken: set[tuple[int, str]]) -> dict[str, list[tuple[str, Told]]]:
    """What the newest survey found and nobody has taken up yet, by section."""
    offered: dict[str, list[tuple[str, Told]]] = defaultdict(list)
    for each in findings:
        if each.wave == findings[0].wave and (each.snapshot_id, each.key) not in taken:
            offered[each.section if each.section in ("look", "strength") else "topic"].append(
                (value_of(each), each)
            )
    return dict(offered)


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("plan.edit")
def take_up(request: HttpRequest, school: School) -> HttpResponse:
    findings = told(school, may(request, "report.read_early", school))
    wanted = request.GET.get("finding", "")
    title = next((each.title for each in findings if value_of(each) == wanted), "")
    start = {"finding": wanted, "title": title}
    return form_page(
        request,
        TakeUpForm(school, findings, typed(request), initial=start),
        lambda kept, _revision: rules.take_up(actor_of(request), school, **kept),
        **_frame(school, _("Take up a finding")),
    )


def _frame(school: School, title: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "back": reverse("priorities", args=[school.id]),
        "context": {"school": school, **more},
    }


def _found(school: School, priority_id: int) -> Priority:
    rows = Priority.objects.select_related("school", "owner", "snapshot__wave")
    return get_object_or_404(rows, id=priority_id, school=school)


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("plan.edit")
def change(request: HttpRequest, school: School, priority_id: int) -> HttpResponse:
    row = _found(school, priority_id)
    return form_page(
        request,
        PriorityForm(school, typed(request), initial={"title": row.title, "owner": row.owner_id}),
        lambda kept, revision: rules.change(actor_of(request), row, revision, **kept),
        revision=row.revision,
        **_frame(school, _("Change a priority")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("plan.edit")
def not_now(request: HttpRequest, school: School, priority_id: int) -> HttpResponse:
    row = _found(school, priority_id)
    return form_page(
        request,
        NotNowForm(typed(request), initial={"reason": row.reason}),
        lambda kept, revision: rules.put_off(actor_of(request), row, revision, **kept),
        revision=row.revision,
        **_frame(school, _("Not now"), quoted=row.title),
    )


@require_POST
@school_page("plan.edit")
def open_again(request: HttpRequest, school: School, priority_id: int) -> HttpResponse:
    """Takes a "not now" back."""
    rules.lose_fate(actor_of(request), _found(school, priority_id), Fate.NOT_NOW)
    return redirect("priorities", school_id=school.id)


@require_POST
@school_page("plan.edit")
def archive(request: HttpRequest, school: School, priority_id: int) -> HttpResponse:
    row = _found(school, priority_id)
    away = puts_away(request)
    return pressed(request, lambda: rules.archive(actor_of(request), row, away), "priorities", school.id)
