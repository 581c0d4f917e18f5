"""What a respondent's browser asks the registrar: to take the ballot of a link, and where to type a code."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ilt.collection import pages
from ilt.collection.ballots import Closed, Refused
from ilt.collection.views import as_page, page_of, takes_json, takes_short_bodies
from ilt.cycle import collect as rules
from ilt.cycle.models import Wave


@takes_json
def collect(body: dict[str, Any], wave: UUID) -> HttpResponse:
    try:
        signed = rules.collect(wave_id=wave, secret=body.get("secret"), blinded=body.get("blinded"))
    except rules.TakenElsewhere:
        return JsonResponse({"error": "taken"}, status=409)
    return JsonResponse({"blind_sig": signed})


@csrf_exempt
@require_POST
@takes_short_bodies
def swap(request: HttpRequest, wave: UUID) -> HttpResponse:
    """Without JavaScript a link becomes a voucher for a slip, shown on the page."""
    content, status = swapped(page_of(request, wave, plain=True), wave, request.POST.get("link", ""))
    return as_page(content, status)


def swapped(page: bytes, wave: UUID, link: str) -> tuple[bytes, int]:
    try:
        return pages.shown(page, "voucher", fill={"voucher": rules.swap(wave_id=wave, link=link)}), 200
    except Refused:
        return pages.shown(page, "promise", "swap", "say-refused"), 403
    except rules.TakenElsewhere:
        return pages.shown(page, "say-taken"), 409
    except Closed:
        return pages.shown(page, "say-closed"), 410
    except DatabaseError:
        return pages.shown(page, "promise", "swap", "say-busy"), 503


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """A typed code chooses its school first: the code itself names none. `early` names one not open yet."""
    waves = list(
        Wave.objects.filter(state=Wave.State.OPEN).select_related("school").order_by("school__name", "id")
    )
    waves = [] if "early" in request.GET else waves
    language = request.GET.get("language") or translation.get_language()
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if len(waves) == 1:
        address = reverse("go_wave", kwargs={"wave": waves[0].id})
        return redirect(f"{address}?language={language}")
    with translation.override(language):
        return render(request, "cycle/go.html", {"waves": waves, "language": language})
