from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.priorities.queries import is_out, priorities_to_take_up
from ilt.roster.gate import actor_of, may, school_page
from ilt.roster.queries import people_here, teams_at
from ilt.rounds import paper
from ilt.rounds.models import Section
from ilt.rounds.queries import IN_WORK
from ilt.rounds.spec import Field
from ilt.rounds.views import standing, to_hand_out
from ilt.schools.models import School
from ilt.shared.views import download, form_page, pressed, puts_away, typed
from ilt.shared.word import TYPE, word
from ilt.strategy import document as text
from ilt.strategy import queries, rules
from ilt.strategy.fields import COMMITMENT_BY_KEY, PLAN, STOPS, THEORY
from ilt.strategy.forms import GoalForm, HandoffForm, IndicatorForm, ResourceForm, ShownForm
from ilt.strategy.models import Goal, Handoff, Indicator, Resource

SPEC = text.SPEC
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@school_page("plan.read")
def page(request: HttpRequest, school: School) -> HttpResponse:
    context = standing(request, school, SPEC)
    plan = queries.plan_of(context["document"])
    at_work = not context["round"] and (context["sees_next"] or context["phase"] == "adopted")
    commits = may(request, "commitment.write", school) and context["phase"] in IN_WORK
    context |= {
        "at_work": at_work,
        "moves": context["leads"] and at_work,
        "no_vision": text.no_vision() in context["todo"],
        "can_hand_out": context["valid"] or context["asked_parts"] or (at_work and plan.goals),
        "commits": commits,
        # An adopted version and a round show it among their parts.
        "commitment_shown": not context["round"]
        and (commits or context["sees_next"] or not context["valid"]),
        "commitment": queries.commitment_of(plan.texts),
        "commitment_parts": [
            (key, field, {"text": plan.texts.get(key, "")}) for key, field in COMMITMENT_BY_KEY.items()
        ],
        "manages": context["leads"] or context["phase"] != "adopted",
        "early": may(request, "report.read_early", school),
        **(_plan_shown(plan, context["sections"]) if at_work else {}),
    }
    return render(request, "strategy/page.html", context)


def _plan_shown(plan: queries.Plan, sections: Mapping[str, Section]) -> dict[str, Any]:
    state, resources = Goal.State, plan.hanging_on(None, "resource")
    return {
        "goals": [_goal_shown(plan, goal, sections) for goal in plan.in_state(state.ACTIVE)],
        "later": [*plan.in_state(state.PARKED), *plan.in_state(state.CLOSED)],
        "resources": [(item, Resource.Kind(item.first).label) for item in resources],
    }


def _goal_shown(plan: queries.Plan, goal: Goal, sections: Mapping[str, Section]) -> dict[str, Any]:
    """What the page shows of one goal; its texts only while they are written."""
    key = f"goal{goal.id}"

    def named(fields: Iterable[Field]) -> list[tuple[str, Field, Section | None]]:
        found = ((f"{key}.{field.key}", field) for field in fields)
        return [(name, field, sections.get(name)) for name, field in found]

    return {
        "goal": goal,
        "priority_is_out": goal.priority is not None and is_out(goal.priority),
        "key": key,
        "plan": named(PLAN),
        "more": [(name, field) for name, field, section in named(PLAN) if not (field.needed or section)],
        "theory": named(THEORY),
        "stops": named([STOPS]),
        "sentence": queries.theory_of(plan.texts, goal.id) if sections else "",
        "indicators": [
            (item, Indicator.Reach(item.first).label) for item in plan.hanging_on(goal, "indicator")
        ],
        "handoffs": [
            (item, queries.team_in_words(item.first), queries.team_in_words(item.second))
            for item in plan.hanging_on(goal, "handoff")
        ],
    }


# Files


@require_safe
@school_page("plan.read")
def pdf_file(request: HttpRequest, school: School) -> HttpResponse:
    parts, note = to_hand_out(request, school, SPEC)
    file = paper.document(_("Strategy"), f"{school.name} · {note}", parts)
    return download(file, "application/pdf", "strategy.pdf")


@require_safe
@school_page("plan.read")
def word_file(request: HttpRequest, school: School) -> HttpResponse:
    parts, note = to_hand_out(request, school, SPEC)
    lines = [(part.label, part.text) for part in parts]
    file = word(_("Strategy"), f"{school.name} · {note}", lines, get_language() or "en")
    return download(file, TYPE, "strategy.docx")


# Forms


def _form(
    request: HttpRequest, school: School, form: Any, keep: Any, title: str, revision: int = 0
) -> HttpResponse:
    return form_page(
        request,
        form,
        keep,
        title=title,
        back=reverse("strategy", args=[school.id]),
        revision=revision,
        context={"school": school},
    )


def _start(row: Any, form: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields if hasattr(row, name)} if row else {}


def _goal_of(school: School, goal_id: int) -> Goal:
    return get_object_or_404(
        Goal.objects.select_related("school", "owner", "priority"), id=goal_id, school=school
    )


