"""SQL that differs between SQLite and PostgreSQL, for migrations of the box."""

from typing import Any

from django.db.migrations import RunSQL

Statements = list[str | tuple[str, Any]]


class SQLByVendor(RunSQL):
    """Runs the statements written for the database at hand, in the store that its hint names."""

    def __init__(
        self, sqlite: Statements, postgresql: Statements, reverse: Statements, store: str, **options: Any
    ) -> None:
        self.by_vendor = {"sqlite": sqlite, "postgresql": postgresql}
        super().__init__(sql=[], reverse_sql=reverse, hints={"store": store}, **options)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.sql = self.by_vendor[schema_editor.connection.vendor]
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        raise NotImplementedError("Written by hand, never by makemigrations.")
