"""Finding what was written, by its words: the databases' own full text, behind a few functions."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from ilt.shared.models import Writing

MOST_WORDS, MOST_FOUND = 8, 50
LONGEST_WORD = 60  # letters; what begins alike is found by its beginning, and no index holds endless words
AROUND = 90  # letters shown on each side of what was found

_INDEX = {
    "sqlite": (
        "DELETE FROM ilt_words WHERE rowid = %(id)s",
        "INSERT INTO ilt_words (rowid, words) VALUES (%(id)s, %(words)s)",
    ),
    "postgresql": ("UPDATE ilt_writing SET words = to_tsvector('simple', %(words)s) WHERE id = %(id)s",),
}
_FORGET = {"sqlite": ("DELETE FROM ilt_words WHERE rowid = %(id)s",), "postgresql": ()}
_FIND = {
    "sqlite": "SELECT w.id, w.place, w.ref, w.title, w.text "
    "FROM ilt_words f JOIN ilt_writing w ON w.id = f.rowid "
    "WHERE ilt_words MATCH %(query)s AND w.school = %(school)s AND w.audience IN ({audiences}) "
    "ORDER BY rank, w.id LIMIT %(most)s",
    "postgresql": "SELECT w.id, w.place, w.ref, w.title, w.text "
    "FROM ilt_writing w, to_tsquery('simple', %(query)s) q "
    "WHERE w.words @@ q AND w.school = %(school)s AND w.audience IN ({audiences}) "
    "ORDER BY ts_rank(w.words, q) DESC, w.id LIMIT %(most)s",
}
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Letters without accents, so that a search from an English keyboard finds Spanish words."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()


def words_of(text: str) -> list[str]:
    """The words, folded and nothing else: both databases see the same, and no sign of their own languages."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


@transaction.atomic
def remember(*, school: int, place: str, ref: str, audience: str, title: str, text: str) -> None:
    """Keeps one writing findable in its newest wording. An empty one is forgotten."""
    if not (title or text):
        forget(school=school, place=place, ref=ref)
        return
    values = {"audience": audience, "title": title[:200], "text": text}
    row, _made = Writing.objects.update_or_create(school=school, place=place, ref=ref, defaults=values)
    _run(_INDEX, {"id": row.id, "words": " ".join(words_of(f"{title}\n{text}"))})


def forget(*, school: int, place: str, ref: str) -> None:
    _forget(Writing.objects.filter(school=school, place=place, ref=ref))


def forget_all(*, school: int, place: str, begins: str) -> None:
    """Forgets all writings of a place whose `ref` begins so."""
    _forget(Writing.objects.filter(school=school, place=place, ref__startswith=begins))


def _forget(rows: QuerySet[Writing]) -> None:
    with transaction.atomic():
        for row in rows:
            _run(_FORGET, {"id": row.id})
            row.delete()


def move(*, school: int, place: str, begins: str, to: str, before: str) -> None:
    """Writings whose `ref` begins so are found at another place from now on, with this before their `ref`."""
    rows = Writing.objects.filter(school=school, place=place, ref__startswith=begins)
    rows.update(place=to, ref=Concat(Value(before), "ref"))


def show_staff(*, school: int, place: str, begins: str = "") -> None:
    """What only its writers could find at this place can now be found by everybody on the staff."""
    rows = Writing.objects.filter(school=school, place=place, ref__startswith=begins)
    rows.exclude(audience="staff").update(audience="staff")


def _run(statements: dict[str, tuple[str, ...]], values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement, values)


@dataclass(frozen=True)
class Found:
    place: str
    ref: str
    title: str
    excerpt: str


def find(school: int, typed: str, audiences: Collection[str]) -> list[Found]:
    """What holds all of these words, or words that begin with them; only for these audiences."""
    words = words_of(typed)[:MOST_WORDS]
    if not (words and audiences):
        return []
    sqlite = connection.vendor == "sqlite"
    query = " ".join(f'"{word}"*' for word in words) if sqlite else " & ".join(f"{word}:*" for word in words)
    values = {"query": query, "school": school, "most": MOST_FOUND}
    named = {f"audience{number}": each for number, each in enumerate(audiences)}
    statement = _FIND[connection.vendor].format(audiences=", ".join(f"%({name})s" for name in named))
    rows = Writing.objects.raw(statement, values | named)
    return [Found(row.place, row.ref, row.title, excerpt(row.text, words)) for row in rows]


def excerpt(text: str, words: list[str]) -> str:
    """The text around the first of the words."""
    plain = " ".join(text.split())
    # Folding can change how many signs a letter has, so the place is a near one; nothing rests on it.
    starts = [
        found.start() for found in _WORD.finditer(fold(plain)) if found.group().startswith(tuple(words))
    ]
    start = max(0, min(starts, default=0) - AROUND)
    end = start + 2 * AROUND
    return ("… " if start else "") + plain[start:end].strip() + (" …" if end < len(plain) else "")
