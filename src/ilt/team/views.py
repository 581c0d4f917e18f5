from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ilt.roster.gate import actor_of, school_page
from ilt.rounds import paper
from ilt.rounds.views import standing, to_hand_out
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.views import download, form_page, pressed, puts_away, typed
from ilt.shared.word import TYPE, word
from ilt.team import queries, rules
from ilt.team.fields import FIELDS
from ilt.team.forms import RightForm, SeatForm, TurnForm

SPEC = rules.SPEC


@require_safe
@school_page("charter.read")
def page(request: HttpRequest, school: School) -> HttpResponse:
    context = standing(request, school, SPEC)
    document = context["document"]
    in_work = context["sees_next"] and not context["round"]
    charter = queries.charter_of(document)
    today = clock.today(school.zone)
    context |= {
        # The rota goes on from meeting to meeting: the page shows the one of today, the files the frozen one.
        "valid_parts": [part for part in context["valid_parts"] if part.key != "rota"],
        "in_work": in_work,
        "fields": {field.key: (field, context["sections"].get(field.key)) for field in FIELDS},
        "seats": charter.seats if in_work else [],
        "rights": charter.rights if in_work else [],
        "turns": [turn for turn in charter.turns if turn.on >= today] if shows_rota(context) else [],
        "shows_rota": shows_rota(context),
        "archived": _archived(charter) if context["writes"] else [],
        "hints": rules.hints(document)
        if context["leads"] and context["phase"] in ("draft", "adopted")
        else [],
        "can_hand_out": context["valid"] or context["asked_parts"] or context["sections"],
        "edits_rota": context["leads"] and context["phase"] != "consent",
    }
    return render(request, "team/page.html", context)


def shows_rota(context: dict[str, Any]) -> bool:
    return bool(context["sees_next"] or context["valid"])


def _archived(charter: queries.Charter) -> list[tuple[str, str, int]]:
    """What can be taken back: the route that does it, what it was, and its number."""
    rows: list[tuple[str, str, Any]] = [
        *(("seat_archive", str(seat.person), seat) for seat in charter.all_seats),
        *(("right_archive", right.topic, right) for right in charter.all_rights),
        *(("turn_archive", date_format(turn.on, _("M j, Y")), turn) for turn in charter.all_turns),
    ]
    return [(route, name, row.id) for route, name, row in rows if row.archived]


# Files


def title() -> str:
    return _("Charter of the leadership team")


@require_safe
@school_page("charter.read")
def pdf_file(request: HttpRequest, school: School) -> HttpResponse:
    parts, note = to_hand_out(request, school, SPEC)
    file = paper.document(title(), f"{school.name} · {note}", parts)
    return download(file, "application/pdf", "charter.pdf")


@require_safe
@school_page("charter.read")
def word_file(request: HttpRequest, school: School) -> HttpResponse:
    parts, note = to_hand_out(request, school, SPEC)
    lines = [(part.label, part.text) for part in parts]
    file = word(title(), f"{school.name} · {note}", lines, get_language() or "en")
    return download(file, TYPE, "charter.docx")


# Rows of its tables


@dataclass(frozen=True)
class Table:
    """A table of the charter: its name in routes, its rows, the form of one, and the rule that keeps it."""

    name: str
    title: Any
    rows: Callable[[School], QuerySet[Any]]
    form: Callable[..., forms.Form]
    keep: Callable[..., None]
    fields: tuple[str, ...]


TABLES = (
    Table(
        "seat",
        gettext_lazy("A seat on the team"),
        queries.seats_of,
        SeatForm,
        rules.save_seat,
        ("person_id", "brings", "team", "until"),
    ),
    Table(
        "right",
        gettext_lazy("Who decides about something"),
        queries.rights_of,
        lambda _school, *arguments, **more: RightForm(*arguments, **more),
        rules.save_right,
        ("topic", "mode", "who"),
    ),
    Table(
        "turn",
        gettext_lazy("Who does what at a meeting"),
        queries.turns_of,
        TurnForm,
        rules.save_turn,
        ("on", *(f"{role}_id" for role in queries.ROLES)),
    ),
)


def row(request: HttpRequest, school: School, *, table: Table, **number: int) -> HttpResponse:
    here = _row_of(school, table, number) if number else None
    start = {name.removesuffix("_id"): getattr(here, name) for name in table.fields} if here else {}
    return form_page(
        request,
        table.form(school, typed(request), initial=start),
        lambda kept, revision: table.keep(actor_of(request), school, here, revision, **kept),
        title=str(table.title),
        back=reverse("charter", args=[school.id]),
        revision=here.revision if here else 0,
        context={"school": school},
    )


def _row_of(school: School, table: Table, number: dict[str, int]) -> Any:
    return get_object_or_404(table.rows(school), id=number[f"{table.name}_id"])


def archive(request: HttpRequest, school: School, *, table: Table, **number: int) -> HttpResponse:
    here = _row_of(school, table, number)
    away = puts_away(request)
    return pressed(request, lambda: rules.archive(actor_of(request), here, away), "charter", school.id)
