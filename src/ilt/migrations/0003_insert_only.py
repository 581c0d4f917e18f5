"""Snapshots and ledger lines are written once; the database itself refuses changes."""

from django.db import migrations

from ilt.collection.schema import SQLByVendor

FROZEN_COLUMNS = (
    "wave_id", "snapshot_id", '"group"', "subject", "statistic", "audience",
    "decimals", "banded", "gate_version", "released_on",
)
LEDGER_CHANGED = " OR ".join(f"OLD.{name} IS {{differs}} NEW.{name}" for name in FROZEN_COLUMNS)
SENTENCE = "This record is insert-only."

SQLITE = [
    f"CREATE TRIGGER snapshot_no_update BEFORE UPDATE ON ilt_snapshot BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
    f"CREATE TRIGGER snapshot_no_delete BEFORE DELETE ON ilt_snapshot BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
    f"CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ilt_ledgerline BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
    "CREATE TRIGGER ledger_only_withdraw BEFORE UPDATE ON ilt_ledgerline "
    f"WHEN NOT NEW.withdrawn OR {LEDGER_CHANGED.format(differs='NOT')} "
    f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION ilt_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$",
    "CREATE TRIGGER snapshot_frozen BEFORE UPDATE OR DELETE ON ilt_snapshot "
    "FOR EACH ROW EXECUTE FUNCTION ilt_insert_only()",
    "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ilt_ledgerline "
    "FOR EACH ROW EXECUTE FUNCTION ilt_insert_only()",
    "CREATE TRIGGER ledger_only_withdraw BEFORE UPDATE ON ilt_ledgerline FOR EACH ROW "
    f"WHEN (NOT NEW.withdrawn OR {LEDGER_CHANGED.format(differs='DISTINCT FROM')}) "
    "EXECUTE FUNCTION ilt_insert_only()",
]


class Migration(migrations.Migration):

    dependencies = [("ilt", "0002_box")]

    operations = [
        # Dropping the tables drops their triggers, so there is nothing to reverse but PostgreSQL's function.
        SQLByVendor(sqlite=SQLITE, postgresql=POSTGRESQL, reverse=[], store="default"),
    ]
