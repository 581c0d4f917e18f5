"""Simulated faculties: the truth is known, a story can be told, the same seed gives the same answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from coherently.datasets.simulate import Habits, School, Simulation, simulate
from coherently.instrument import Instrument, load
from coherently.io.tidy_csv import read
from coherently.moments import states
from coherently.responses import Reading

DEMO = Path(__file__).parent / "data" / "demo-coherence.toml"


@pytest.fixture(scope="module")
def demo() -> Instrument:
    return load(DEMO)


def means(simulation: Simulation, construct: str) -> list[float]:
    return (
        states(simulation.responses.frame, simulation.responses.instrument)
        .construct(construct)
        .scores.mean.tolist()
    )


def truth(simulation: Simulation, construct: str) -> list[float]:
    return simulation.truth.filter(pl.col("construct") == construct).get_column("mean").to_list()


def test_the_same_seed_gives_the_same_answers_and_another_seed_others(demo: Instrument) -> None:
    schools = [School("A"), School("B", population=25)]
    first, again, other = (simulate(demo, schools, seed=seed) for seed in (1, 1, 2))
    assert first.responses.frame.equals(again.responses.frame)
    assert first.truth.equals(again.truth)
    assert not first.responses.frame.equals(other.responses.frame)


def test_when_everyone_answers_everything_the_survey_finds_the_truth(demo: Instrument) -> None:
    habits = Habits(skipped=0, cannot_judge=0)
    simulation = simulate(demo, [School("A", response=1), School("B", response=1)], seed=3, habits=habits)
    for construct in ("safety", "teamwork"):
        assert means(simulation, construct) == pytest.approx(truth(simulation, construct), abs=1e-12)


def test_a_story_is_visible_in_the_answers(demo: Instrument) -> None:
    plain = School("A", population=400, response=1)
    shifted = replace(plain, name="B", shifts={"safety": -1.0})
    split = replace(plain, name="C", splits={"safety": 3.0})
    told = simulate(demo, [plain, shifted, split], seed=4, habits=Habits(between=0, level=0))
    a, b, c = truth(told, "safety")
    assert a - b > 0.7
    assert abs(a - c) < 0.3
    spread = told.truth.filter(pl.col("construct") == "safety").get_column("sd").to_list()
    assert spread[2] > 1.3 * spread[0]


def test_content_people_can_be_made_to_answer_more_often(demo: Instrument) -> None:
    school = School("A", population=4000, response=0.5)
    fair, biased = (simulate(demo, [school], seed=5, habits=Habits(selection=s)) for s in (0.0, 2.0))
    assert abs(means(fair, "safety")[0] - truth(fair, "safety")[0]) < 0.06
    assert means(biased, "safety")[0] - truth(biased, "safety")[0] > 0.3


def test_topics_correlate_and_schools_differ_as_asked(demo: Instrument) -> None:
    schools = [School(f"S{i:03}", population=60, response=1) for i in range(100)]
    simulation = simulate(demo, schools, seed=6, habits=Habits(between=0.2, topics=0.6, no_team=0))
    safety, teamwork = (np.array(truth(simulation, construct)) for construct in ("safety", "teamwork"))
    assert np.corrcoef(safety, teamwork)[0, 1] == pytest.approx(0.6, abs=0.12)


def test_the_four_ways_not_to_answer_come_with_their_share(demo: Instrument) -> None:
    habits = Habits(skipped=0.1, cannot_judge=0.2, no_team=0.3)
    frame = simulate(demo, [School("A", population=5000, response=1)], seed=7, habits=habits).responses.frame
    share = {
        state: frame.select((pl.col("safety1.state") == state).mean()).item()
        for state in ("skipped", "cannot_judge")
    }
    assert share == pytest.approx({"skipped": 0.1 * 0.8, "cannot_judge": 0.2}, abs=0.02)
    assert frame.select((pl.col("teamwork1.state") == "not_shown").mean()).item() == pytest.approx(
        0.3, abs=0.02
    )
    assert "cannot_judge" not in frame.get_column("teamwork1.state").to_list()


def test_a_written_simulation_reads_back_as_the_same_answers(tmp_path: Path, demo: Instrument) -> None:
    simulation = simulate(demo, [School("A"), School("B", population=12)], seed=8)
    simulation.table().write_csv(tmp_path / "answers.csv")
    answers = read(tmp_path / "answers.csv", demo, Reading(group="group", population="population"))
    assert answers.frame.equals(simulation.responses.frame)
    assert answers.population == {"A": 40, "B": 12}
