import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import STORES, binaries, fresh_stores

RELEASES = sorted((Path(__file__).parent / "data").glob("demo-*"))
LARGEST = 300 * 1024


def restore(release: Path, data: Path) -> dict[str, str]:
    """Both stores as the release left them; the settings that point to them."""
    data.mkdir()
    addresses = fresh_stores()
    for setting, store in STORES.items():
        if address := addresses.get(setting):
            sql = gzip.decompress((release / f"{store}.postgres.sql.gz").read_bytes())
            command = [binaries() / "psql", "--quiet", "-v", "ON_ERROR_STOP=1", address]
            subprocess.run(command, input=sql, stdout=subprocess.DEVNULL, check=True)
        else:
            file = gzip.decompress((release / f"{store}.sqlite3.gz").read_bytes())
            (data / f"{store}.sqlite3").write_bytes(file)
    return addresses


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_this_version_opens_the_data_of_a_release(release: Path, tmp_path: Path) -> None:
    addresses = restore(release, tmp_path / "data")
    own = {"ILT_DATA_DIR": str(tmp_path / "data"), "ILT_KEY_DIR": str(tmp_path / "keys"), **addresses}
    without_stores = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    command = [sys.executable, "-m", "tests.data.open_pages"]
    done = subprocess.run(
        command,
        env=without_stores | own | {"EMAIL_URL": "folder:"},
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert seen.pop("pages") > 200
    assert seen == {"not opened": [], "snapshot is whole": True, "answers": True}


def test_the_kept_releases_are_small() -> None:
    kept = [sum(file.stat().st_size for file in release.iterdir()) for release in RELEASES]
    assert kept
    assert max(kept) < LARGEST
