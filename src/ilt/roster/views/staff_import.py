from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ilt.roster import rules
from ilt.roster.forms import ListForm, MappingForm
from ilt.roster.gate import actor_of, school_page
from ilt.roster.models import StaffImport
from ilt.roster.sheets import Unreadable
from ilt.roster.staff_list import KINDS
from ilt.schools.models import School
from ilt.shared.once import once

ROWS_SHOWN = 5
NAMES_SHOWN = 500


@require_http_methods(["GET", "POST"])
@school_page("staff.edit")
def staff_import(request: HttpRequest, school: School) -> HttpResponse:
    form = ListForm(request.POST or None, request.FILES or None, initial={"whole": "yes"})
    if request.method == "POST" and form.is_valid():
        try:
            return proposed(request, school, form)
        except Unreadable as problem:
            form.add_error("file" if form.cleaned_data["file"] else "pasted", str(problem))
    status = 422 if request.method == "POST" else 200
    return render(request, "roster/staff_import.html", {"school": school, "form": form}, status=status)


def proposed(request: HttpRequest, school: School, form: ListForm) -> HttpResponse:
    data, name = form.data_and_name()
    with transaction.atomic():
        if not once(request.POST.get("token", "")):
            return redirect("staff", school_id=school.id)
        made = rules.propose_import(
            actor_of(request), school, data=data, file_name=name, whole=form.cleaned_data["whole"]
        )
    return redirect("staff_import_preview", school_id=school.id, import_id=made.id)


def found(school: School, import_id: UUID) -> StaffImport:
    one = StaffImport.objects.filter(school=school, id=import_id).select_related("school").first()
    if one is None:
        raise Http404
    return one


@require_http_methods(["GET", "POST"])
@school_page("staff.edit")
def preview(request: HttpRequest, school: School, import_id: UUID) -> HttpResponse:
    """Shows what would change. `look` keeps other columns and answers and shows again; `apply` takes over."""
    one = found(school, import_id)
    if one.state != StaffImport.State.PROPOSED:
        return redirect("staff", school_id=school.id)
    form = MappingForm(
        request.POST or None,
        header=one.table["header"],
        rows=[number for number, _cells in one.table["rows"]],
        initial=one.mapping | one.mapping["columns"],
    )
    if request.method == "POST" and form.is_valid():
        one.mapping |= {"columns": form.columns(), **form.choices()}
        waiting = StaffImport.objects.filter(id=one.id, state=StaffImport.State.PROPOSED)
        waiting.update(mapping=one.mapping)  # never over a list that another page took over just now
        if "apply" not in request.POST:
            return redirect("staff_import_preview", school_id=school.id, import_id=one.id)
        try:
            return applied(request, school, one)
        except (rules.Refused, Unreadable) as problem:
            form.add_error(None, str(problem))
    return preview_page(request, school, one, form, 422 if request.method == "POST" else 200)


def preview_page(
    request: HttpRequest, school: School, one: StaffImport, form: MappingForm, status: int
) -> HttpResponse:
    plan, problem = rules.Plan(), ""
    try:
        plan = rules.plan_import(one)
    except Unreadable as refusal:
        problem = str(refusal)
    differing = [step for step in plan.steps if step.act != "same"]
    facts = {
        "school": school,
        "one": one,
        "form": form,
        "plan": plan,
        "elsewhere": dict(plan.elsewhere),  # a Counter would answer 0 to the template's `.items`
        "problem": problem,
        "header": one.table["header"],
        "first_rows": [cells for _number, cells in one.table["rows"][:ROWS_SHOWN]],
        "counts": {act: plan.count(act) for act in ("add", "change", "same")} | {"back": plan.count("back")},
        "differing": differing[:NAMES_SHOWN],
        "more": len(differing[NAMES_SHOWN:]),
        "aside": sum(person.row not in one.mapping.get("people", []) for person in plan.doubtful),
        "kinds": dict(KINDS),
        "shown": NAMES_SHOWN,
    }
    return render(request, "roster/staff_import_preview.html", facts, status=status)


def applied(request: HttpRequest, school: School, one: StaffImport) -> HttpResponse:
    with transaction.atomic():
        if once(request.POST.get("token", "")):
            rules.apply_import(actor_of(request), one)
            messages.success(request, _("The staff list is taken over. You can undo this below."))
    return redirect("staff", school_id=school.id)


@require_POST
@school_page("staff.edit")
def undo(request: HttpRequest, school: School, import_id: UUID) -> HttpResponse:
    one = found(school, import_id)
    try:
        with transaction.atomic():
            if once(request.POST.get("token", "")):
                for sentence in rules.undo_import(actor_of(request), one):
                    messages.warning(request, sentence)
                messages.success(request, _("The staff list is as it was before."))
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("staff", school_id=school.id)
