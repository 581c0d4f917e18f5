"""What a person can do with `coherently score | report | check | simulate`, and how it refuses."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coherently.cli import main
from coherently.instrument.files import SHIPPED

ROOT = Path(__file__).parents[2]
DEMO = Path(__file__).parent / "data" / "demo-coherence.toml"
Run = Callable[..., tuple[int, str, str]]

# Worked by hand. Group A: scores 2.5 3.5 3.5 2.5; both items have mean 3 and variance 2/3.
BY_HAND = """school,staff,teamwork1,teamwork2
A,8,2,3
A,8,3,4
A,8,4,3
A,8,3,2
B,,5,5
,,1,1
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["coherently", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def answers(run: Run) -> str:
    assert run("simulate", "--schools", "3", "--people", "30", "--seed", "4", "--out", "answers.csv")[0] == 0
    return "answers.csv"


def test_a_hand_worked_file_gives_the_hand_worked_numbers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BY_HAND)
    asked = ["--instrument", str(DEMO), "--group", "school", "--population", "staff", "--allow-absent-items"]
    status, out, err = run("score", "a.csv", *asked, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert found["instrument"] == {"id": "demo-coherence", "version": "1.0.0"}
    assert found["n"] == 6
    assert found["cautions"] == [
        {
            "code": "group_missing",
            "field": "group",
            "text": "1 people have no group; they count only where groups are pooled.",
        }
    ]
    a, b = found["groups"]
    assert (a["group"], a["n"], a["population"], b["group"], b["population"]) == ("A", 4, 8, "B", None)
    teamwork = a["constructs"][1]
    assert teamwork.pop("rwg_j") == pytest.approx({"uniform": 0.8, "slight_skew": 0.668874172}, abs=1e-9)
    assert teamwork == {
        "construct": "teamwork",
        "n": 4,
        "mean": 3.0,
        "se": pytest.approx(0.204124145, abs=1e-9),
        "low": pytest.approx(2.350386, abs=1e-6),
        "high": pytest.approx(3.649614, abs=1e-6),
        "sd": pytest.approx(0.577350269, abs=1e-9),
        "rwg_j_star": pytest.approx(2 / 3),
        "ad_m": 0.5,
        "a_wg": 0.75,
        "cautions": [],
    }
    assert a["constructs"][0]["mean"] is None
    first = a["constructs"][0]["cautions"][0]
    assert (first["code"], first["field"]) == ("no_scores", "mean")
    pooled = found["pooled"][1]
    assert (pooled["n_items"], pooled["n"]) == (2, 6)
    assert pooled["alpha"] == pytest.approx(8 / 9)
    assert pooled["icc1_anova"] == pytest.approx((3.2 - 1 / 3) / (3.2 + 1.5 / 3))
    assert pooled["icc2_anova"] == pytest.approx(1 - (1 / 3) / 3.2)


def test_the_quick_table_shows_means(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BY_HAND)
    _, out, _ = run("score", "a.csv", "--instrument", str(DEMO), "--group", "school", "--allow-absent-items")
    assert out.splitlines()[2].split() == ["A", "teamwork", "4", "3.00", "2.08", "3.92"]


def test_people_complete_on_fewer_items_are_counted_in_a_caution(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BY_HAND.replace("A,8,2,3", "A,8,2,"))
    asked = ["--instrument", str(DEMO), "--group", "school", "--allow-absent-items", "--json"]
    found = json.loads(run("score", "a.csv", *asked)[1])
    cautions = {each["code"]: each["text"] for each in found["groups"][0]["constructs"][1]["cautions"]}
    assert cautions["complete_cases"] == "This number rests on the 3 people who answered every item."


def test_refused_input_ends_with_status_2_and_nothing_on_standard_output(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BY_HAND.replace("2,3", "2,9"))
    asked = ["--instrument", str(DEMO), "--group", "school", "--allow-absent-items", "--json"]
    assert run("score", "a.csv", *asked) == (
        2,
        "",
        "a.csv, column teamwork2, row 2: A06 '9' is not one of the whole numbers 1 to 5.\n",
    )
    assert run("score", "none.csv", *asked)[:2] == (2, "")
    status, out, err = run("score", "a.csv", "--instrument", "none.toml", "--group", "school", "--json")
    assert (status, out) == (2, "")
    assert "none.toml" in err


def test_a_report_is_one_page_and_a_ledger(run: Run, answers: str, tmp_path: Path) -> None:
    asked = ["--instrument", "coherently-core", "--group", "group", "--population", "population"]
    assert run("report", answers, *asked, "--out", "report")[0] == 0
    assert sorted(file.name for file in (tmp_path / "report").iterdir()) == ["index.html", "ledger.json"]
    html = (tmp_path / "report" / "index.html").read_text()
    assert [re.sub("<.*?>", "", h) for h in re.findall(r"<h2.*?</h2>", html)] == [
        "Sections of this report",
        "School 1",
        "School 2",
        "School 3",
        "Everybody together",
    ]
    ledger = json.loads((tmp_path / "report" / "ledger.json").read_text())
    assert ledger["gate"] == "whole-group/2"
    assert {
        "group": "School 1",
        "subject": "item:safety1",
        "statistic": "mean",
        "decimals": 1,
        "banded": False,
    } in ledger["lines"]


def test_a_school_where_nobody_answered_counts_among_those_asked_but_has_no_section(
    run: Run, answers: str, tmp_path: Path
) -> None:
    asked = ["report", answers, "--instrument", "coherently-core", "--group", "group", "--population"]
    staff = "group,population\nSchool 1,30\nSchool 2,30\nSchool 3,30\n"

    def told(name: str, text: str) -> tuple[list[str], list[str]]:
        (tmp_path / f"{name}.csv").write_text(text)
        assert run(*asked, f"{name}.csv", "--out", name)[0] == 0
        html = (tmp_path / name / "index.html").read_text()
        sections = re.findall(r'<h2 id="g\d+">(.*?)</h2>', html)
        return sections, re.findall(r"About (\d+) % of us answered", html.rpartition("<h2")[2])

    schools = ["School 1", "School 2", "School 3", "Everybody together"]
    assert told("three", staff) == (schools, ["85"])
    assert told("four", staff + "School 4,30\n") == (schools, ["65"])


def test_a_report_speaks_spanish(run: Run, answers: str, tmp_path: Path) -> None:
    asked = ["--instrument", "coherently-core", "--group", "group", "--language", "es"]
    assert run("report", answers, *asked, "--out", "informe")[0] == 0
    html = (tmp_path / "informe" / "index.html").read_text()
    assert '<html lang="es">' in html
    assert "Todas las personas en conjunto" in html
    assert "Muy de acuerdo" in html or "Totalmente de acuerdo" in html


def test_a_report_never_overwrites_a_folder(run: Run, answers: str, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    status, _, err = run(
        "report", answers, "--instrument", "coherently-core", "--group", "group", "--out", "full"
    )
    assert (status, err) == (2, "full: A09 This is not an empty folder. Name a new one.\n")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_a_report_refuses_columns_that_say_who_answered_while_score_leaves_them_out(
    run: Run, answers: str, tmp_path: Path
) -> None:
    lines = (tmp_path / answers).read_text().splitlines()
    named = ["email," + lines[0], *(f"p{i}@school.org,{line}" for i, line in enumerate(lines[1:]))]
    (tmp_path / "named.csv").write_text("\n".join(named))
    asked = ["named.csv", "--instrument", "coherently-core", "--group", "group", "--population", "population"]
    status, out, err = run("report", *asked, "--out", "report")
    assert (status, out) == (2, "")
    assert err.startswith("named.csv, column email: A04 ")
    assert not (tmp_path / "report").exists()
    status, out, _ = run("score", *asked, "--json")
    assert status == 0
    assert [each["code"] for each in json.loads(out)["cautions"]] == ["columns_ignored"]


def test_a_report_names_the_columns_it_left_out(run: Run, answers: str, tmp_path: Path) -> None:
    lines = (tmp_path / answers).read_text().splitlines()
    more = ["hours,subject," + lines[0], *(f"12,Art,{line}" for line in lines[1:])]
    (tmp_path / "more.csv").write_text("\n".join(more))
    asked = ["--instrument", "coherently-core", "--group", "group", "--population", "population"]
    status, out, err = run("report", "more.csv", *asked, "--out", "report")
    assert (status, out) == (0, "Wrote report/index.html and report/ledger.json.\n")
    assert err == "These columns are neither group nor item and were ignored: hours, subject.\n"


def test_when_nothing_may_be_shown_the_report_ends_with_status_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BY_HAND)
    asked = ["--instrument", str(DEMO), "--group", "school", "--allow-absent-items", "--out", "report"]
    assert run("report", "a.csv", *asked) == (
        3,
        "",
        "No group has enough answers, so there is nothing to show.\n",
    )
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    ("valid", "shown"),
    [(8, {"item:teamwork1", "item:teamwork2", "topic:teamwork"}), (7, {"item:teamwork1"})],
)
def test_in_a_report_from_a_file_an_average_needs_eight_answers(
    run: Run, tmp_path: Path, valid: int, shown: set[str]
) -> None:
    rows = [f"A,{2 + i % 3},{2 + i % 3 if i < valid else ''}" for i in range(9)]
    (tmp_path / "a.csv").write_text("\n".join(["school,teamwork1,teamwork2", *rows]))
    asked = ["--instrument", str(DEMO), "--group", "school", "--allow-absent-items", "--out", "report"]
    assert run("report", "a.csv", *asked)[0] == 0
    lines = json.loads((tmp_path / "report" / "ledger.json").read_text())["lines"]
    assert {line["subject"] for line in lines if line["statistic"] == "mean"} == shown


