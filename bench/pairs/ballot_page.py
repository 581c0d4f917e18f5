"""The ballot page beside an empty view."""

from pathlib import Path
from typing import Any

from bench import survey, wsgi
from bench.controls import empty_view
from bench.harness import Work

TIMES = 2000


def prepare(folder: Path) -> None:
    survey.prepare(folder)


def gets(application: wsgi.Application, path: str) -> Work:
    def run(times: int = TIMES) -> dict[str, int]:
        return wsgi.statuses(application, [(path, None)] * times)

    return Work(run, TIMES, lambda: run(50))


def ours(folder: Path) -> Work:
    application = survey.application(folder)
    path = f"/s/{survey.wave_id()}"
    if wsgi.call(application, path)[1].count(b"<fieldset") < 60:
        raise SystemExit("The ballot page does not hold 60 items.")
    return gets(application, path)


def control(folder: Path) -> Work:
    return gets(empty_view.application(), "/empty")


def disagreement(ours: Any, control: Any) -> str:
    return "" if ours == control == {"200": TIMES} else f"statuses {ours} and {control}"
