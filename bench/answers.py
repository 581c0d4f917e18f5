"""30,000 complete rows of 60 answers: 1,000 schools of 30 people, so that every tool's ICC is defined."""

from pathlib import Path
from typing import Any

SCHOOLS, PEOPLE = 1000, 30
SEED = 20261123


def write(folder: Path) -> None:
    from coherently.datasets.simulate import Habits, School, simulate
    from coherently.instrument import shipped

    everybody = [School(f"School {number:04}", PEOPLE, response=1.0) for number in range(SCHOOLS)]
    habits = Habits(skipped=0.0, cannot_judge=0.0, no_team=0.0)
    made = simulate(shipped(), everybody, seed=SEED, habits=habits)
    if made.responses.frame.height != SCHOOLS * PEOPLE:
        raise SystemExit("Not everybody answered: the balanced ICC needs all of them.")
    made.responses.frame.write_parquet(folder / "answers.parquet")


def frame(folder: Path) -> Any:
    import polars as pl

    return pl.read_parquet(folder / "answers.parquet")


def recoded(folder: Path) -> Any:
    """A pandas table of the answers, reversed items turned, with each person's school."""
    import pandas as pd

    from coherently.instrument import shipped

    instrument, rows = shipped(), frame(folder)
    columns = {item.id: rows[item.id].to_numpy().astype("int64") for item in instrument.items}
    table = pd.DataFrame({"group": rows["group"].to_list(), **columns})
    for item in instrument.items:
        if item.reversed:
            table[item.id] = instrument.scale_of(item.construct).m + 1 - table[item.id]
    return table
