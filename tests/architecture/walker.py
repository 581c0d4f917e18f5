"""Calls a route as every role, at the own and a foreign school, and says what differs from the table."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ilt.roster.models import User
from ilt.schools.models import District, School
from tests.architecture.objects import object_for
from tests.cast import Cast

TABLE = Path(__file__).with_name("access.toml")
METHODS = ("GET", "POST")
CLOSED = {"404", "405", "login"}


@dataclass(frozen=True)
class Route:
    name: str
    keys: frozenset[str]  # the names in its address


def routes(patterns: list[Any] | None = None, keys: frozenset[str] = frozenset()) -> Iterator[Route]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = keys | frozenset(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield Route(pattern.name or f"nameless: {pattern.pattern}", here)


def read_table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def by_role(cell: str) -> dict[str, str]:
    """`V login, TM 200, * 404` as one answer for each role letter."""
    answers: dict[str, str] = {}
    for part in cell.split(", "):
        letters, answer = part.split(" ")
        for letter in "VTMFPCDSA" if letters == "*" else letters:
            answers.setdefault(letter, answer)
    return answers


def role_holders(cast: Cast) -> dict[str, User | None]:
    letters: list[User | None] = [
        None, cast.cleo, cast.ben, cast.fay, cast.ana, cast.gus, cast.eli, cast.hana, cast.ivo,
    ]  # fmt: skip
    return dict(zip("VTMFPCDSA", letters, strict=True))


def foreign_school() -> School:
    """A school of another district: not even the district office of the cast has a right there."""
    zone = "America/Chicago"
    district = District.objects.create(name="Elm County", zone=zone)
    return School.objects.create(district=district, name="Dogwood School", zone=zone)


def answer_of(response: HttpResponseBase) -> str:
    goes_to = response.get("Location", "").split("?")[0]
    to_sign_in = response.status_code == 302 and goes_to == reverse("account_login")
    return "login" if to_sign_in else str(response.status_code)


def called(client: Client, method: str, address: str) -> str:
    """One request whose changes are taken back, so that no call sets the stage for the next."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic(), transaction.atomic(using="box"):
        answer = answer_of(client.generic(method, address, content_type="application/x-www-form-urlencoded"))
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="box")
    client.cookies = cookies
    return answer


def differences(route: Route, row: dict[str, Any], cast: Cast) -> list[str]:
    """What the route answers otherwise than its row says: one line per role, method and school."""
    people = {letter: cast.browser_of(person) for letter, person in role_holders(cast).items()}
    places = {"own": cast.school, "foreign": foreign_school()}
    found = []
    for place, school in places.items():
        kwargs = {key: object_for(route.name, key)(cast, school) for key in route.keys}
        address = reverse(route.name, kwargs=kwargs)
        for method in METHODS:
            cell = row.get(method)
            expected = by_role(cell[place] if isinstance(cell, dict) else cell) if cell else None
            for letter, client in people.items():
                got = called(client, method, address)
                if got not in ({expected[letter]} if expected else CLOSED):
                    wanted = expected[letter] if expected else "closed"
                    found.append(f"{route.name} {method} {place} {letter}: {got}, not {wanted}")
    return found
