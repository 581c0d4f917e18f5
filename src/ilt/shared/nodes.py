"""Things that can be linked, as rows of one shape, so that one statement reads them from all slices."""

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    F,
    IntegerField,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

COLUMNS: dict[str, Any] = {
    "kind": CharField(),
    "ref": CharField(),
    "title": TextField(),
    "day": DateField(),
    "minutes": IntegerField(),
    "needed": IntegerField(),
    "arranged": IntegerField(),
    "detail": TextField(),
    "state": CharField(),
    "teams": TextField(),  # a JSON list
    "everybody": BooleanField(),
    "person": IntegerField(),
    "parent": CharField(),  # the goal or priority that it belongs to without a link
}
EMPTY: dict[str, Any] = {
    "day": None,
    "minutes": None,
    "needed": 0,
    "arranged": 0,
    "detail": "",
    "state": "",
    "teams": "[]",
    "everybody": False,
    "person": None,
    "parent": "",
}


ARCHIVED = Case(When(archived=True, then=Value("archived")), default=Value(""))


def as_nodes(rows: QuerySet[Any, Any], kind: str, **columns: Any) -> QuerySet[Any, Any]:
    """Rows of a slice in the common shape: `F("title")` for a column, anything else for itself."""
    given = {"kind": kind, "ref": F("id"), **EMPTY, **columns}
    cast = {
        f"node_{name}": Cast(value if hasattr(value, "resolve_expression") else Value(value), COLUMNS[name])
        for name, value in ((name, given[name]) for name in COLUMNS)
    }
    shaped: QuerySet[Any, Any] = rows.order_by().annotate(**cast).values_list(*cast)
    return shaped
