from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.roster import rules
from ilt.roster.forms import ROLES, PersonForm, PersonHereForm, RoleForm
from ilt.roster.gate import actor_of, school_page, stay_signed_in
from ilt.roster.journal import journal_of
from ilt.roster.models import Membership
from ilt.roster.queries import latest_import, people_gone, roles_held, staff_of
from ilt.roster.rights import can
from ilt.roster.staff_list import KINDS
from ilt.schools.models import School
from ilt.shared.once import once

PERSON = ("first_name", "last_name", "email", "language")
HERE = ("kind", "team", "left")


@require_safe
@school_page("staff.names")
def staff(request: HttpRequest, school: School) -> HttpResponse:
    details = can(request.user, "staff.read", school)
    facts = {
        "school": school,
        "staff": staff_of(school),
        "details": details,
        "latest": latest_import(school) if details else None,
        "kinds": dict(KINDS),
    }
    return render(request, "roster/staff.html", facts)


@require_http_methods(["GET", "POST"])
@school_page("staff.edit")
def person_add(request: HttpRequest, school: School) -> HttpResponse:
    form = PersonForm(request.POST or None, initial={"language": school.languages[0]})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if once(request.POST.get("token", "")):
                    added = rules.add_person(actor_of(request), school, **form.cleaned_data)
                    messages.success(request, _("%s is on the staff list now.") % added.person)
            return redirect("staff", school_id=school.id)
        except rules.Refused as refusal:
            form.add_error(None, str(refusal))
    status = 422 if request.method == "POST" else 200
    return render(request, "roster/person_add.html", {"school": school, "form": form}, status=status)


def found(school: School, person_id: int) -> Membership:
    here = Membership.objects.filter(school=school, person=person_id).select_related("person", "school")
    membership = here.first()
    if membership is None:
        raise Http404
    return membership


@require_http_methods(["GET", "POST"])
@school_page("staff.edit")
def person(request: HttpRequest, school: School, person_id: int) -> HttpResponse:
    membership = found(school, person_id)
    now = {name: getattr(membership.person, name) for name in PERSON}
    form = PersonHereForm(
        request.POST or None, initial=now | {name: getattr(membership, name) for name in HERE}
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if once(request.POST.get("token", "")):
                    changed = rules.change_person(actor_of(request), membership, form.cleaned_data)
                    if "email" in changed and membership.person == request.user:
                        stay_signed_in(request)
                    messages.success(request, _("The changes are kept."))
            return redirect("staff", school_id=school.id)
        except rules.Refused as refusal:
            form.add_error("email", str(refusal))
    return person_page(request, school, membership, form, 422 if request.method == "POST" else 200)


def person_page(
    request: HttpRequest, school: School, membership: Membership, form: PersonHereForm, status: int
) -> HttpResponse:
    facts = {
        "school": school,
        "membership": membership,
        "form": form,
        "may_set_sign_in": rules.may_change_sign_in(actor_of(request), membership.person),
    }
    return render(request, "roster/person.html", facts, status=status)


@require_POST
@school_page("staff.edit")
def sign_in_slip(request: HttpRequest, school: School, person_id: int) -> HttpResponse:
    """Shows a new pass phrase, this once: it stands in no redirect, message or log."""
    membership = found(school, person_id)
    try:
        with transaction.atomic():
            if not once(request.POST.get("token", "")):
                return redirect("person", school_id=school.id, person_id=person_id)
            phrase = rules.first_password(actor_of(request), membership.person, school)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", school_id=school.id, person_id=person_id)
    who = membership.person
    facts = {"school": school, "person": who, "phrase": phrase, "server": settings.PUBLIC_URL}
    return render(request, "roster/sign_in_slip.html", facts)


@require_http_methods(["GET", "POST"])
@school_page("school.read")
def roles(request: HttpRequest, school: School) -> HttpResponse:
    """Everybody here reads who holds which role; only some may change it."""
    actor = actor_of(request)
    letters = rules.grantable(actor, school)
    if request.method == "POST" and not letters:
        raise Http404
    form = RoleForm(request.POST or None, staff=staff_of(school), letters=letters)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if once(request.POST.get("token", "")):
                    chosen = form.cleaned_data
                    rules.grant(actor, chosen["person"].person, chosen["role"], school=school)
            return redirect("roles", school_id=school.id)
        except rules.Refused as refusal:
            form.add_error(None, str(refusal))
    facts: dict[str, Any] = {"school": school, "form": form, "letters": letters, "names": dict(ROLES)}
    facts |= {"held": roles_held(school), "gone": people_gone(school)}
    return render(request, "roster/roles.html", facts, status=422 if request.method == "POST" else 200)


@require_POST
@school_page("school.read")
def role_revoke(request: HttpRequest, school: School, grant_id: int) -> HttpResponse:
    held = roles_held(school).filter(id=grant_id).first()
    if held is None or held.role not in rules.grantable(actor_of(request), school):
        raise Http404
    try:
        with transaction.atomic():
            if once(request.POST.get("token", "")):
                rules.revoke(actor_of(request), held.person, held.role, school=school)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("roles", school_id=school.id)


@require_safe
@school_page("journal.read")
def journal(request: HttpRequest, school: School) -> HttpResponse:
    facts = {"school": school, "lines": journal_of(school), "roles": dict(ROLES)}
    return render(request, "roster/journal.html", facts)
