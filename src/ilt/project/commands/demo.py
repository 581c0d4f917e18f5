"""The demonstration: a made-up district in folders of its own, built once, then served."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import typer
from django.conf import settings
from django.core.management import call_command

from ilt.project.commands.migrate import migrate_both
from ilt.project.commands.serve import children, place, supervise
from ilt.project.demo.build import SignIn, build

SIGN_INS, BUILDING = "sign-ins.json", "building"
STORES = ("registrar.sqlite3", "box.sqlite3")


def demo(wanted: int = 0) -> None:
    with place(wanted) as port:
        file = settings.DATA_DIR / SIGN_INS
        if not file.exists():
            typer.echo("Building the made-up district. This takes less than a minute, and happens once.")
            make_room()
        migrate_both()
        call_command("collectstatic", verbosity=0, interactive=False)
        if not file.exists():
            keep(file, [asdict(way) for way in build()])
            (settings.DATA_DIR / BUILDING).unlink()
        kept = json.loads(file.read_text(encoding="utf-8"))
        move_mails(kept["address"])
        keep(file, kept["sign-ins"])
        show([SignIn(**way) for way in kept["sign-ins"]])
        supervise(children(port), port)


def keep(file: Path, ways: list[dict[str, str]]) -> None:
    file.write_text(json.dumps({"address": settings.PUBLIC_URL, "sign-ins": ways}), encoding="utf-8")


def move_mails(before: str) -> None:
    """The next free port may be another one this time; the links in the mails follow."""
    for file in (settings.DATA_DIR / "mail").glob("*.log") if before != settings.PUBLIC_URL else ():
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f"{before}/", f"{settings.PUBLIC_URL}/"), encoding="utf-8")


def make_room() -> None:
    """Clears what an interrupted build left, and touches no data that is not the demonstration's."""
    building = settings.DATA_DIR / BUILDING
    if building.exists():
        for name in STORES:
            for file in settings.DATA_DIR.glob(f"{name}*"):
                file.unlink()
        for name in ("ballots", "mail", "print"):
            shutil.rmtree(settings.DATA_DIR / name, ignore_errors=True)
    elif (settings.DATA_DIR / STORES[0]).exists():
        raise SystemExit(f"{settings.DATA_DIR} holds no demonstration. Set ILT_DATA_DIR to another folder.")
    building.touch()


def show(ways: list[SignIn]) -> None:
    typer.echo("\nSign in as one of these made-up people:\n")
    for way in ways:
        typer.echo(f"  {way.who}\n    {way.email}   {way.password}")
    typer.echo(f"\nMails that were sent: {settings.PUBLIC_URL}/demo/mail. Open one to answer the survey.\n")
