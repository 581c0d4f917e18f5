from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from ilt.home import demo_mail as mailbox
from ilt.home import queries
from ilt.home.frame import name_of
from ilt.home.plan import plan_of, rounds_waiting, steps_of
from ilt.home.rules import may_set_up
from ilt.promises.queries import left_behind, work_of
from ilt.roster.gate import actor_of, letters_of, may, school_page
from ilt.roster.models import User
from ilt.roster.rights import schools_of
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.models import Job
from ilt.shared.search import Found, find

SHOWN = 5  # of one's own actions and promises
# Who finds what in a search, by the right to read it.
AUDIENCES = {"staff": "action.read", "team": "plan.edit", "leads": "charter.edit"}
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
    letters, reader = letters_of(request), actor_of(request)
    wave = queries.first_wave(school)
    plan = plan_of(school, wave, reader)
    step, *others = steps_of(school, wave, plan, letters)
    day = clock.today(school.zone)
    work = [(each, each.due < day) for each in work_of(school, reader)]
    facts = {
        "school": school,
        "step": step,
        "others": others,
        "also": [*rounds_waiting(school, plan), *queries.also_waiting(wave, reader, letters)],
        "tasks": queries.tasks(school, letters),
        "work": work[:SHOWN],
        "more_work": len(work) - SHOWN,
        "left_behind": left_behind(school) if may(request, "action.update", school) else 0,
        "sets_up": set(letters) & set("AD"),
    }
    return render(request, "home/today.html", facts)


@require_safe
@school_page("action.read")
def search(request: HttpRequest, school: School) -> HttpResponse:
    """Everything written at this school that its reader may read, by its words."""
    wanted = request.GET.get("q", "")
    audiences = [audience for audience, right in AUDIENCES.items() if may(request, right, school)]
    found = [
        {
            "title": each.title,
            "excerpt": each.excerpt,
            "page": name_of(each.place),
            "address": address_of(each, school),
        }
        for each in find(school.id, wanted, audiences)
    ]
    return render(request, "home/search.html", {"school": school, "wanted": wanted, "found": found})


def address_of(found: Found, school: School) -> str:
    """The place on its page, or the page of its own that a thing has, and the place on that one."""
    try:
        return f"{reverse(found.place, args=[school.id])}#{found.ref}"
    except NoReverseMatch:
        own, sign, place = found.ref.partition("#")
        return reverse(found.place, args=[school.id, own]) + sign + place


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
