"""Rows that several people edit: who saves says which revision they read, and nobody is overwritten."""

from typing import Any, TypeVar

from django.db.models import F, Model

Row = TypeVar("Row", bound=Model)


class Refused(Exception):
    """A rule says no; the text says what to do next."""


class Stale(Exception):
    """Somebody saved this row in the meantime. `theirs` is how it is now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs


def save_row(row: Row, revision: int, **changes: Any) -> None:
    """Changes a row that still has this revision, and counts it on.

    Raises
    ------
    Stale
        If it has another revision by now; nothing is changed then.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    if not rows.filter(revision=revision).update(revision=F("revision") + 1, **changes):
        raise Stale(rows.get())
