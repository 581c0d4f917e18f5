"""A survey from ready to released: its state in words, and the few things that can still be done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.cycle import forms, promise, qr, queries, rules
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.rules import faculty, mailing, opening, paper
from ilt.cycle.views.found import wave_or_404
from ilt.cycle.views.wizard import READ_WRITE, person
from ilt.roster.gate import school_page
from ilt.roster.models import User
from ilt.roster.rights import allows, can, roles_at
from ilt.schools.models import School
from ilt.shared.models import Job
from ilt.shared.once import once


@require_safe
@school_page("wave.status")
def waves(request: HttpRequest, school: School) -> HttpResponse:
    """All surveys of the school; while one is open, its page comes first."""
    context = {
        "school": school,
        "waves": list(queries.waves_of(school)),
        "may_set_up": can(request.user, "wave.set_up", school),
    }
    return render(request, "cycle/waves.html", context)


@require_safe
@school_page("wave.status")
def wave(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    survey = wave_or_404(school, wave_id)
    letters = roles_at(request.user, school)
    may_set_up = allows(letters, "wave.set_up", school)
    is_open = survey.state == Wave.State.OPEN
    context: dict[str, Any] = {
        "school": school,
        "wave": survey,
        "may_set_up": may_set_up,
        "may_print": allows(letters, "wave.print", school),
        "band": rules.band(survey) if is_open and survey.invited else None,
        "days_left": queries.days_left(survey),
        "timetable": queries.timetable(survey, mailing.reminder_days(survey)),
        "tasks": rules.open_tasks(survey) if may_set_up and survey.state in queries.BEFORE_OPENING else [],
        "opening": Job.objects.filter(key=f"open:{survey.id}").first() if not is_open else None,
    }
    job = context["opening"]
    context["is_opening"] = bool(job) and job.state in (Job.State.WAITING, Job.State.RUNNING)
    if is_open and may_set_up:
        context["to_fix"] = queries.mails_to_fix(survey).count()
        context["unsent"] = Job.objects.filter(key=f"mails:{survey.id}", state=Job.State.FAILED).first()
    if is_open:
        context["has_link"] = Invitation.objects.filter(
            wave=survey, person=person(request), channel=Invitation.Channel.LINK
        ).exists()
    context["clock_is_behind"] = opening.clock_is_behind()
    return render(request, "cycle/wave.html", context)


def _act(
    request: HttpRequest, school: School, wave_id: UUID, act: Callable[[Wave], object], done: str
) -> HttpResponse:
    """One POST, one rule, and back to the survey's page with a sentence."""
    survey = wave_or_404(school, wave_id)
    try:
        act(survey)
    except rules.WaveRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("wave", school_id=school.id, wave_id=wave_id)


