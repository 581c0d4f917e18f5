"""From "Ask the faculty" to ready: one question a page, the list confirmed by two people."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ilt.cycle import promise, queries, rules
from ilt.cycle.forms import QUESTIONS, CodeForm
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.rules import drafts
from ilt.cycle.views.found import wave_or_404
from ilt.roster.gate import school_page
from ilt.roster.models import User
from ilt.roster.rights import can
from ilt.schools.models import School

STEPS = [*QUESTIONS, "check"]
READ_WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(READ_WRITE)
@school_page("wave.set_up")
def new(request: HttpRequest, school: School) -> HttpResponse:
    if request.method != "POST":
        return render(request, "cycle/new.html", {"school": school})
    try:
        wave = rules.create(person(request), school)
    except rules.WaveRefused as refused:
        return render(request, "cycle/new.html", {"school": school, "refused": refused}, status=422)
    return redirect("wave_step", school_id=school.id, wave_id=wave.id, step=STEPS[0])


@require_http_methods(READ_WRITE)
@school_page("wave.set_up")
def step(request: HttpRequest, school: School, wave_id: UUID, step: str) -> HttpResponse:
    wave = wave_or_404(school, wave_id)
    if step not in STEPS:
        raise Http404
    if wave.state != Wave.State.DRAFT:
        return redirect("wave", school_id=school.id, wave_id=wave.id)
    number = STEPS.index(step) + 1
    place = {"school": school, "wave": wave, "step": step, "number": number, "of": len(STEPS)}
    place["back"] = STEPS[number - 2] if number > 1 else ""
    if step == "check":
        return _check(request, school, wave, place)
    return _question(request, school, wave, place)


def _question(request: HttpRequest, school: School, wave: Wave, place: dict[str, object]) -> HttpResponse:
    step = str(place["step"])
    form = QUESTIONS[step](wave, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            form.keep()
        except rules.WaveRefused as refused:
            form.add_error(None, str(refused))
        else:
            following = STEPS[STEPS.index(step) + 1]
            return redirect("wave_step", school_id=school.id, wave_id=wave.id, step=following)
    context = {**place, "form": form, **_extras(wave, step)}
    return render(request, "cycle/step.html", context, status=422 if form.is_bound else 200)


def _extras(wave: Wave, step: str) -> dict[str, object]:
    """What a page shows beside its question."""
    if step == "plan":
        return {"from_mean": drafts.FROM_MEAN, "from_spread": drafts.FROM_SPREAD, "fewest": promise.FEWEST}
    if step == "promise" and wave.closes_on and wave.release_on:
        texts = [(language, promise.sentences(wave, language)) for language in wave.languages]
        return {"promises": texts}
    if step == "languages":
        return {"instrument": queries.instrument_of(wave, get_language() or ""), "minutes": promise.minutes}
    return {}


def _check(request: HttpRequest, school: School, wave: Wave, place: dict[str, object]) -> HttpResponse:
    refused: rules.WaveRefused | None = None
    if request.method == "POST":
        try:
            rules.make_ready(person(request), wave)
        except rules.WaveRefused as error:
            refused = error
        else:
            messages.success(request, _("The survey is ready. It opens by itself on its day."))
            return redirect("wave", school_id=school.id, wave_id=wave.id)
    context = {
        **place,
        "tasks": rules.open_tasks(wave),
        "people": list(queries.listed(wave)),
        "languages_shown": [queries.offered_languages().get(code, code) for code in wave.languages],
        "refused": refused,
    }
    return render(request, "cycle/check.html", context, status=422 if refused else 200)


@require_http_methods(READ_WRITE)
@school_page("wave.status")
def confirm(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    """The list of people, confirmed by the facilitator and by one teacher who is on it."""
    wave = wave_or_404(school, wave_id)
    people = list(queries.listed(wave))
    as_facilitator = can(request.user, "list.confirm", school) and not wave.confirmed_by_facilitator_id
    refused: rules.WaveRefused | None = None
    if request.method == "POST":
        try:
            _confirm(request, wave, people, as_facilitator)
            return redirect("wave_confirm", school_id=school.id, wave_id=wave.id)
        except rules.WaveRefused as error:
            refused = error
    context = {
        "school": school,
        "wave": wave,
        "people": people,
        "seen": queries.mark_of(people),
        "as_facilitator": as_facilitator,
        "as_teacher": rules.may_confirm_as_teacher(wave, person(request)),
        "code": _code_for(request, school, wave),
        "public": settings.PUBLIC_URL.partition("://")[2],
        "refused": refused,
    }
    return render(request, "cycle/confirm.html", context, status=422 if refused else 200)


def _confirm(request: HttpRequest, wave: Wave, people: list[Invitation], as_facilitator: bool) -> None:
    actor = person(request)
    if actor.id in (wave.confirmed_by_facilitator_id, wave.confirmed_by_teacher_id) and not as_facilitator:
        return  # pressed twice
    if request.POST.get("seen") != queries.mark_of(people):
        raise rules.WaveRefused(_("The list has changed since you looked. Read it again, then confirm."))
    if as_facilitator:
        rules.confirm_as_facilitator(actor, wave)
    else:
        rules.confirm_as_teacher(wave, actor)


def _code_for(request: HttpRequest, school: School, wave: Wave) -> str:
    """Shown to the facilitator alone, who reads it out to a teacher."""
    if not wave.confirm_code or not can(request.user, "list.confirm", school):
        return ""
    return f"{wave.confirm_code[:5]} {wave.confirm_code[5:]}"


@require_http_methods(READ_WRITE)
def confirm_by_code(request: HttpRequest) -> HttpResponse:
    """For a teacher without a sign-in: the code opens the list, her name and a button confirm it."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    wave = rules.by_code(form.cleaned_data["code"]) if form.is_bound and form.is_valid() else None
    if wave is None:
        if form.is_bound and form.is_valid():
            form.add_error("code", _("We do not know this code. I, L, O and U are never used."))
        return render(request, "cycle/code.html", {"form": form}, status=422 if form.is_bound else 200)
    return _list_of_code(request, wave, form)


def _list_of_code(request: HttpRequest, wave: Wave, form: CodeForm) -> HttpResponse:
    teachers = rules.possible_teachers(wave)
    chosen = request.POST.get("person")
    me = next((each for each in teachers if str(each.id) == chosen), None)
    refused = "" if me or chosen is None else _("Choose your name.")
    if me is not None:
        try:
            rules.confirm_with_code(wave, me)
        except rules.WaveRefused as error:
            refused = str(error)
        else:
            return render(request, "cycle/code_done.html", {"school": wave.school})
    listed = list(queries.listed(wave))
    context = {"wave": wave, "teachers": teachers, "listed": listed, "form": form, "refused": refused}
    context["sends_mail"] = settings.MAIL_WORKS
    return render(request, "cycle/code_list.html", context, status=422 if refused else 200)


@require_POST
@school_page("wave.set_up")
def back_to_draft(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    wave = wave_or_404(school, wave_id)
    try:
        rules.back_to_draft(person(request), wave)
    except rules.WaveRefused as refused:
        messages.error(request, str(refused))
        return redirect("wave", school_id=school.id, wave_id=wave.id)
    return redirect("wave_step", school_id=school.id, wave_id=wave.id, step="check")


def person(request: HttpRequest) -> User:
    """The person who is signed in; the gate has let nobody else through."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
