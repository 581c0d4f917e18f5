"""From an empty installation to a school that can ask: one page a question."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ilt.home import rules
from ilt.home.forms import DistrictForm, PeopleForm, SchoolForm, SharingSchoolForm, YearForm
from ilt.roster.gate import actor_of, may, school_page, stay_signed_in
from ilt.roster.models import Grant
from ilt.roster.queries import holders
from ilt.roster.rights import HOST, roles_at, schools_of
from ilt.roster.rules import Refused
from ilt.schools.models import District, School
from ilt.schools.queries import current_year
from ilt.shared.once import once

View = Callable[..., HttpResponse]
PLACE = ("name", "zone", "languages")
WRITES = require_http_methods(["GET", "POST"])


def setup_page(view: View) -> View:
    """For the host and the district office; for all others the page does not exist."""

    @login_required
    @wraps(view)
    def gated(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not rules.may_set_up(actor_of(request)):
            raise Http404
        return view(request, **kwargs)

    return gated


def is_first(request: HttpRequest) -> bool:
    return once(request.POST.get("token", ""))


def page(request: HttpRequest, name: str, facts: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, f"home/{name}.html", facts, status=status)


@require_safe
@setup_page
def setup(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    is_host = HOST in roles_at(actor, None)
    facts = {
        "schools": schools_of(actor),
        "is_host": is_host,
        "districts": District.objects.order_by("name") if is_host else [],
    }
    return render(request, "home/setup.html", facts)


@WRITES
@setup_page
def district(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if HOST not in roles_at(actor, None):
        raise Http404
    form = DistrictForm(request.POST or None, initial={"languages": ["en"]})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        place = {name: values[name] for name in PLACE}
        office = {name: values[name] for name in ("first_name", "last_name", "email")}
        try:
            with transaction.atomic():
                if not is_first(request):
                    return redirect("setup")
                made, phrase = rules.set_up_district(actor, place, office)
            return render(
                request,
                "home/setup_district_done.html",
                {"district": made, "office": office, "phrase": phrase, "server": settings.PUBLIC_URL},
            )
        except Refused as refusal:
            form.add_error("email", str(refusal))
    return page(request, "setup_district", {"form": form})


@WRITES
@setup_page
def school_new(request: HttpRequest) -> HttpResponse:
    form = SchoolForm(request.POST or None, initial={"languages": ["en"]})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if not is_first(request):
                return redirect("setup")
            made = rules.set_up_school(actor_of(request), form.cleaned_data)
        return redirect("setup_year", school_id=made.id)
    return page(request, "setup_school", {"form": form, "step": 1})


@WRITES
@school_page("school.edit")
def school_edit(request: HttpRequest, school: School) -> HttpResponse:
    kind = SharingSchoolForm if school.district_id and may(request, "plan.share", school) else SchoolForm
    now = {name: getattr(school, name) for name in kind.base_fields}
    form = kind(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if is_first(request):
                rules.change_school(actor_of(request), school, form.cleaned_data)
        return redirect("today", school_id=school.id)
    return page(request, "setup_school", {"form": form, "school": school})


@WRITES
@school_page("school.edit")
def year(request: HttpRequest, school: School) -> HttpResponse:
    known = current_year(school)
    now: dict[str, Any] = {"preset": "fall"}
    if known:
        now = {name: getattr(known, name) for name in ("starts_on", "ends_on", "preset")}
        now["days_off"] = "\n".join(known.days_off)
    form = YearForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if is_first(request):
                    rules.set_up_year(actor_of(request), school, **form.cleaned_data)
            return redirect("today" if known else "setup_people", school_id=school.id)
        except Refused as refusal:
            form.add_error("ends_on", str(refusal))
    return page(request, "setup_year", {"form": form, "school": school, "step": 0 if known else 2})


@WRITES
@school_page("school.edit")
def people(request: HttpRequest, school: School) -> HttpResponse:
    """The three people a school starts with; once somebody leads it, roles have their own page."""
    if holders(school, Grant.Role.LEADER):
        return redirect("roles", school_id=school.id)
    actor = actor_of(request)
    form = PeopleForm(request.POST or None, claims=school.district_id is None)
    if request.method == "POST" and form.is_valid():
        named = {group: form.person(group) for group in form.GROUPS}
        try:
            with transaction.atomic():
                if is_first(request):
                    myself = form.cleaned_data.get("me", False)
                    rules.set_up_people(actor, school, **named, leads_myself=myself)
                    if myself:
                        stay_signed_in(request)
            return redirect("staff_import", school_id=school.id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return page(request, "setup_people", {"form": form, "school": school, "step": 3})
