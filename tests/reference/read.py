"""The simulated answers and R's values for them."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from coherently.instrument import Instrument, load

HERE = Path(__file__).parent


def instrument() -> Instrument:
    return load(HERE / "instrument.toml")


def answers() -> pl.DataFrame:
    return with_states(pl.read_csv(HERE / "answers.csv"), instrument())


def with_states(frame: pl.DataFrame, of: Instrument) -> pl.DataFrame:
    """Beside each item, whether it was answered; here nobody says why not."""
    answered = pl.lit("answered"), pl.lit("unknown")
    return frame.with_columns(
        pl.when(pl.col(item.id).is_null()).then(answered[1]).otherwise(answered[0]).alias(f"{item.id}.state")
        for item in of.items
    )


def values() -> dict[str, Any]:
    """R's values, by measure."""
    found: dict[str, Any] = json.loads((HERE / "values.json").read_text())["values"]
    return found
