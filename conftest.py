"""What all tests share: the cast, jobs that run on demand, and the browser of this machine."""

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from tests.cast import Cast

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": CHROMIUM_FLAGS}


@pytest.fixture(autouse=True)
def no_language_left_over() -> None:
    """A page that one test read in Spanish leaves Spanish on for the next test of the same thread."""
    if "django.utils.translation" in sys.modules:
        from django.utils import translation

        translation.deactivate()


@pytest.fixture(scope="session")
def static_files() -> None:
    """The collected style sheets and scripts, as a served page finds them."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


@pytest.fixture(scope="session")
def live_server(static_files: None) -> Iterator[LiveServer]:
    """The application as it is served, its static files included: the stock fixture knows no hashed names."""
    with patch("django.contrib.staticfiles.handlers.StaticFilesHandler", lambda application: application):
        server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def cast(db: None, static_files: None) -> "Cast":
    """A district with two schools, and everybody a page must think of."""
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def sign_in_is_quick(settings: Any) -> None:
    """Real hashing takes most of a second on purpose, and earlier tests' tries would count."""
    from django.core.cache import cache

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def run_jobs(db: None) -> Callable[[], int]:
    """Does what the worker would do, until nothing waits; returns how many jobs ran."""
    from ilt.shared.jobs import run_waiting

    return run_waiting


@pytest.fixture
def publishes(transactional_db: None) -> Iterator[None]:
    """For tests with real commits that publish: their end empties tables that refuse to lose a row."""
    yield
    from django.db import connection

    if connection.vendor == "sqlite":  # PostgreSQL's TRUNCATE asks no trigger
        with connection.constraint_checks_disabled(), connection.cursor() as cursor:
            guards = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _sql in guards:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("DELETE FROM ilt_ledgerline")
            cursor.execute("DELETE FROM ilt_snapshot")
            for _name, sql in guards:
                cursor.execute(sql)
