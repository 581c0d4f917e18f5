"""The command `coherently`: score, report, check, simulate. The only part of the library that prints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from coherently.cli.scores import Json, file_cautions, score
from coherently.datasets.simulate import School, simulate
from coherently.disclosure import FLOOR_REPORT, Plan, PlannedGroup, Release, release
from coherently.errors import AnswersError, CoherentlyError, NothingToShow, Problem, Where
from coherently.estimate import shown
from coherently.instrument import Instrument, check, languages, load
from coherently.instrument.files import SHIPPED
from coherently.io.tidy_csv import read, read_populations
from coherently.moments import states
from coherently.report.html import page
from coherently.responses import Reading, Responses

REFUSED, NOTHING = 2, 3

app = typer.Typer(
    help="Scores and reports for surveys of a school's faculty.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Answers = Annotated[
    Path, typer.Argument(metavar="ANSWERS", help="Answers as CSV or Parquet.", show_default=False)
]
InstrumentFile = Annotated[
    str,
    typer.Option("--instrument", metavar="FILE", help="An instrument file, or the word coherently-core."),
]
Group = Annotated[str, typer.Option("--group", metavar="COLUMN", help="The column that names the group.")]
Population = Annotated[
    str | None,
    typer.Option("--population", metavar="COLUMN_OR_FILE", help="How many people were asked in each group."),
]
MissingTokens = Annotated[
    list[str] | None, typer.Option("--missing-token", metavar="TEXT", help="Text that means an empty cell.")
]
AbsentItems = Annotated[
    bool, typer.Option("--allow-absent-items", help="Treat items without a column as not shown.")
]


@app.command("score")
def score_command(
    answers: Answers,
    instrument: InstrumentFile,
    group: Group,
    population: Population = None,
    missing_token: MissingTokens = None,
    allow_absent_items: AbsentItems = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """All measures, exact and ungated. For people who may read the answers; not for publication."""
    reading = Reading(group, _population(answers, population), missing_token or (), allow_absent_items)
    found = score(read(answers, _instrument(instrument), reading))
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else _table(found))


@app.command("report")
def report_command(
    answers: Answers,
    instrument: InstrumentFile,
    group: Group,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="An empty or new folder.")],
    population: Population = None,
    language: Annotated[str, typer.Option("--language", help="Language of the report: en or es.")] = "en",
    missing_token: MissingTokens = None,
    allow_absent_items: AbsentItems = False,
) -> None:
    """A page that may be shown to everyone: only what the publication rules let through."""
    _check_out(out)
    asked = _instrument(instrument)
    reading = Reading(group, _population(answers, population), missing_token or (), allow_absent_items, True)
    responses = read(answers, asked, reading)
    published = release(_plan(responses), states(responses.frame, asked))
    html = page(published, _translated(instrument, asked, language), language)
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text(html, encoding="utf-8")
    (out / "ledger.json").write_text(_ledger(published), encoding="utf-8")
    _complain([caution.text for caution in file_cautions(responses)])
    typer.echo(f"Wrote {out / 'index.html'} and {out / 'ledger.json'}.")


@app.command("check")
def check_command(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Instrument files and translations.")
    ],
) -> None:
    """Check instrument files; every error and warning is named at once."""
    problems = check(files)
    _complain(problems)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(REFUSED)
    typer.echo("The file is in order." if len(files) == 1 else f"{len(files)} files are in order.")


@app.command("simulate")
def simulate_command(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The CSV file of answers to write.")],
    instrument: InstrumentFile = SHIPPED.stem,
    schools: Annotated[int, typer.Option(min=1, help="How many schools.")] = 6,
    people: Annotated[int, typer.Option(min=1, help="People asked in each school.")] = 40,
    response: Annotated[float, typer.Option(min=0, max=1, help="Share expected to answer.")] = 0.8,
    seed: Annotated[int, typer.Option(help="The same seed gives the same answers.")] = 1,
    truth: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the true means.")] = None,
) -> None:
    """Made-up schools whose true means are known, to try things out."""
    names = [f"School {number:0{len(str(schools))}}" for number in range(1, schools + 1)]
    made = simulate(_instrument(instrument), [School(name, people, response) for name in names], seed=seed)
    out.write_text(made.table().write_csv(), encoding="utf-8")
    if truth:
        truth.write_text(made.truth.write_csv(), encoding="utf-8")
    typer.echo(f"Wrote {made.responses.n} answers to {out}.")


def main() -> None:
    """Run the command; refused input ends with status 2, nothing to show with status 3."""
    try:
        app()
    except NothingToShow as error:
        _stop(NOTHING, str(error))
    except CoherentlyError as error:
        _complain(getattr(error, "problems", ()) or (error,))
        raise SystemExit(REFUSED) from None
    except OSError as error:
        _stop(REFUSED, f"{error.filename} cannot be used: {error.strerror}. Check the path.")


def _stop(status: int, message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise SystemExit(status)


def _complain(problems: Iterable[object]) -> None:
    for problem in problems:
        typer.echo(str(problem), err=True)


def _instrument(name: str) -> Instrument:
    return load(_instrument_path(name))


def _instrument_path(name: str) -> Path:
    return SHIPPED if name == SHIPPED.stem else Path(name)


def _translated(name: str, instrument: Instrument, language: str) -> Instrument:
    """The instrument in the report's language where it has one, else as it is."""
    path = _instrument_path(name)
    return load(path, language) if language in languages(path) else instrument


def _population(answers: Path, population: str | None) -> str | Mapping[str, int] | None:
    """A population is a file if there is one of this name, else a column."""
    if population is None or not Path(population).is_file():
        return population
    return read_populations(population)


def _plan(responses: Responses) -> Plan:
    """Every group that was asked or that answered: a silent one, too, counts among those asked."""
    answered = responses.frame.get_column("group").drop_nulls().to_list()
    groups = sorted({*answered, *responses.population})
    planned = tuple(PlannedGroup(group, responses.population.get(group)) for group in groups)
    # A file's page is read outside each school, so a question needs as many answers as a section does.
    return Plan(planned, pooled=True, k_mean=FLOOR_REPORT)


def _check_out(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise AnswersError((Problem("A09", Where(str(out)), "This is not an empty folder. Name a new one."),))


def _ledger(published: Release) -> str:
    lines = [asdict(line) for line in published.ledger()]
    return json.dumps({"gate": published.gate, "lines": lines}, ensure_ascii=False, indent=1) + "\n"


def _table(found: Json) -> str:
    """Means for a quick look, as text."""
    lines = [f"{'group':<24} {'topic':<16} {'n':>6} {'mean':>6} {'low':>6} {'high':>6}"]
    for group in found["groups"]:
        for topic in group["constructs"]:
            numbers = [topic["mean"], topic["low"], topic["high"]]
            texts = " ".join(f"{'-' if value is None else shown(value, 2):>6}" for value in numbers)
            lines.append(f"{group['group']:<24} {topic['construct']:<16} {topic['n']:>6} {texts}")
    lines += [caution["text"] for caution in found["cautions"]]
    return "\n".join(lines)
