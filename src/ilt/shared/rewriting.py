"""Writes a store's files anew, so that deleted rows are gone from pages, free lists and the journal."""

from collections.abc import Sequence
from pathlib import Path

from django.db import OperationalError, connections

BUSY_MS, USUAL_BUSY_MS = 1000, 20_000


def rewrite(store: str, tables: Sequence[str]) -> bool:
    """True once nothing deleted is left. False when the store is in use: ask again at the next tick."""
    connection = connections[store]
    try:
        if connection.vendor == "sqlite":
            return _rewrite_file(store)
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"VACUUM FULL {connection.ops.quote_name(table)}")
    except OperationalError:
        return False
    return True


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
