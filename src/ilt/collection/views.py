"""What a respondent's browser asks the box. No cookie, no session, no time, no log line, no registrar.

Errors are one word; the page, which is in the respondent's language, says the sentence.
"""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.collection import ballots, pages, paperless
from ilt.collection.queries import public_keys

LANGUAGE = re.compile(rb'<html lang="([a-z]+)"')
LONGEST_BODY = 8192
View = Callable[..., HttpResponse]


def page_response(request: HttpRequest, content: bytes) -> HttpResponse:
    """The same bytes for everybody; a browser that has them is told so."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == etag:
        return HttpResponseNotModified(headers={"ETag": etag, **language_told_by(content)})
    response = as_page(content)
    response["ETag"], response["Cache-Control"] = etag, "no-cache"
    return response


def as_page(content: bytes, status: int = 200) -> HttpResponse:
    headers = language_told_by(content)
    return HttpResponse(content, content_type="text/html; charset=utf-8", status=status, headers=headers)


def language_told_by(content: bytes) -> dict[str, str]:
    """A page keeps its language, whichever the browser asks for; without this the header would follow it."""
    told = LANGUAGE.search(content)
    return {"Content-Language": told[1].decode()} if told else {}


def language_of(request: HttpRequest) -> str:
    posted = request.POST.get("language", "") if request.method == "POST" else ""
    return request.GET.get("language", "") or posted


def page_of(request: HttpRequest, wave: UUID, plain: bool = False) -> bytes:
    page = pages.read(wave, language_of(request), plain)
    if page is None:
        raise Http404
    return page


@require_safe
def ballot(request: HttpRequest, wave: UUID) -> HttpResponse:
    return page_response(request, page_of(request, wave))


@require_safe
def keys(request: HttpRequest, wave: UUID) -> HttpResponse:
    found = public_keys(wave)
    if found is None:
        raise Http404
    answer = {
        "sign_spki": found.sign_spki,
        "seal_spki": found.seal_spki,
        "fp": found.fp,
        "payload_len": found.payload_len,
        "open": found.is_open,
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-cache"})


def refusal(error: Exception) -> JsonResponse:
    """One answer per kind of refusal, the same bytes whatever lay behind it."""
    match error:
        case ballots.UnknownCode():
            return JsonResponse({"error": "unknown"}, status=404)
        case ballots.Newer(rev=rev):
            return JsonResponse({"error": "newer", "rev": rev}, status=409)
        case ballots.Closed():
            return JsonResponse({"error": "closed"}, status=410)
        case ballots.WrongShape():
            return JsonResponse({"error": "shape"}, status=422)
        case DatabaseError():
            return JsonResponse({"error": "busy"}, status=503)
    return JsonResponse({"error": "refused"}, status=403)


REFUSALS = (
    ballots.Refused,
    ballots.UnknownCode,
    ballots.Closed,
    ballots.WrongShape,
    ballots.Newer,
    DatabaseError,
)


def takes_short_bodies(view: View) -> View:
    """Refuses what is longer than any ballot before a byte of it is read into memory or into a file."""

    @wraps(view)
    def called(request: HttpRequest, wave: UUID) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
            return refusal(ballots.WrongShape())
        return view(request, wave)

    return called


def takes_json(view: View) -> View:
    """`view(body, wave)` for POSTs of one JSON object; nothing of a request but its body reaches it."""

    @csrf_exempt
    @require_POST
    @takes_short_bodies
    @wraps(view)
    def called(request: HttpRequest, wave: UUID) -> HttpResponse:
        try:
            return view(json_object(request), wave)
        except REFUSALS as error:
            return refusal(error)

    return called


def json_object(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise ballots.Refused from error
    if not isinstance(body, dict):
        raise ballots.Refused
    return body


def stored(taken: ballots.Taken) -> JsonResponse:
    return JsonResponse({"receipt": taken.receipt}, status=201 if taken.is_new else 200)


def by_link(body: dict[str, Any]) -> ballots.Credential:
    return ballots.Credential(prepared=body.get("prepared"), sig=body.get("sig"))


def by_code(body: dict[str, Any]) -> ballots.Credential:
    return ballots.Credential(code=body.get("code") or "")


@takes_json
def box_ballot(body: dict[str, Any], wave: UUID) -> HttpResponse:
    credential = by_link(body)
    return stored(
        ballots.take(wave=wave, credential=credential, rev=body.get("rev"), sealed=body.get("sealed"))
    )


@takes_json
def box_slip(body: dict[str, Any], wave: UUID) -> HttpResponse:
    credential = by_code(body)
    return stored(
        ballots.take(wave=wave, credential=credential, rev=body.get("rev"), sealed=body.get("sealed"))
    )


@takes_json
def box_status(body: dict[str, Any], wave: UUID) -> HttpResponse:
    credential = by_code(body) if "code" in body else by_link(body)
    rev = ballots.status(wave=wave, credential=credential)
    return JsonResponse({"present": rev is not None, "rev": rev})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@takes_short_bodies
def go_wave(request: HttpRequest, wave: UUID) -> HttpResponse:
    """Where a slip's code is typed. The script goes on from here; without it the form comes back whole."""
    if request.method != "POST":
        if pages.read(wave) is None:  # a poster hangs before the first day
            return redirect("/go?early=1")
        return page_response(request, pages.shown(page_of(request, wave), "code"))
    content, status = paperless.answer(wave, page_of(request, wave, plain=True), request.POST)
    return as_page(content, status)
