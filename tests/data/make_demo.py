"""Keeps both stores of a small demonstration as SQL, once per release: `python -m tests.data.make_demo`.

Later versions prove with it that they can open the data of this one.
"""

import gzip
import os
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path

STORES = ("registrar", "box")


def folder_of_this_release() -> Path:
    return Path(__file__).parent / f"demo-{version('coherently')}"


def settle(folder: Path) -> None:
    """An installation of its own, chosen before the settings are read."""
    os.environ |= {"ILT_DATA_DIR": str(folder / "data"), "ILT_KEY_DIR": str(folder / "keys")}
    os.environ |= {"EMAIL_URL": "folder:", "DJANGO_SETTINGS_MODULE": "ilt.project.settings"}


def fill() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from ilt.project.commands.migrate import migrate_both
    from ilt.project.demo.build import build
    from ilt.project.demo.story import LAST_YEAR, THIS_YEAR, Faculty, Survey
    from ilt.roster.models import User

    migrate_both()
    call_command("collectstatic", verbosity=0, interactive=False)
    surveys = (Survey(LAST_YEAR, 49, 12), Survey(THIS_YEAR, 5, 3, days=20))
    build([Faculty("Birch School", "other", 14, surveys)])
    User.objects.update(password="!")


def keep(data: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for store in STORES:
        with sqlite3.connect(data / f"{store}.sqlite3") as connection:
            sql = "\n".join(connection.iterdump())
        (target / f"{store}.sql.gz").write_bytes(gzip.compress(sql.encode(), mtime=0))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        settle(Path(name))
        fill()
        keep(Path(name) / "data", folder_of_this_release())
