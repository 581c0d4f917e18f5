"""Writes a store's files anew, so that deleted rows are gone from pages, free lists and the journal."""

from collections.abc import Sequence
from pathlib import Path

from django.db import OperationalError, connections, transaction

BUSY_MS, USUAL_BUSY_MS = 1000, 20_000


def rewrite(store: str, tables: Sequence[str]) -> bool:
    """True once nothing deleted is left. False when the store is in use: ask again at the next tick."""
    connection = connections[store]
    try:
        if connection.vendor == "sqlite":
            return _rewrite_file(store)
        for table in tables:
            _fill_anew(store, connection.ops.quote_name(table))
    except OperationalError:
        return False
    return True


def _fill_anew(store: str, table: str) -> None:
    """Moves the rows that are left into new files of the table, in one transaction.

    Not VACUUM FULL: it silently keeps deleted rows that any open transaction of the database could still see.
    """
    with transaction.atomic(using=store), connections[store].cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {BUSY_MS}")
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM {table}")  # noqa: S608
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute(f"INSERT INTO {table} SELECT * FROM kept ORDER BY 1")  # noqa: S608


def _rewrite_file(store: str) -> bool:
    """A busy checkpoint raises nothing: only an empty journal proves that deleted rows have left it."""
    connection = connections[store]
    with connection.cursor() as cursor:
        # With the usual patience a truncation would keep other writers waiting for seconds.
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        try:
            cursor.execute("VACUUM")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            free = cursor.execute("PRAGMA freelist_count").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={USUAL_BUSY_MS}")
    journal = Path(f"{connection.settings_dict['NAME']}-wal")
    return not busy and not free and (not journal.exists() or journal.stat().st_size == 0)
