from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.promises import queries, rules
from ilt.promises.forms import ActionForm, KeptForm, NewActionForm, NewPromiseForm, ProgressForm, PromiseForm
from ilt.promises.models import Action, Promise
from ilt.report.told import told
from ilt.roster.gate import actor_of, may, school_page
from ilt.roster.queries import people_gone
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.views import form_page, typed

ON_A_PAGE = 100


def _changes(request: HttpRequest, school: School, row: Promise | Action) -> bool:
    """The facilitator changes all of them, everybody else their own."""
    return row.owner_id == actor_of(request).id or may(request, "action.update", school)


def _frame(place: str, school: School, title: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "back": reverse(place, args=[school.id]), "context": {"school": school, **more}}


# Promises


@require_safe
@school_page("action.read")
def promises(request: HttpRequest, school: School) -> HttpResponse:
    """All staff read what was promised. What is overdue opens the page."""
    said = {(each.snapshot_id, each.key): each for each in told(school, early=False)}
    today, gone = clock.today(school.zone), people_gone(school)
    rows: list[dict[str, Any]] = [
        {
            "promise": each,
            "said": said.get((each.snapshot_id, each.finding)),
            "overdue": each.state == Promise.State.OPEN and each.due < today,
            "gone": each.owner_id in gone,
            "changes": _changes(request, school, each),
        }
        for each in queries.promises_of(school)
    ]
    context = {
        "school": school,
        "waiting": [row for row in rows if row["promise"].state == Promise.State.OPEN],
        "ended": [row for row in rows if row["promise"].state != Promise.State.OPEN],
        "may_promise": bool(said) and may(request, "action.create", school),
        "results": bool(said),
    }
    return render(request, "promises/promises.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("action.create")
def promise_new(request: HttpRequest, school: School) -> HttpResponse:
    start = {"finding": request.GET.get("finding", ""), "owner": actor_of(request).id}
    return form_page(
        request,
        NewPromiseForm(school, told(school, early=False), typed(request), initial=start),
        lambda kept, _revision: rules.make_promise(actor_of(request), school, **kept),
        **_frame("promises", school, _("Make a promise")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("action.read")
def promise(request: HttpRequest, school: School, promise_id: int) -> HttpResponse:
    rows = Promise.objects.select_related("school", "owner", "priority")
    row = get_object_or_404(rows, id=promise_id, school=school)
    if not _changes(request, school, row):
        raise Http404
    start = {name: getattr(row, name) for name in PromiseForm.base_fields}
    data, whole = typed(request), may(request, "action.create", school)
    return form_page(
        request,
        PromiseForm(school, data, initial=start) if whole else KeptForm(data, initial=start),
        lambda kept, revision: rules.change_promise(actor_of(request), row, revision, **(start | kept)),
        revision=row.revision,
        **_frame("promises", school, _("Change a promise"), quoted="" if whole else row.will),
    )


# Actions


@require_safe
@school_page("action.read")
def actions(request: HttpRequest, school: School) -> HttpResponse:
    ended = request.GET.get("show") == "ended"
    rows = queries.actions_of(school, actor_of(request), queries.ENDED if ended else queries.ACTIVE)
    return _list(request, school, Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")), ended)


@require_safe
@school_page("action.read")
def actions_one(request: HttpRequest, school: School, action_id: int) -> HttpResponse:
    """One of them, whatever became of it: where a search leads."""
    row = get_object_or_404(Action.objects.select_related("owner"), id=action_id, school=school)
    return _list(request, school, Paginator([row], 1).page(1), row.state in queries.ENDED)


def _list(request: HttpRequest, school: School, shown: Page[Action], ended: bool) -> HttpResponse:
    found = queries.sources(school, may(request, "plan.edit", school))
    today, gone = clock.today(school.zone), people_gone(school)
    context = {
        "school": school,
        "ended": ended,
        "shown": shown,
        "rows": [
            {
                "action": each,
                "source": found.get(each.source),
                "mine": each.owner_id == actor_of(request).id,
                "overdue": not ended and each.due < today,
                "gone": each.owner_id in gone,
                "changes": _changes(request, school, each),
            }
            for each in shown
        ],
        "left_behind": 0 if ended else queries.left_behind(school),
        "may_add": may(request, "action.create", school),
    }
    return render(request, "promises/actions.html", context)


def _sources(request: HttpRequest, school: School, kept: str = "") -> list[queries.Source]:
    """What lives, and what an action comes from already."""
    found = queries.sources(school, may(request, "plan.edit", school))
    return [each for name, each in found.items() if each.lives or name == kept]


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("action.create")
def action_new(request: HttpRequest, school: School) -> HttpResponse:
    start = {"source": request.GET.get("source", ""), "owner": actor_of(request).id}
    return form_page(
        request,
        NewActionForm(school, _sources(request, school), typed(request), initial=start),
        lambda kept, _revision: rules.add_action(actor_of(request), school, **kept),
        **_frame("actions", school, _("Add an action")),
    )


def _action(request: HttpRequest, school: School, action_id: int) -> Action:
    rows = Action.objects.select_related("school", "owner")
    row = get_object_or_404(rows, id=action_id, school=school)
    if not _changes(request, school, row):
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("action.read")
def action(request: HttpRequest, school: School, action_id: int) -> HttpResponse:
    row = _action(request, school, action_id)
    start = {name: getattr(row, name) for name in ActionForm.base_fields}
    data, whole = typed(request), may(request, "action.create", school)
    return form_page(
        request,
        ActionForm(school, _sources(request, school, row.source), data, initial=start)
        if whole
        else ProgressForm(data, initial=start),
        lambda kept, revision: rules.change_action(actor_of(request), row, revision, **(start | kept)),
        revision=row.revision,
        **_frame("actions", school, _("Change an action"), quoted="" if whole else row.title),
    )


@require_POST
@school_page("action.read")
def action_done(request: HttpRequest, school: School, action_id: int) -> HttpResponse:
    rules.end_action(actor_of(request), _action(request, school, action_id))
    return redirect("actions", school_id=school.id)
