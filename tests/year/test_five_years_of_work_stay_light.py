"""Every page of a school with five years of work takes few statements and few bytes."""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.db import connections
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from ilt.cycle.models import Wave
from ilt.learning.models import Activity
from ilt.priorities.models import Priority
from ilt.promises.models import Action, Promise
from ilt.report.told import KEPT
from ilt.rounds.models import Document, Objection, Remark
from ilt.schools.models import School
from ilt.shared import clock
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.team.models import DecisionRight, Seat, Turn
from ilt.throughline.models import Copy
from ilt.vision.models import Need
from tests.architecture.objects import object_for
from tests.architecture.walker import Route, by_role, read_table, routes
from tests.cast import Cast
from tests.year.five_years import NOW, VERSIONS, fill

MOST_STATEMENTS, MOST_BYTES = 12, 60_000
Kind, Phase = Document.Kind, Document.Phase
Found = Callable[[School], object]


def first(model: type[Model], **which: Any) -> Found:
    return lambda school: (
        model._default_manager.filter(**which).order_by("id").values_list("id", flat=True)[0]
    )


# What stands in the addresses, named as in the access walker's OBJECTS; what is not here comes from there.
PLACES: dict[str, Found] = {
    "school_id": lambda school: school.id,
    "priority_id": first(Priority, archived=False),
    "promise_id": first(Promise),
    "action_id": first(Action),
    "goal_id": first(Goal),
    "indicator_id": first(Indicator),
    "handoff_id": first(Handoff),
    "resource_id": first(Resource),
    "need_id": first(Need),
    "seat_id": first(Seat),
    "right_id": first(DecisionRight),
    "turn_id": first(Turn),
    "activity_id": first(Activity),
    "copy_id": first(Copy),
    "thing_kind": lambda school: "goal",
    "thing_ref": first(Goal),
    "number": lambda school: VERSIONS,
    "wave_id": first(Wave, state=Wave.State.OPEN),
    "wave_results wave_id": first(Wave, state=Wave.State.RELEASED),
    "wave_methods wave_id": first(Wave, state=Wave.State.RELEASED),
    **{
        f"{kind}_answer comment_id": first(Remark, document__kind=kind, version=VERSIONS + 1) for kind in Kind
    },
    **{
        f"{kind}_objection objection_id": first(Objection, round__document__kind=kind, round__state="open")
        for kind in Kind
    },
    **{f"charter_{page} key": lambda school: "purpose" for page in ("edit", "comment")},
    **{f"vision_{page} key": lambda school: "students" for page in ("edit", "comment")},
    **{
        f"strategy_{page} key": lambda school: f"goal{first(Goal)(school)}.learn"
        for page in ("edit", "comment")
    },
}
ASKED = {"search": "?q=teachers"}
PHASES = (Phase.COMMENTS, Phase.CONSENT, Phase.ADOPTED)  # in a draft and in revision there is less to show
# Pages that show something else in each phase of a document, and pages that are there in one phase alone.
IN_EVERY_PHASE = {*Kind, "today"}
IN_CONSENT = {f"{kind}_{page}" for kind in Kind for page in ("object", "objection")}
# To another page, unless they are asked for more; the walk finds the link that does.
LEAD_ON = {"setup_people", "wave_step", "gap_waive"}
EMPTY_THERE = {"strategy_pdf", "strategy_word"}  # the access walker's school has no strategy; this one has


@dataclass(frozen=True)
class Page:
    name: str
    reader: str  # the letter of the role, as in the access table
    status: int
    statements: int
    size: int  # packed; a file to hand out may be larger, and counts as nothing
    text: str = field(repr=False)

    @property
    def is_light(self) -> bool:
        return self.statements <= MOST_STATEMENTS and self.size <= MOST_BYTES


def is_shown(route: Route, phase: Document.Phase) -> bool:
    if route.name in IN_EVERY_PHASE:
        return True
    return phase == (Phase.CONSENT if route.name in IN_CONSENT else Phase.COMMENTS)


def address_of(route: Route, cast: Cast) -> str:
    def value(name: str) -> object:
        found = PLACES.get(f"{route.name} {name}") or PLACES.get(name)
        return found(cast.school) if found else object_for(route.name, name)(cast, cast.school)

    return reverse(route.name, kwargs={name: value(name) for name in route.keys}) + ASKED.get(route.name, "")


def read(browser: Client, name: str, reader: str, address: str) -> Page:
    KEPT.clear()  # as after a start of the server
    with (
        CaptureQueriesContext(connections["default"]) as made,
        CaptureQueriesContext(connections["box"]) as box,
    ):
        answer = browser.get(address)
    content = answer.content if answer["Content-Type"].startswith("text/html") else b""
    statements = len(made) + len(box)
    return Page(name, reader, answer.status_code, statements, len(gzip.compress(content)), content.decode())


def onward(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """Links that ask a page for more than its place says, as for another year: what they ask, and where."""
    for link in re.findall(r'href="([^"]*\?[^"]*)"', page.text):
        place = urlsplit(urljoin(address, unescape(link)))
        if place.path.startswith("/school/"):
            asked = "&".join(sorted(parse_qs(place.query)))
            yield f"{resolve(place.path).url_name}?{asked}", f"{place.path}?{place.query}"


def readers_of(route: Route, row: Mapping[str, Any]) -> list[str]:
    """The facilitator, who sees most, a teacher off the team and the principal, where they are let in.

    A page that does not go through phases shows the principal what it shows one of the two.
    """
    cell = row.get("GET")
    answers = by_role(cell["own"] if isinstance(cell, dict) else cell) if cell else {}
    let_in = [letter for letter in "FTP" if answers.get(letter, "404") != "404" or route.name in EMPTY_THERE]
    if route.name in IN_EVERY_PHASE:
        return let_in
    return let_in[: 1 if route.name.endswith(("_pdf", "_word")) else 2]  # files are dear to make


def walk(cast: Cast) -> Iterator[Page]:
    """Every page below the school for each reader; each kind of link that asks for more for one of them."""
    table = read_table()
    here = [route for route in set(routes()) if "school_id" in route.keys and route.name not in LEAD_ON]
    below = [
        (route, readers_of(route, table[route.name])) for route in sorted(here, key=lambda route: route.name)
    ]
    browsers = {
        "P": cast.browser_of(cast.ana),
        "T": cast.browser_of(cast.cleo),
        "F": cast.browser_of(cast.fay),
    }
    seen = set()
    for phase in PHASES:
        Document.objects.filter(school=cast.school).update(phase=phase)
        places = [
            (route.name, address_of(route, cast), who)
            for route, who in below
            if who and is_shown(route, phase)
        ]
        waiting = [(name, address, letter) for name, address, letters in places for letter in letters]
        for name, address, letter in waiting:
            page = read(browsers[letter], name, letter, address)
            yield page
            for asked, there in onward(page, address):
                if asked not in seen:
                    seen.add(asked)
                    waiting.append((asked, there, letter))


@pytest.mark.django_db(databases=["default", "box"])
def test_every_page_stays_light_whoever_reads_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # Setting type takes most of the time, and neither a statement nor a byte of a page.
    monkeypatch.setattr("typst.compile", lambda *_file, **_options: b"")
    monkeypatch.setattr("typst.query", lambda *_file, **_options: "0")
    with clock.at(NOW):
        fill(cast)
        pages = list(walk(cast))
    assert [page for page in pages if page.status != 200 or not page.is_light] == []
