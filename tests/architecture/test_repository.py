"""What is in the repository: nothing of one machine, nothing of a private index, and contracts that bite."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(?:home|root|Users|work)/\w+")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def machine_paths(text: str) -> list[str]:
    return MACHINE_PATH.findall(text)


def test_no_file_names_a_folder_of_one_machine() -> None:
    named = {}
    for path in tracked():
        if path.exists() and path != Path(__file__):
            try:
                found = machine_paths(path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue
            if found:
                named[str(path.relative_to(ROOT))] = found
    assert named == {}


def test_a_planted_machine_path_is_found() -> None:
    assert machine_paths('open("/home/someone/data.csv")') == ["/home/someone"]
    assert machine_paths("docs/home/page, https://school.example/home/page, /home") == []


def test_the_lock_file_names_one_public_place_alone() -> None:
    """A mirror or a folder of one machine would fail for everybody else."""
    packages = [each for each in tomllib.loads((ROOT / "uv.lock").read_text())["package"] if "wheels" in each]
    files = [urlsplit(file["url"]) for package in packages for file in package["wheels"]]
    indexes = {urlsplit(package["source"]["registry"]) for package in packages}
    assert len(packages) > 50
    for places in (indexes, files):
        assert {place.scheme for place in places} == {"https"}
        assert len(hosts := {place.hostname or "" for place in places}) == 1
        assert all(re.fullmatch(r"[a-z.]+\.org", host) for host in hosts)


BREACHES = {
    "A slice imports only slices below it": ("ilt/roster/planted.py", "from ilt.cycle import models"),
    "Views are thin, models hold no verbs": ("ilt/roster/models.py", "from ilt.roster import rules"),
    "The library knows neither the web application nor Django": ("coherently/errors.py", "import django"),
    "The library flows one way": ("coherently/errors.py", "from coherently import moments"),
    "Only the report slice calls statistics": ("ilt/cycle/planted.py", "from coherently import moments"),
    "Only the box touches its tables": ("ilt/report/planted.py", "from ilt.collection import models"),
}


@pytest.fixture(scope="module")
def contracts_broken_by_planted_imports(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of contracts that the import linter reports, in a copy of the tree with planted imports."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for file, line in BREACHES.values():
        with (copy / "src" / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    linter = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "COLUMNS": "200"}
    report = subprocess.run(
        [linter, "--no-cache"], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    return set(re.findall(r"^(.+?) BROKEN", report.stdout, re.MULTILINE))


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_import_breaks_its_contract(
    name: str, contracts_broken_by_planted_imports: set[str]
) -> None:
    assert name in contracts_broken_by_planted_imports
