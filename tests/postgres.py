"""Runs a command with both stores on a PostgreSQL server of its own: `python tests/postgres.py pytest ...`.

Neither root's refusal to run a server nor a missing service matters: the server lives in a temporary folder,
listens on no network address, and ends with the command.
"""

import grp
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

STORES = {"DATABASE_URL": "registrar", "BOX_URL": "box"}


def binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if path := shutil.which("initdb"):
        return Path(path).parent
    raise SystemExit("PostgreSQL's server programs are missing. Install the package postgresql.")


def as_postgres(folder: Path) -> dict[str, Any]:
    """Options to run a program as the unprivileged account, when we are root."""
    if os.getuid() != 0:
        return {"cwd": folder}
    account = pwd.getpwnam("postgres")
    shutil.chown(folder, account.pw_uid, account.pw_gid)
    group = grp.getgrgid(account.pw_gid).gr_gid
    return {"cwd": folder, "user": account.pw_uid, "group": group, "extra_groups": []}


def fresh_stores() -> dict[str, str]:
    """Settings of two new, empty databases, when the tests run on PostgreSQL; none when they run on files."""
    made = {}
    for setting, store in STORES.items():
        if address := os.environ.get(setting):
            name = f"{store}_{uuid4().hex}"
            subprocess.run(
                [binaries() / "psql", "--quiet", "-c", f"CREATE DATABASE {name}", address], check=True
            )
            made[setting] = address.replace(f"/{store}?", f"/{name}?")
    return made


def main() -> int:
    programs = binaries()
    with tempfile.TemporaryDirectory(prefix="coherently-postgres-") as name:
        folder = Path(name)
        options = as_postgres(folder)
        data, log = folder / "data", folder / "log"
        subprocess.run(
            [programs / "initdb", "-A", "trust", "--no-sync", "--locale=C.UTF-8", "-U", "postgres", data],
            check=True,
            stdout=subprocess.DEVNULL,
            **options,
        )
        arguments = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        control = [programs / "pg_ctl", "-D", data, "-w", "-l", log]
        subprocess.run([*control, "-o", arguments, "start"], check=True, stdout=subprocess.DEVNULL, **options)
        try:
            for store in STORES.values():
                subprocess.run(
                    [programs / "createdb", "-h", folder, "-U", "postgres", store], check=True, **options
                )
            address = f"postgresql://postgres@/{{}}?host={folder}"
            stores = {setting: address.format(store) for setting, store in STORES.items()}
            return subprocess.run(sys.argv[1:], env={**os.environ, **stores}, check=False).returncode
        finally:
            subprocess.run([*control, "-m", "fast", "stop"], check=True, stdout=subprocess.DEVNULL, **options)


if __name__ == "__main__":
    raise SystemExit(main())
