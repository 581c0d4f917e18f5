"""What every page's frame shows: languages, the way to one's own school, and the way around in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ilt.roster.gate import READER, reads
from ilt.roster.rights import schools_of
from ilt.schools.models import School


@dataclass(frozen=True)
class Place:
    """A page of the menu. `also` are routes of it whose address begins like another page's."""

    route: str
    label: Any
    right: str
    also: tuple[str, ...] = ()


RESULTS = ("wave_results", "wave_methods")
SECTIONS: list[tuple[Any, list[Place]]] = [
    (_("Today"), [Place("today", _("Today"), "school.read")]),
    (_("Ask"), [Place("waves", _("Surveys"), "wave.status")]),
    (_("See"), [Place("results", _("Results"), "report.read", also=RESULTS)]),
    (
        _("Decide"),
        [
            Place("priorities", _("Priorities"), "plan.read"),
            Place("promises", _("Promises"), "action.read"),
            Place("actions", _("Actions"), "action.read"),
        ],
    ),
    (
        _("Plan"),
        [
            Place("vision", _("Vision"), "plan.read"),
            Place("strategy", _("Strategy"), "plan.read"),
            Place("throughline", _("Through-line"), "plan.read"),
            Place("learning", _("Learning calendar"), "plan.read"),
            Place("charter", _("Team"), "charter.read"),
        ],
    ),
    (_("Staff"), [Place("staff", _("Staff"), "staff.names")]),
]
TEXTS = {"help", "privacy", "accessibility", "trust"}


def name_of(route: str) -> str:
    """What the menu calls a page, or the page that another one belongs to."""
    places = [place for _label, places in SECTIONS for place in places]
    return next((str(place.label) for place in places if route.startswith(place.route)), "")


def frame(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    school_id = match.kwargs.get("school_id") if match else None
    left = left_school(request) if match and match.url_name in TEXTS else None
    if left:
        school_id = left.id
    searches = match and match.url_name != "search" and reads(request, "action.read")
    return {
        "languages": settings.LANGUAGES,
        "form_token": uuid4,
        "navigation": navigation(request, school_id) if school_id else [],
        "school": left,
        "from_school": f"?school={school_id}" if school_id else "",
        "search_place": reverse("search", args=[school_id]) if searches else "",
    }


def left_school(request: HttpRequest) -> School | None:
    """The school whose page linked here. Its menu stays, for those who may open that school."""
    named = request.GET.get("school")
    return next((school for school in schools_of(request.user) if str(school.id) == named), None)


def navigation(request: HttpRequest, school_id: int) -> list[dict[str, Any]]:
    """The sections that the reader may open; the one of this page shows its pages."""
    sections = [(label, list(_pages(request, school_id, places))) for label, places in SECTIONS]
    return [
        {
            "label": label,
            "url": pages[0]["url"],
            "here": next((page["here"] for page in pages if page["here"]), ""),
            "pages": pages if len(pages) > 1 else [],
        }
        for label, pages in sections
        if pages
    ]


def _pages(request: HttpRequest, school_id: int, places: list[Place]) -> Iterator[dict[str, Any]]:
    for place in places:
        url = reverse(place.route, args=[school_id])
        if READER not in request.META or reads(request, place.right):
            yield {"url": url, "label": place.label, "here": _here(request, place, url)}


def _here(request: HttpRequest, place: Place, url: str) -> str:
    """For aria-current: this page itself, or one that belongs to it."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    if request.path == url:
        return "page"
    elsewhere = place.route == "today" or name in RESULTS
    return "true" if name in place.also or (request.path.startswith(f"{url}/") and not elsewhere) else ""
