"""The box's tables, column by column. A new column needs a line here, and a reason in the design."""

import pytest
from django.db import connections

ALLOWED = {
    "ilt_boxwave": (
        [
            "wave",
            "instrument",
            "state",
            "sign_spki",
            "seal_spki",
            "fp",
            "closes_at",
            "grace_s",
            "payload_len",
            "has_comments",
        ]
    ),
    "ilt_slip": ["row_id", "wave"],
    "ilt_ballot": ["row_id", "wave", "rev", "sealed", "sealed_comment"],
    "ilt_closestep": ["id", "wave", "step", "facts"],
    "ilt_answers": ["id", "wave", "packed", "groups"],
    "ilt_receipt": ["id", "wave", "code"],
    "ilt_comment": ["id", "wave", "text"],
}


@pytest.mark.django_db(databases=["box"])
def test_the_box_has_these_columns_and_no_others() -> None:
    box = connections["box"]
    with box.cursor() as cursor:
        tables = {name for name in box.introspection.table_names(cursor) if name != "django_migrations"}
        columns = {
            table: [column.name for column in box.introspection.get_table_description(cursor, table)]
            for table in sorted(tables)
        }
    assert columns == ALLOWED


@pytest.mark.django_db(databases=["box"])
def test_no_table_of_the_box_refers_to_another_or_counts_its_rows() -> None:
    box = connections["box"]
    with box.cursor() as cursor:
        for table in ALLOWED:
            constraints = box.introspection.get_constraints(cursor, table)
            assert [name for name, each in constraints.items() if each["foreign_key"]] == []
            if box.vendor == "postgresql":
                assert box.introspection.get_sequences(cursor, table) == []
        if box.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'ilt_%'")
            counted = [name for name, sql in cursor.fetchall() if not sql.endswith("WITHOUT ROWID")]
            assert counted == []
