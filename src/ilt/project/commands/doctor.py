"""Checks an installation: one line for each check, and for each problem what to do."""

import json
import shutil
import smtplib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import typer
from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

STORES = {"default": "DATABASE_URL", "box": "BOX_URL"}
SQLITE_SETTINGS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
SECURE_DELETE = {"secure_delete": "1"}  # else deleted ballots stay readable in the box's file
# A server that logs statements, or keeps commit times, knows who came when.
POSTGRESQL_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "track_commit_timestamp": "off",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length_on_error": "0",
}
WATCHERS = """SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'logical'
    UNION SELECT pubname FROM pg_publication UNION SELECT extname FROM pg_extension
    WHERE extname = 'pg_stat_statements'"""
COPIES_AT_CLOSE = 3  # the close rewrites the box beside itself and keeps a copy of the answers
SPARE_BYTES = 200 * 2**20
CLOCK_SLACK_S = 120

Problems = Iterator[str]


def stores_are_current() -> Problems:
    for store, setting in STORES.items():
        try:
            executor = MigrationExecutor(connections[store])
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                yield f"The {store} store is older than this version. Run: ilt migrate"
        except DatabaseError:
            yield f"The {store} store does not answer. Check {setting} and that its server runs."


def stores_are_safe() -> Problems:
    for store in STORES:
        if connections[store].vendor == "sqlite":
            wanted = SQLITE_SETTINGS | (SECURE_DELETE if store == "box" else {})
            yield from differences(store, "PRAGMA", wanted)
        else:
            yield from differences(store, "SHOW", POSTGRESQL_SETTINGS)
            yield from watchers(store)


def differences(store: str, ask: str, wanted: Mapping[str, str]) -> Problems:
    for name, value in wanted.items():
        with connections[store].cursor() as cursor:
            cursor.execute(f"{ask} {name}")
            found = str(cursor.fetchone()[0])
        if found != value:
            yield f"The {store} store has {name} = {found}. Set it to {value}."


def watchers(store: str) -> Problems:
    with connections[store].cursor() as cursor:
        cursor.execute(WATCHERS)
        for (name,) in cursor.fetchall():
            yield f"The {store} store is watched by {name}. Remove this replication or extension."


def keys_are_private() -> Problems:
    for path in (settings.KEY_DIR, *settings.KEY_DIR.rglob("*")):
        if path.stat().st_mode & 0o077:
            yield f"Other accounts can read {path}. Run: chmod -R go-rwx {settings.KEY_DIR}"


def data_are_private() -> Problems:
    if settings.DATA_DIR.stat().st_mode & 0o077:
        yield f"Other accounts can look into {settings.DATA_DIR}. Run: chmod go-rwx {settings.DATA_DIR}"


def disk_has_room_for_a_close() -> Problems:
    box = sum(path.stat().st_size for path in settings.DATA_DIR.glob("box.sqlite3*"))
    wanted = COPIES_AT_CLOSE * box + SPARE_BYTES
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < wanted:
        megabytes = f"{free // 2**20} of {wanted // 2**20} megabytes"
        yield f"The disk of {settings.DATA_DIR} has {megabytes} that a close may need. Free some."


def mail_server_answers() -> Problems:
    if not settings.MAIL_WORKS:
        return  # slips and booklets need none
    try:
        with get_connection():
            pass
    except (smtplib.SMTPException, OSError) as error:
        yield f"The mail server does not take us ({type(error).__name__}). Check EMAIL_URL."


def clock_is_right() -> Problems:
    """It cannot be earlier than what was already written. A wrong clock closes a survey on a wrong day."""
    written = [Path(__file__), *settings.DATA_DIR.glob("*.sqlite3*")]
    if time.time() + CLOCK_SLACK_S < max(path.stat().st_mtime for path in written):
        yield "The clock of this machine is behind its own files. Set it, best by a time server."


def static_files_are_collected() -> Problems:
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    paths = json.loads(manifest.read_text())["paths"].values() if manifest.exists() else []
    if not paths or not all((settings.STATIC_ROOT / path).exists() for path in paths):
        yield "Style sheets and scripts are missing. Start once with: ilt serve"


CHECKS: dict[str, Callable[[], Problems]] = {
    "Both databases answer and are up to date": stores_are_current,
    "Both databases keep what they confirm, and no times": stores_are_safe,
    "Keys are readable by this account alone": keys_are_private,
    "Data are readable by this account alone": data_are_private,
    "The disk has room for a close": disk_has_room_for_a_close,
    "The mail server answers, or none is set": mail_server_answers,
    "The clock is right": clock_is_right,
    "Style sheets and scripts are in place": static_files_are_collected,
}


def problems_of(check: Callable[[], Problems]) -> list[str]:
    try:
        return list(check())
    except DatabaseError:
        return ["The check needs a database that answers."]


def doctor() -> bool:
    """Prints every check and its problems; True if all is well."""
    well = True
    for title, check in CHECKS.items():
        found = problems_of(check)
        typer.echo(f"{'NOT YET' if found else 'ok     '}  {title}")
        for problem in found:
            typer.echo(f"         {problem}")
        well = well and not found
    return well
