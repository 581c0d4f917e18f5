from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from ilt.home import demo_mail as mailbox
from ilt.home import queries
from ilt.home.rules import may_set_up
from ilt.roster.gate import actor_of, school_page
from ilt.roster.models import User
from ilt.roster.rights import roles_at, schools_of
from ilt.schools.models import School
from ilt.shared.models import Job

ENDED = {Job.State.DONE, Job.State.FAILED, Job.State.CANCELED}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The way in: what this is, one's own school, or what is left to set up."""
    if not isinstance(request.user, User):
        return render(request, "home/welcome.html")
    schools = schools_of(request.user)
    sets_up = may_set_up(request.user)
    if len(schools) == 1:
        return redirect("today", school_id=schools[0].id)
    if not schools and sets_up:
        return redirect("setup")
    return render(request, "home/schools.html", {"schools": schools, "sets_up": sets_up})


@require_safe
@school_page("school.read")
def today(request: HttpRequest, school: School) -> HttpResponse:
    letters = roles_at(request.user, school)
    wave = queries.first_wave(school)
    facts = {
        "school": school,
        "step": queries.next_step(school, wave, letters),
        "also": queries.also_waiting(wave, actor_of(request), letters),
        "tasks": queries.tasks(school, letters),
        "sets_up": set(letters) & set("AD"),
    }
    return render(request, "home/today.html", facts)


@require_safe
@login_required
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far long work is, for the person who started it. The page asks again by itself until it ends."""
    row = Job.objects.filter(id=job_id, owner=str(request.user.pk)).first()
    if row is None:
        raise Http404
    onward = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = ""
    return render(request, "home/job.html", {"job": row, "ended": row.state in ENDED, "onward": onward})


@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The mails that the demonstration would have sent. Nowhere else does this page exist."""
    if not mailbox.is_open():
        raise Http404
    return render(request, "home/demo_mail.html", {"mails": mailbox.mails()})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "home/help.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "home/privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "home/accessibility.html")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")
