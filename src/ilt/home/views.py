from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ilt.roster.gate import school_page
from ilt.roster.rights import schools_of
from ilt.schools.models import School


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "home/welcome.html")
    schools = schools_of(request.user)
    if len(schools) == 1:
        return redirect("today", school_id=schools[0].id)
    return render(request, "home/schools.html", {"schools": schools})


@require_safe
@school_page("school.read")
def today(request: HttpRequest, school: School) -> HttpResponse:
    return render(request, "home/today.html", {"school": school})


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
