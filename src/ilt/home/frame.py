"""What every page's frame shows: languages, and the way to one's own school."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ilt.roster.rights import schools_of
from ilt.schools.models import School

PAGES = [("today", _("Today")), ("waves", _("Ask")), ("results", _("Results")), ("staff", _("Staff"))]


TEXTS = {"help", "privacy", "accessibility", "trust"}


def frame(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    school_id = match.kwargs.get("school_id") if match else None
    left = left_school(request) if match and match.url_name in TEXTS else None
    if left:
        school_id = left.id
    return {
        "languages": settings.LANGUAGES,
        "form_token": uuid4,
        "navigation": navigation(request, school_id) if school_id else [],
        "school": left,
        "from_school": f"?school={school_id}" if school_id else "",
    }


def left_school(request: HttpRequest) -> School | None:
    """The school whose page linked here. Its menu stays, for those who may open that school."""
    named = request.GET.get("school")
    return next((school for school in schools_of(request.user) if str(school.id) == named), None)


def navigation(request: HttpRequest, school_id: int) -> list[dict[str, Any]]:
    places = [(reverse(name, kwargs={"school_id": school_id}), label) for name, label in PAGES]
    return [{"url": url, "label": label, "here": request.path == url} for url, label in places]
