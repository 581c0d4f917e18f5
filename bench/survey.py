"""A survey of 150 people that is open now, on file databases, opened through the rules people use."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from bench.wsgi import Application

PEOPLE = 150
FAR = datetime(2099, 1, 1, tzinfo=UTC)


def own_copy(folder: Path) -> None:
    """A fresh copy of what was prepared, so that no round inherits the rows of another."""
    copy = folder / f"copy-{os.getpid()}"
    shutil.copytree(folder / "prepared", copy)
    point_settings_to(copy)


def point_settings_to(folder: Path) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "ilt.project.settings",
        "ILT_DATA_DIR": str(folder / "data"),
        "ILT_KEY_DIR": str(folder / "keys"),
        "EMAIL_URL": "folder:",
    }
    for name in ("DATABASE_URL", "BOX_URL", "PORT", "ILT_PUBLIC_URL"):
        os.environ.pop(name, None)


def prepare(folder: Path) -> None:
    point_settings_to(folder / "prepared")
    import django

    django.setup()
    from django.core.management import call_command

    from ilt.project.commands.migrate import migrate_both

    migrate_both()
    call_command("collectstatic", verbosity=0, interactive=False)
    open_survey()


def open_survey() -> None:
    from tests.cast import make_cast

    from ilt.collection.rules import move_close
    from ilt.cycle.models import Wave
    from ilt.cycle.tests.waves import faculty, opened
    from ilt.shared.jobs import run_waiting

    cast = make_cast()
    wave = opened(cast, run_waiting, people=faculty(cast, PEOPLE - 3))
    Wave.objects.update(closes_at=FAR)
    move_close(wave.id, FAR)


def application(folder: Path) -> Application:
    own_copy(folder)
    from ilt.project.wsgi import application as made

    return made


def wave_id() -> UUID:
    from ilt.cycle.models import Wave

    return Wave.objects.values_list("id", flat=True).get()


def secrets() -> list[str]:
    """What the mailed links hold."""
    from ilt.cycle import keys
    from ilt.cycle.models import Invitation

    invited = Invitation.objects.values_list("wave_id", "person_id", "counter")
    return [keys.secret_of(*each) for each in invited]
