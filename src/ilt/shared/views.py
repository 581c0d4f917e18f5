"""The one way in which a page with a form is shown, kept once, and shown again."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import localize
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from ilt.shared.once import once
from ilt.shared.rows import Refused, Stale

Keep = Callable[[dict[str, Any], int], object]


def typed(request: HttpRequest) -> Any:
    """What a form is bound to: nothing while a page is only read."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    form: forms.Form,
    keep: Keep,
    *,
    title: str,
    back: str,
    context: Mapping[str, Any],
    revision: int = 0,
    template: str = "shared/form.html",
) -> HttpResponse:
    """A page with one form.

    `keep` gets what was typed and the revision that its writer read. A refusal, or a change by somebody
    else, shows the page again with everything that was typed; what somebody else saved stands above it.
    """
    back = _came_from(request) or back
    theirs: list[tuple[str, str]] = []
    if form.is_bound:
        # What its writer read, not what is there now: a second try must not pass over somebody's words.
        revision = _number(request.POST.get("revision", ""))
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                if once(request.POST.get("token", "")):
                    keep(form.cleaned_data, revision)
            messages.success(request, _("Saved."))
            return redirect(back)
        except Refused as refused:
            form.add_error(None, str(refused))
        except Stale as stale:
            theirs, revision = _differences(form, stale.theirs), stale.theirs.revision
    page = {"form": form, "title": title, "back": back, "revision": revision, "theirs": theirs, **context}
    return render(request, template, page, status=422 if form.is_bound else 200)


def _came_from(request: HttpRequest) -> str:
    """The page that a link wants its reader back on, if it is one of ours."""
    wanted = request.GET.get("back", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def pressed(request: HttpRequest, act: Callable[[], object], to: str, *where: object) -> HttpResponse:
    """What a button does. A refusal is said on the page that it leads to."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(to, *where)


def puts_away(request: HttpRequest) -> bool:
    """Whether a button archives or takes back. It says which, so that a second click undoes nothing."""
    return "back" not in request.POST


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _differences(form: forms.Form, row: Any) -> list[tuple[str, str]]:
    """What is saved now, for each field in which it is not what was typed."""
    return [
        (str(field.label), _in_words(field, getattr(row, field.name, "")))
        for field in form
        if getattr(row, field.name, "") != form.cleaned_data.get(field.name)
    ]


def _in_words(field: forms.BoundField, saved: Any) -> str:
    """A saved value as people read it: choices by their names, days and numbers in the reader's language."""
    names = {str(key): str(name) for key, name in getattr(field.field, "choices", ()) if key}
    values = saved if isinstance(saved, list) else [saved]
    return ", ".join(names.get(str(each), _word(each)) for each in values)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(localize(value))


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file that a browser keeps instead of showing it."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
