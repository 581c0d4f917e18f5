import json
from pathlib import Path

from typer.testing import CliRunner

from ilt.project.command import app

LIST = """email,first_name,last_name,school,role,Phone
ana@school.example,Ana,Ames,Birch,Teacher,1
ANA@school.example,Ana,Ames,Cedar,Principal,1
,Ben,Boyd,birch,Teacher,2
,Kim,Kerr,Birch,student,3
,Lou,,Birch,Wizard,4
,,Total: 25,,,
"""


def look(tmp_path: Path, text: str) -> tuple[int, dict[str, object]]:
    file = tmp_path / "staff.csv"
    file.write_text(text, encoding="utf-8")
    answer = CliRunner().invoke(app, ["roster", str(file), "--check", "--json"])
    return answer.exit_code, json.loads(answer.stdout)


def test_a_host_looks_at_a_list_and_each_person_counts_once(tmp_path: Path) -> None:
    code, found = look(tmp_path, LIST)
    warnings = found.pop("warnings")
    assert (code, found) == (
        0,
        {
            "format": "staff-csv",
            "schools": 2,
            "staff": {"leader": 1, "teacher": 1},
            "ignored": {"students": 1},
            "errors": [],
        },
    )
    assert warnings == [
        {"file": "staff.csv", "message": "Left out at the door: Phone.", "count": 1},
        {"file": "staff.csv", "message": "Rows left out at once: students.", "count": 1},
        {
            "file": "staff.csv",
            "row": 6,
            "message": "No last name and no mail address: this row was left out.",
            "count": 1,
        },
        {
            "file": "staff.csv",
            "row": 7,
            "message": "Not counted, perhaps no person: no mail address, and no role or a name like a total.",
            "count": 1,
        },
    ]


def test_a_list_that_cannot_be_used_ends_with_one_and_says_why(tmp_path: Path) -> None:
    code, found = look(tmp_path, "Room\n12\n")
    sentence = "We need a column with last names or mail addresses. The list has: Room."
    assert (code, found["errors"]) == (1, [{"file": "staff.csv", "message": sentence}])


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["roster", str(tmp_path / "none.csv"), "--check"])
    assert (answer.exit_code, answer.stdout) == (1, "There is no such file, or we may not read it.\n")


def test_the_command_takes_nothing_over(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["roster", str(tmp_path / "staff.csv")])
    assert answer.exit_code == 2
    assert "This command only looks." in answer.output
