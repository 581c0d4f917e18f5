"""What the hosting page tells a host to do is done here."""

import ast
import os
import re
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest

from ilt.project import environment as env
from ilt.project import settings as settings_module
from tests.hosting.server import answers, environment, free_port, ilt, serving

PAGE = (Path(__file__).parents[2] / "docs" / "how" / "host.md").read_text()
READERS = {"text", "flag", "folder", "database"}


def settings_read_by(module: str) -> set[str]:
    """Every name that the code asks the environment for."""
    calls = [node for node in ast.walk(ast.parse(Path(module).read_text())) if isinstance(node, ast.Call)]
    names = set()
    for call in calls:
        reader = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if reader in READERS and call.args and isinstance(call.args[0], ast.Constant):
            names.add(call.args[0].value)
    return names - {""}


def test_the_table_of_settings_is_complete_and_names_nothing_else() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE))
    read = settings_read_by(str(settings_module.__file__)) | settings_read_by(str(env.__file__))
    assert documented == read
    assert {name for name in read if name.startswith(env.PREFIX)} == env.KNOWN


def commands(name: str) -> str:
    found = re.search(rf"^```{name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def run(name: str, tmp_path: Path, settings: dict[str, str]) -> None:
    """The page's own lines. Only the place of backups is ours; there is no service manager and no account."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    for absent in ("systemctl", "chown"):
        (programs / absent).write_text("#!/bin/sh\n")
        (programs / absent).chmod(0o755)
    lines = commands(name).replace("/var/backups", f"{tmp_path}/backups")
    path = f"{programs}:{os.environ['PATH']}"
    subprocess.run(["bash", "-euc", lines], env={**settings, "PATH": path}, check=True, timeout=60)


SECRET = """
from ilt.roster.models import User
from ilt.collection.models import Slip
User.objects.create(first_name="Cleo", last_name="Cano", email="cleo@school.example")
Slip.objects.create(row_id="f" * 64, wave="7e5f2a8c-1111-4222-8333-944445555666")
"""


def rows(store: Path, question: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(store)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.xdist_group("servers")
def test_a_stopped_server_is_copied_and_restored_by_the_lines_of_the_page(tmp_path: Path) -> None:
    settings = environment(tmp_path, PORT=str(free_port()))
    data, keys = Path(settings["ILT_DATA_DIR"]), Path(settings["ILT_KEY_DIR"])
    assert ilt("migrate", settings=settings).returncode == 0
    assert ilt("django", "shell", "--no-imports", "--command", SECRET, settings=settings).returncode == 0
    key = (keys / "secret-key").read_text()
    run("copy", tmp_path, settings)
    (data / "registrar.sqlite3").write_bytes(b"a broken disk")
    (data / "box.sqlite3").unlink()
    (keys / "secret-key").unlink()
    run("restore", tmp_path, settings)
    assert (keys / "secret-key").read_text() == key
    assert rows(data / "registrar.sqlite3", "SELECT email FROM ilt_user WHERE last_name = 'Cano'") == [
        ("cleo@school.example",)
    ]
    assert rows(data / "box.sqlite3", "SELECT row_id FROM ilt_slip") == [("f" * 64,)]
    with serving(settings, tmp_path / "output") as server:
        assert answers(server.port)
        examined = ilt("doctor", settings=settings)
    assert (examined.returncode, "NOT YET" in examined.stdout) == (0, False), examined.stdout


@pytest.mark.slow
def test_a_copy_is_private_holds_no_times_and_no_key_beside_the_data(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    assert ilt("migrate", settings=settings).returncode == 0
    run("copy", tmp_path, settings)
    copies = {path.parent.name: path for path in (tmp_path / "backups").glob("*/*")}
    assert set(copies) == {"coherently", "coherently-keys"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in copies.values()} == {0o600}
    listed = {
        name: subprocess.run(
            ["tar", "--list", "--verbose", "--utc", "--file", path],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name, path in copies.items()
    }
    assert "box.sqlite3" in listed["coherently"]
    assert "secret-key" in listed["coherently-keys"]
    assert "secret-key" not in listed["coherently"]
    lines = "".join(listed.values()).splitlines()
    assert [line for line in lines if "1970-01-01 00:00" not in line] == []
