"""A ballot sent by link, checked and kept durably, beside an empty view."""

import json
import os
from pathlib import Path
from typing import Any

from bench import survey, wsgi
from bench.controls import empty_view
from bench.harness import Work
from bench.pairs.ballot_page import gets

WARM = 20
TIMES = 300


def prepare(folder: Path) -> None:
    survey.prepare(folder)


def ballots(count: int) -> list[bytes]:
    """Requests with signed numbers, as browsers send them after taking a ballot."""
    from coherently.instrument import shipped
    from ilt.collection.codes import to_text
    from ilt.collection.payload import envelope, pack
    from ilt.cycle import keys

    instrument, wave = shipped(), survey.wave_id()
    sealed = to_text(envelope(pack([4] * len(instrument.items), instrument)))
    numbers = [os.urandom(64) for _ in range(count)]
    return [
        json.dumps(
            {"prepared": to_text(each), "sig": to_text(keys.sign(wave, each)), "rev": 1, "sealed": sealed}
        ).encode()
        for each in numbers
    ]


def ours(folder: Path) -> Work:
    application = survey.application(folder)
    path = f"/box/{survey.wave_id()}/ballot"
    requests = [(path, body) for body in ballots(WARM + TIMES)]
    return Work(
        lambda: wsgi.statuses(application, requests[WARM:]),
        TIMES,
        lambda: wsgi.statuses(application, requests[:WARM]),
    )


def control(folder: Path) -> Work:
    return gets(empty_view.application(), "/empty")


def disagreement(ours: Any, control: Any) -> str:
    return "" if (ours, list(control)) == ({"201": TIMES}, ["200"]) else f"statuses {ours} and {control}"
