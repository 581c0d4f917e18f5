"""The command `ilt`: one file in `commands/` for each sub-command, calling rules that people use too."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Runs and looks after a Coherently server."
)


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilt.project.settings")
    import django

    django.setup()


def set_up_demo() -> None:
    """Folders, stores and mail of the demonstration's own, before the settings are read."""
    os.environ.setdefault("ILT_DATA_DIR", "var/demo/data")
    os.environ.setdefault("ILT_KEY_DIR", "var/demo/keys")
    os.environ |= {"ILT_DEMO": "true", "EMAIL_URL": "folder:"}  # made-up people get no real mail
    for name in ("DATABASE_URL", "BOX_URL"):
        os.environ.pop(name, None)  # nor do they get into the databases of a real installation
    for name in ("DATABASE_URL", "BOX_URL", "EMAIL_URL", "ILT_DEMO"):
        os.environ.pop(f"{name}_FILE", None)  # a file would win over what is set here


@app.command(
    name="django",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def django_command(context: typer.Context) -> None:
    """Passes everything after it to Django's own commands."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["ilt django", *context.args])


@app.command()
def migrate() -> None:
    """Brings both databases to this version. Safe to run at every start."""
    from ilt.project.commands.migrate import migrate_both

    migrate_both()


@app.command()
def serve(port: int = typer.Option(0, help="0 takes PORT, else 8000 or the next free one.")) -> None:
    """Starts the web pages, the worker and the clock, and keeps them running."""
    from ilt.project.commands.serve import serve as run

    run(port)


@app.command()
def demo(port: int = typer.Option(0, help="0 takes PORT, else 8000 or the next free one.")) -> None:
    """Serves a made-up district with two years of surveys, kept apart from all other data."""
    from ilt.project.commands.demo import demo as run

    run(port)


@app.command()
def tick() -> None:
    """Does what is due, every minute. `ilt serve` runs it; a host with several web servers runs it once."""
    from ilt.project.tick import main as run

    run()


@app.command()
def roster(
    file: Annotated[Path, typer.Argument(help="A staff list as CSV or XLSX.")],
    check: bool = typer.Option(False, "--check", help="Only look. Lists are taken over on the staff page."),
    as_json: bool = typer.Option(False, "--json", help="Print the findings as JSON."),
) -> None:
    """Says what a staff list holds and what is wrong with it. Ends with 1 if nothing could be taken over."""
    from ilt.project.commands.roster import examine, show

    if not check:
        raise typer.BadParameter("This command only looks. Add --check, or open the staff page to take over.")
    findings = examine(file)
    show(findings, as_json)
    if findings["errors"]:
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Checks this installation and says what to do. Ends with 1 if something is wrong."""
    from ilt.project.commands.doctor import doctor as examine

    if not examine():
        raise typer.Exit(1)


def main() -> None:
    os.umask(0o077)  # what we write (names, answers, keys) is for this account alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilt.project.settings")
    if sys.argv[1:2] == ["demo"]:
        set_up_demo()
    if sys.argv[1:2] != ["django"]:
        set_up_django()
    app()


if __name__ == "__main__":
    main()
