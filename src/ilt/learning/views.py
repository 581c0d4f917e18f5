from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.learning import load as minutes
from ilt.learning import queries, rules
from ilt.learning.forms import ActivityForm, HeldForm
from ilt.learning.models import Activity
from ilt.roster.gate import actor_of, may, school_page
from ilt.roster.queries import people_here, teams_at
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.views import form_page, puts_away, typed
from ilt.strategy.models import Goal, Resource
from ilt.strategy.queries import drafted_goals

form_methods = require_http_methods(["GET", "HEAD", "POST"])
OVER = (Goal.State.CLOSED, Goal.State.ARCHIVED)


@require_safe
@school_page("plan.read")
def calendar(request: HttpRequest, school: School) -> HttpResponse:
    year, years = queries.year_of(school, request.GET.get("year", ""))
    activities = queries.in_year(school, year)
    goals = {str(goal.id): goal.title for goal in Goal.objects.filter(school=school)}
    goals |= {str(goal.id): _("A goal that is still a draft") for goal in _hidden(request, school)}
    served = queries.goals_served(school)

    def shown(rows: list[Activity]) -> list[Any]:
        return [
            (each, list(dict.fromkeys(goals[ref] for ref in served.get(str(each.id), ())))) for each in rows
        ]

    dropped = [each for each in activities if each.state == Activity.State.DROPPED]
    open_ = [each for each in activities if each.on is None and each.state != Activity.State.DROPPED]
    context = {
        "school": school,
        "year": year,
        "years": years,
        "months": [(month, shown(month.activities)) for month in minutes.by_month(activities)],
        "without_day": shown(open_),
        "dropped": dropped,
        "plans": may(request, "plan.edit", school),
        "today": clock.today(school.zone),
    }
    return render(request, "learning/calendar.html", context)


def _hidden(request: HttpRequest, school: School) -> Iterable[Goal]:
    """Goals of a draft are the team's; what is on the calendar is everybody's."""
    if may(request, "plan.edit", school):
        return []
    return drafted_goals(school, on_staff=may(request, "plan.comment", school))


@require_safe
@school_page("plan.read")
def load(request: HttpRequest, school: School) -> HttpResponse:
    """Minutes a month, a person's only for that person."""
    year, years = queries.year_of(school, request.GET.get("year", ""))
    me = actor_of(request)
    mine = minutes.of_person(queries.in_year(school, year), me.id, queries.own_teams(school, me))
    context = {"school": school, "year": year, "years": years, "mine": mine}
    return render(request, "learning/load.html", context)


def _activity_of(school: School, activity_id: int) -> Activity:
    return get_object_or_404(Activity.objects.select_related("school", "lead"), id=activity_id, school=school)


def _choices(rows: Any, chosen: list[str], over: Any) -> list[tuple[str, str]]:
    """What can be linked: what lives, and what is linked already."""
    return [(str(row.id), row.title) for row in rows if not over(row) or str(row.id) in chosen]


@form_methods
@school_page("plan.edit")
def activity(request: HttpRequest, school: School, activity_id: int | None = None) -> HttpResponse:
    row = _activity_of(school, activity_id) if activity_id else None
    goals = queries.goals_served(school)[str(row.id)] if row else []
    resources = queries.resources_used(school)[str(row.id)] if row else []
    start = (
        {name: getattr(row, name) for name in ActivityForm.base_fields if hasattr(row, name)}
        if row
        else {"goals": request.GET.getlist("goal"), "teams": request.GET.getlist("team")}
    )
    form = ActivityForm(
        people_here(school, row.lead_id if row else None),
        [(team, team) for team in dict.fromkeys([*teams_at(school), *(row.teams if row else [])])],
        _choices(Goal.objects.filter(school=school).order_by("id"), goals, lambda goal: goal.state in OVER),
        _choices(
            Resource.objects.filter(school=school).order_by("id"), resources, lambda each: each.archived
        ),
        typed(request),
        initial=start | ({"goals": goals, "resources": resources} if row else {}),
    )

    def keep(facts: dict[str, Any], revision: int) -> None:
        given = {"teams": [], "goals": [], "resources": [], **facts}
        rules.save_activity(actor_of(request), school, row, revision, **given)
        if look := rules.hint(school, facts["on"]):
            messages.warning(request, look)

    return _form(request, school, form, keep, _("Learning together"), row.revision if row else 0)


def _form(
    request: HttpRequest, school: School, form: Any, keep: Any, title: str, revision: int
) -> HttpResponse:
    return form_page(
        request,
        form,
        keep,
        title=title,
        back=reverse("learning", args=[school.id]),
        revision=revision,
        context={"school": school},
    )


@form_methods
@school_page("plan.edit")
def held(request: HttpRequest, school: School, activity_id: int) -> HttpResponse:
    row = _activity_of(school, activity_id)
    return _form(
        request,
        school,
        HeldForm(typed(request), initial={"kept": row.kept or row.minutes}),
        lambda facts, revision: rules.hold(actor_of(request), row, revision, **facts),
        _("It took place: %(activity)s") % {"activity": row.title},
        row.revision,
    )


@require_POST
@school_page("plan.edit")
def drop(request: HttpRequest, school: School, activity_id: int) -> HttpResponse:
    """Drops an activity, or plans it again."""
    row = _activity_of(school, activity_id)
    rules.drop(actor_of(request), row, dropped=puts_away(request))
    return redirect("learning", school_id=school.id)