def test_an_instrument_can_be_checked(run: Run, tmp_path: Path) -> None:
    assert run("check", str(DEMO))[:2] == (0, "The file is in order.\n")
    assert run("check", str(DEMO), str(SHIPPED))[:2] == (0, "2 files are in order.\n")
    (tmp_path / "bad.toml").write_text(DEMO.read_text().replace('scale = "often5"', 'scale = "offen5"'))
    status, out, err = run("check", "bad.toml")
    assert (status, out) == (2, "")
    assert "E09" in err
    assert "often5" in err


def test_the_same_seed_writes_the_same_file(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(
            "simulate",
            "--schools",
            "2",
            "--seed",
            "9",
            "--out",
            f"{name}.csv",
            "--truth",
            f"{name}-truth.csv",
        )
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert (tmp_path / "one-truth.csv").read_text().splitlines()[0] == "group,construct,population,mean,sd"


def test_a_file_that_cannot_be_written_is_named(run: Run) -> None:
    assert run("simulate", "--out", "none/a.csv") == (
        2,
        "",
        "none/a.csv cannot be used: No such file or directory. Check the path.\n",
    )


def test_every_command_of_the_researchers_page_works(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "how" / "researcher.md").read_text()
    for name, content in re.findall(r"cat > (\S+) <<'TOML'\n(.*?)\nTOML", text, re.DOTALL):
        (tmp_path / name).write_text(content)
    commands = re.findall(r"^coherently (.*)$", text, re.MULTILINE)
    for command in commands:
        arguments, _, target = command.partition(" > ")
        status, out, err = run(*shlex.split(arguments))
        assert (status, err) == (0, ""), command
        if target:
            (tmp_path / target).write_text(out)
    assert len(commands) == 6
    assert json.loads((tmp_path / "scores.json").read_text())["groups"][2]["group"] == "School 3"
    assert '<html lang="es">' in (tmp_path / "informe" / "index.html").read_text()
    names: dict[str, Any] = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)), names)  # noqa: S102
    assert names["scores"]["n"] == names["answers"].n


def test_importing_the_library_loads_nothing_heavy() -> None:
    heavy = ("polars", "numpy", "scipy", "narwhals", "typer")
    code = f"import sys, coherently; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_names_of_the_library_are_all_there() -> None:
    import coherently

    assert [name for name in coherently.__all__ if not callable(getattr(coherently, name))] == []
    with pytest.raises(AttributeError, match="no attribute 'scores'"):
        _ = coherently.scores
