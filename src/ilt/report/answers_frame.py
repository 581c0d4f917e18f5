"""Answers as ballots carry them, one byte each, become the table the library computes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coherently.instrument import Instrument
from ilt.collection.payload import CANNOT_JUDGE, HEADER, NOT_SHOWN, SKIPPED

if TYPE_CHECKING:
    import polars as pl

STATES = {SKIPPED: "skipped", NOT_SHOWN: "not_shown", CANNOT_JUDGE: "cannot_judge"}


def frame_of(answers: Sequence[bytes], instrument: Instrument, group: str) -> pl.DataFrame:
    """One row per ballot and, per item, the answer as asked (null: none) and the state that says why."""
    import polars as pl

    width = len(instrument.items)
    rows = [row[HEADER : HEADER + width] for row in answers]
    cells = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), width)
    columns = {"group": pl.Series([group] * len(rows), dtype=pl.String)}
    for item, codes in zip(instrument.items, cells.T, strict=True):
        given = pl.Series(codes, dtype=pl.UInt8)
        missing = given.is_in(list(STATES))
        columns[item.id] = given.set(missing, None).cast(pl.Int8)
        columns[f"{item.id}.state"] = given.replace_strict(STATES, default="answered", return_dtype=pl.String)
    return pl.DataFrame(columns)