@require_POST
@school_page("wave.set_up")
def open_wave(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    done = _("Load the page again in a moment.")
    return _act(request, school, wave_id, lambda survey: rules.open_now(person(request), survey), done)


@require_POST
@school_page("wave.set_up")
def test_mail(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    done = _("A test mail is on its way to you.")
    return _act(request, school, wave_id, lambda survey: rules.test_mail(survey, person(request)), done)


@require_POST
@school_page("wave.status")
def my_link(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    done = _("Your link is on its way to your mailbox, if you have one in this survey.")
    return _act(request, school, wave_id, lambda survey: rules.again(survey, person(request)), done)


@require_http_methods(READ_WRITE)
@school_page("wave.set_up")
def cancel(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    survey = wave_or_404(school, wave_id)
    if survey.state not in (*queries.BEFORE_OPENING, Wave.State.OPEN):
        return redirect("wave", school_id=school.id, wave_id=wave_id)
    if request.method != "POST":
        context = {"school": school, "wave": survey, "mail_works": settings.MAIL_WORKS}
        return render(request, "cycle/cancel.html", context)
    done = _("The survey is canceled. All answers are destroyed unread.")
    return _act(request, school, wave_id, lambda survey: rules.cancel(person(request), survey), done)


@require_http_methods(READ_WRITE)
@school_page("wave.set_up")
def extend(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    def keep(survey: Wave, answer: dict[str, Any]) -> None:
        rules.extend(person(request), survey, answer["days"])

    return _form_page(request, school, wave_id, "cycle/extend.html", forms.ExtendForm, {"days": 5}, keep)


@require_http_methods(READ_WRITE)
@school_page("release.move")
def release(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    survey = wave_or_404(school, wave_id)

    def keep(survey: Wave, answer: dict[str, Any]) -> None:
        rules.move_release(person(request), survey, answer["release_on"], answer["reason"])

    present = {"release_on": survey.release_on}
    return _form_page(request, school, wave_id, "cycle/release.html", forms.MoveReleaseForm, present, keep)


def _form_page(
    request: HttpRequest,
    school: School,
    wave_id: UUID,
    template: str,
    form_class: type[Form],
    present: dict[str, Any],
    keep: Callable[[Wave, dict[str, Any]], None],
) -> HttpResponse:
    """A page with one form: kept by its rule, or shown again with what was typed."""
    survey = wave_or_404(school, wave_id)
    form = form_class(request.POST if request.method == "POST" else None, initial=present)
    if form.is_bound and form.is_valid():
        try:
            keep(survey, form.cleaned_data)
        except rules.WaveRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("wave", school_id=school.id, wave_id=wave_id)
    context = {"school": school, "wave": survey, "form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)


# People


@require_http_methods(READ_WRITE)
@school_page("list.confirm")
def people(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    """Who is asked: send a link again, add somebody, correct an address. Never who answered."""
    survey = wave_or_404(school, wave_id)
    if request.method == "POST":
        return _change_people(request, school, survey)
    return _people_page(request, school, survey)


def _people_page(
    request: HttpRequest, school: School, survey: Wave, form: forms.AddressForm | None = None
) -> HttpResponse:
    rows = list(queries.listed(survey))
    listed = {row.person_id for row in rows}
    chosen = request.POST.get("correct") or request.GET.get("correct", "")
    correcting = next((row.person for row in rows if str(row.person_id) == chosen), None)
    context = {
        "school": school,
        "wave": survey,
        "rows": rows,
        "to_fix": set(queries.mails_to_fix(survey).values_list("id", flat=True)),
        "may_grow": faculty.may_grow(survey),
        "others": [each for each in rules.could_be_asked(survey) if each.person_id not in listed],
        "correcting": correcting,
        "form": form or forms.AddressForm(initial={"email": correcting and correcting.email}),
    }
    return render(request, "cycle/people.html", context, status=422 if form else 200)


def _change_people(request: HttpRequest, school: School, survey: Wave) -> HttpResponse:
    form = None
    try:
        if "correct" in request.POST:
            form = forms.AddressForm(request.POST)
            if not form.is_valid():
                return _people_page(request, school, survey, form)
            someone = _listed_person(survey, request.POST["correct"])
            rules.correct_address(person(request), survey, someone, form.cleaned_data["email"])
            messages.success(request, _("The address is corrected."))
        elif "again" in request.POST:
            rules.again(survey, _listed_person(survey, request.POST["again"]))
            messages.success(request, _("The link is on its way again."))
        elif "add" in request.POST:
            someone = get_object_or_404(User, id=_number(request.POST["add"]))
            rules.add_person(person(request), survey, someone)
            messages.success(request, _("This person is asked too."))
    except rules.WaveRefused as refused:
        if form is None:
            messages.error(request, str(refused))
        else:
            form.add_error("email", str(refused))
            return _people_page(request, school, survey, form)
    return redirect("wave_people", school_id=school.id, wave_id=survey.id)


def _listed_person(survey: Wave, typed: str) -> User:
    row = get_object_or_404(queries.listed(survey), person_id=_number(typed))
    return row.person


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


# Paper


@require_http_methods(READ_WRITE)
@school_page("wave.print")
def printing(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    survey = wave_or_404(school, wave_id)
    if request.method == "POST":
        return _order(request, school, survey)
    return _printing_page(request, school, survey, _count_form(survey), _left_form(survey))


def _count_form(survey: Wave, data: Any = None) -> forms.CountForm:
    return forms.CountForm(data, initial={"count": paper.usual_count(survey)})


def _left_form(survey: Wave, data: Any = None) -> forms.SlipsLeftForm:
    return forms.SlipsLeftForm(data, initial={"slips_left": survey.slips_left})


def _printing_page(
    request: HttpRequest, school: School, survey: Wave, count: forms.CountForm, left: forms.SlipsLeftForm
) -> HttpResponse:
    jobs = {job.key: job for job in Job.objects.filter(key__startswith=f"print:{survey.id}:")}
    made = [
        {
            "sheet": each,
            "job": jobs.get(paper.job_key(survey, each)),
            "file": paper.file_of(survey, each).exists(),
        }
        for each in paper.sheets(survey)
    ]
    context = {
        "school": school,
        "wave": survey,
        "slips": made[0],
        "sheets": made[1:],
        "count_form": count,
        "left_form": left,
        "form": count if count.errors else left,
        "reaches_phones": settings.HTTPS,
    }
    return render(request, "cycle/print.html", context, status=422 if count.errors or left.errors else 200)


def _order(request: HttpRequest, school: School, survey: Wave) -> HttpResponse:
    count, left = _count_form(survey), _left_form(survey)
    form: Form = count
    try:
        if "sheet" in request.POST:
            paper.order(person(request), survey, request.POST["sheet"])
        elif "printed" in request.POST:
            paper.printed(person(request), survey)
        elif "slips_left" in request.POST:
            form = left = _left_form(survey, request.POST)
            if left.is_valid():
                rules.count_slips_left(survey, left.cleaned_data["slips_left"])
        else:
            form = count = _count_form(survey, request.POST)
            if count.is_valid() and once(request.POST.get("token", "")):
                paper.order(person(request), survey, "slips", count.cleaned_data["count"])
    except rules.WaveRefused as refused:
        if not form.is_bound:
            messages.error(request, str(refused))
            return redirect("wave_print", school_id=school.id, wave_id=survey.id)
        form.add_error(None, str(refused))
    if form.errors:
        return _printing_page(request, school, survey, count, left)
    return redirect("wave_print", school_id=school.id, wave_id=survey.id)


@require_safe
@school_page("wave.print")
def sheet(request: HttpRequest, school: School, wave_id: UUID, sheet: str) -> HttpResponse:
    survey = wave_or_404(school, wave_id)
    file = paper.file_of(survey, sheet)
    if sheet not in paper.sheets(survey) or not file.exists():
        raise Http404
    response = HttpResponse(file.read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{sheet}.pdf"'
    return response


@require_safe
@school_page("wave.print")
def room(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    """For the wall of a faculty meeting: where to go, and progress without a number."""
    survey = wave_or_404(school, wave_id)
    is_open = survey.state == Wave.State.OPEN
    context = {
        "school": school,
        "wave": survey,
        "is_open": is_open,
        "qr": mark_safe(qr.svg(paper.go_address(survey))) if is_open else "",  # noqa: S308 (our own picture)
        "address": paper.typed_address(),
        "fp": promise.in_fours(survey.fp),
        "progress": rules.band(survey).in_words if is_open and survey.invited else "",
        "over": survey.state not in (Wave.State.DRAFT, Wave.State.READY, Wave.State.OPEN),
    }
    return render(request, "cycle/room.html", context)
