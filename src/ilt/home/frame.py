"""What every page's frame shows: languages, and the way to one's own school."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

PAGES = [("today", _("Today")), ("waves", _("Ask")), ("results", _("Results")), ("staff", _("Staff"))]


def frame(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    school_id = match.kwargs.get("school_id") if match else None
    return {
        "languages": settings.LANGUAGES,
        "form_token": uuid4,
        "navigation": navigation(request, school_id) if school_id else [],
    }


def navigation(request: HttpRequest, school_id: int) -> list[dict[str, Any]]:
    places = [(reverse(name, kwargs={"school_id": school_id}), label) for name, label in PAGES]
    return [{"url": url, "label": label, "here": request.path == url} for url, label in places]
