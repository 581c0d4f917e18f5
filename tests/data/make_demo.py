"""Keeps both stores of a small demonstration once per release: files as they are, PostgreSQL as SQL.

Later versions prove with it that they can open the data of this one. The two lines to run:
`python -m tests.data.make_demo` and `python tests/postgres.py .venv/bin/python -m tests.data.make_demo`.
"""

import gzip
import os
import re
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from tests.postgres import STORES, binaries


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
    surveys = (Survey(LAST_YEAR, 49, 16), Survey(THIS_YEAR, 49, 16))
    open_now = Faculty("Birch School", "other", 8, (Survey(THIS_YEAR, 5, 3, days=20),))
    build([Faculty("Alder Elementary", "elementary", 18, surveys, plans=True), open_now])
    User.objects.update(password="!")


def keep(data: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for setting, store in STORES.items():
        if address := os.environ.get(setting):
            name, content = f"{store}.postgres.sql.gz", dump(address)
        else:
            name, content = f"{store}.sqlite3.gz", copy_of(data / f"{store}.sqlite3")
        (target / name).write_bytes(gzip.compress(content, mtime=0))


def dump(address: str) -> bytes:
    command = [binaries() / "pg_dump", "--no-owner", "--no-privileges", address]
    sql = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return re.sub(rb"(?m)^\\(un)?restrict .*\n", b"", sql)  # older programs do not know this line


def copy_of(store: Path) -> bytes:
    """The whole file: as SQL, tables for search would not come back."""
    target = store.with_suffix(".copy")
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("VACUUM INTO ?", [str(target)])
    return target.read_bytes()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        settle(Path(name))
        fill()
        keep(Path(name) / "data", folder_of_this_release())
