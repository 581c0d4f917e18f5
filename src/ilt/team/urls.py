from collections.abc import Iterator
from functools import partial

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from ilt.roster.gate import school_page
from ilt.rounds.urls import paths
from ilt.team import views

HERE = "school/<int:school_id>/team"


def rows_of(table: views.Table) -> Iterator[URLPattern]:
    """New, one row, and its archive."""
    gate, name = school_page("charter.edit"), table.name
    edit = require_http_methods(["GET", "HEAD", "POST"])(gate(partial(views.row, table=table)))
    away = require_POST(gate(partial(views.archive, table=table)))
    yield path(f"{HERE}/{name}/new", edit, name=f"{name}_new")
    yield path(f"{HERE}/{name}/<int:{name}_id>", edit, name=name)
    yield path(f"{HERE}/{name}/<int:{name}_id>/away", away, name=f"{name}_archive")


urlpatterns = [
    path(HERE, views.page, name="charter"),
    path(f"{HERE}/charter.pdf", views.pdf_file, name="charter_pdf"),
    path(f"{HERE}/charter.docx", views.word_file, name="charter_word"),
    *(pattern for table in views.TABLES for pattern in rows_of(table)),
    *paths(views.SPEC),
]
