"""Looks at a staff list without changing anything."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from ilt.roster.models import Membership
from ilt.roster.sheets import Unreadable, read_sheet
from ilt.roster.staff_list import Person, Remark, people_of, plain, read_table

Kind = Membership.Kind
ORDER = [
    Kind.LEADER, Kind.TEACHER, Kind.SPECIALIST, Kind.PARAPROFESSIONAL, Kind.OTHER, Kind.DISTRICT, Kind.SYSTEM,
]  # fmt: skip
IN_DOUBT = "Not counted, perhaps no person: no mail address, and no role or a name like a total."


def examine(file: Path) -> dict[str, Any]:
    """Schools, staff by kind, who was ignored, warnings and errors."""
    findings: dict[str, Any] = {
        "format": "", "schools": 0, "staff": {}, "ignored": {}, "warnings": [], "errors": [],
    }  # fmt: skip
    try:
        sheet = read_sheet(file.read_bytes())
        findings["format"] = sheet.format
        table = read_table(sheet.rows)
        people, warnings = people_of(table, table.columns, "en")
    except OSError:
        findings["errors"].append(
            {"file": file.name, "message": "There is no such file, or we may not read it."}
        )
    except Unreadable as problem:
        findings["errors"].append({"file": file.name, "message": str(problem)})
    else:
        private = [Remark(f"Left out at the door: {name}.") for name in table.private]
        doubts = [Remark(IN_DOUBT, person.row) for person in people if person.doubtful]
        people = [person for person in people if not person.doubtful]
        remarks = [*map(Remark, sheet.notes), *private, *table.warnings, *warnings, *doubts]
        findings["schools"] = len({plain(person.school) for person in people if person.school})
        findings["staff"] = staff_by_kind(people)
        findings["ignored"] = dict(table.ignored)
        findings["warnings"] = [as_finding(file, remark) for remark in remarks]
    return findings


def as_finding(file: Path, remark: Remark) -> dict[str, Any]:
    said = {name: value for name, value in asdict(remark).items() if value is not None}
    return {"file": file.name, **said}


def staff_by_kind(people: list[Person]) -> dict[str, int]:
    """Each person once, however many rows name them, under the first of their kinds."""
    kinds: dict[str, set[str]] = {}
    for person in people:
        key = person.email or plain(f"{person.first_name}|{person.last_name}|{person.school}")
        kinds.setdefault(key, set()).add(person.kind or Kind.TEACHER)
    first = Counter(next(kind for kind in ORDER if kind in held) for held in kinds.values())
    return {kind.value: first[kind] for kind in ORDER if first[kind]}


def show(findings: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(findings, ensure_ascii=False, indent=2))
        return
    for name in ("staff", "ignored"):
        for what, count in findings[name].items():
            typer.echo(f"{name}: {count} {what}")
    for problem in [*findings["errors"], *findings["warnings"]]:
        row = f"row {problem['row']}: " if "row" in problem else ""
        typer.echo(f"{row}{problem['message']}")