@form_methods
@school_page("plan.edit")
def goal(request: HttpRequest, school: School, goal_id: int | None = None) -> HttpResponse:
    row = _goal_of(school, goal_id) if goal_id else None
    form = GoalForm(
        people_here(school, row.owner_id if row else None),
        dict.fromkeys([*teams_at(school), *(row.teams if row else [])]),
        priorities_to_take_up(school, row.priority_id if row else None),
        row is None,
        typed(request),
        initial=_start(row, GoalForm) if row else {"priority": request.GET.get("priority", "")},
    )
    return _form(
        request,
        school,
        form,
        lambda kept, revision: rules.save_goal(actor_of(request), school, row, revision, **kept),
        _("A goal"),
        row.revision if row else 0,
    )


@require_POST
@school_page("plan.edit")
def move_goal(request: HttpRequest, school: School, goal_id: int) -> HttpResponse:
    row, state = _goal_of(school, goal_id), request.POST.get("state", "")
    if state not in Goal.State.values:
        return redirect("strategy", school.id)
    move = partial(rules.move_goal, actor_of(request), row, Goal.State(state))
    return pressed(request, move, "strategy", school.id)


def _indicator_of(school: School, indicator_id: int) -> Indicator:
    rows = Indicator.objects.select_related("goal__school")
    return get_object_or_404(rows, id=indicator_id, goal__school=school)


@form_methods
@school_page("plan.edit")
def indicator(
    request: HttpRequest, school: School, goal_id: int | None = None, indicator_id: int | None = None
) -> HttpResponse:
    row = _indicator_of(school, indicator_id) if indicator_id else None
    of_goal = row.goal if row else _goal_of(school, goal_id or 0)
    return _form(
        request,
        school,
        IndicatorForm(typed(request), initial=_start(row, IndicatorForm)),
        lambda kept, revision: rules.save_indicator(actor_of(request), of_goal, row, revision, **kept),
        _("How we will see it: %(goal)s") % {"goal": of_goal.title},
        row.revision if row else 0,
    )


@form_methods
@school_page("plan.edit")
def shown(request: HttpRequest, school: School, indicator_id: int) -> HttpResponse:
    row = _indicator_of(school, indicator_id)
    return _form(
        request,
        school,
        ShownForm(typed(request), initial=_start(row, ShownForm)),
        lambda kept, revision: rules.mark_shown(actor_of(request), row, revision, **kept),
        _("What it showed: %(what)s") % {"what": row.text},
        row.revision,
    )


@form_methods
@school_page("plan.edit")
def handoff(
    request: HttpRequest, school: School, goal_id: int | None = None, handoff_id: int | None = None
) -> HttpResponse:
    rows = Handoff.objects.select_related("goal__school")
    row = get_object_or_404(rows, id=handoff_id, goal__school=school) if handoff_id else None
    of_goal = row.goal if row else _goal_of(school, goal_id or 0)
    kept_teams = [row.from_team, row.to_team] if row else []
    form = HandoffForm(
        people_here(school, row.person_id if row else None),
        [team for team in dict.fromkeys([*teams_at(school), *kept_teams]) if team != queries.LEADERSHIP],
        typed(request),
        initial=_start(row, HandoffForm),
    )
    return _form(
        request,
        school,
        form,
        lambda kept, revision: rules.save_handoff(actor_of(request), of_goal, row, revision, **kept),
        _("Handoff: %(goal)s") % {"goal": of_goal.title},
        row.revision if row else 0,
    )


@form_methods
@school_page("plan.edit")
def resource(request: HttpRequest, school: School, resource_id: int | None = None) -> HttpResponse:
    row = get_object_or_404(Resource, id=resource_id, school=school) if resource_id else None
    return _form(
        request,
        school,
        ResourceForm(typed(request), initial=_start(row, ResourceForm)),
        lambda kept, revision: rules.save_resource(actor_of(request), school, row, revision, **kept),
        _("Time, money, people, materials"),
        row.revision if row else 0,
    )


# The archive


@require_safe
@school_page("plan.edit")
def put_away(request: HttpRequest, school: School) -> HttpResponse:
    kinds = {
        "indicator": _("Indicator"),
        "handoff": _("Handoff"),
        "resource": _("Time, money, people, materials"),
    }
    items = [
        (item, kinds[item.kind], reverse(f"{item.kind}_archive", args=[school.id, item.id]))
        for item in queries.items_of(school, archived=True)
    ]
    context = {
        "school": school,
        "items": items,
        "goals": list(Goal.objects.filter(school=school, state=Goal.State.ARCHIVED).order_by("id")),
    }
    return render(request, "strategy/archive.html", context)


def _archive(request: HttpRequest, school: School, row: Indicator | Handoff | Resource) -> HttpResponse:
    act = partial(rules.archive, actor_of(request), school, row, puts_away(request))
    return pressed(request, act, "strategy", school.id)


@require_POST
@school_page("plan.edit")
def archive_indicator(request: HttpRequest, school: School, indicator_id: int) -> HttpResponse:
    return _archive(request, school, _indicator_of(school, indicator_id))


@require_POST
@school_page("plan.edit")
def archive_handoff(request: HttpRequest, school: School, handoff_id: int) -> HttpResponse:
    rows = Handoff.objects.select_related("goal")
    return _archive(request, school, get_object_or_404(rows, id=handoff_id, goal__school=school))


@require_POST
@school_page("plan.edit")
def archive_resource(request: HttpRequest, school: School, resource_id: int) -> HttpResponse:
    return _archive(request, school, get_object_or_404(Resource, id=resource_id, school=school))
