"""Make up schools whose true scores are known, and the answers a survey of them would bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coherently.instrument import Construct, Instrument
from coherently.responses import STATE_SUFFIX, Responses

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Where the outermost thresholds lie, in standard deviations: ends are chosen by a few in a hundred.
REACH = 1.75


@dataclass(frozen=True, slots=True)
class School:
    """One made-up faculty and its story.

    `shifts` moves the level of a topic, `splits` drives the faculty into two camps that far apart; both in
    standard deviations between people and by construct id. `response` is the share expected to answer.
    """

    name: str
    population: int = 40
    response: float = 0.8
    shifts: Mapping[str, float] = field(default_factory=dict)
    splits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Habits:
    """How the made-up people answer; all shares lie between 0 and 1.

    `between` is the share of a topic's variance that lies between schools, `topics` the correlation of two
    topics within a person, `loading` that of an item with its topic. `level` is how far the average person
    agrees, `selection` how much more likely content people are to answer (log odds per standard deviation).
    """

    between: float = 0.10
    topics: float = 0.6
    loading: float = 0.75
    level: float = 0.5
    skipped: float = 0.02
    cannot_judge: float = 0.03
    no_team: float = 0.1
    selection: float = 0.0


@dataclass(frozen=True, slots=True)
class Simulation:
    """Answers as a survey would bring them, and the truth that no survey sees.

    `truth` has one row per school and construct: `group`, `construct`, `population` (the people it concerns),
    `mean` and `sd` of the scores all of them would have given.
    """

    responses: Responses
    truth: pl.DataFrame

    def table(self) -> pl.DataFrame:
        """The answers as a table to write to a file and read again, with a population column."""
        import polars as pl

        items = [item.id for item in self.responses.instrument.items]
        states = [pl.col(item + STATE_SUFFIX).replace({"answered": None}) for item in items]
        population = pl.col("group").replace_strict(dict(self.responses.population)).alias("population")
        pairs = [column for pair in zip(map(pl.col, items), states, strict=True) for column in pair]
        return self.responses.frame.select("group", population, *pairs)


def simulate(
    instrument: Instrument, schools: Sequence[School], *, seed: int, habits: Habits | None = None
) -> Simulation:
    """What would these faculties answer, and what is the truth behind it?

    Parameters
    ----------
    instrument : whose items are asked.
    schools : the faculties; their names become the groups.
    seed : the same seed gives the same answers.
    habits : how people answer; defaults resemble a climate survey.

    Returns
    -------
    Simulation with the answers of those who responded and the truth about all.

    Notes
    -----
    Graded answers: an item's latent value is loading x topic + noise, cut at evenly spaced
    thresholds. A topic is a school's effect plus a person's, and topics share a common part within schools
    and persons. People without a team are not shown the optional topics.
    """
    habits = habits or Habits()
    rng = np.random.default_rng(seed)
    sizes = np.array([school.population for school in schools])
    where = np.repeat(np.arange(len(schools)), sizes)
    topics = _topics(instrument, schools, where, habits, rng)
    asked = _answers(instrument, topics, habits, rng)
    states = _states(instrument, asked.shape, habits, rng)
    present = _respond(topics, schools, where, habits, rng)
    truth = _truth(instrument, schools, where, asked, states)
    population = {school.name: school.population for school in schools}
    names = np.array([school.name for school in schools])
    frame = _frame(instrument, names[where[present]], asked[present], states[present])
    return Simulation(Responses(instrument, frame, population), truth)


def _topics(
    instrument: Instrument,
    schools: Sequence[School],
    where: NDArray[np.int_],
    habits: Habits,
    rng: np.random.Generator,
) -> Floats:
    """Latent topics, people x constructs: a school's part, a person's part and the school's story."""
    constructs = instrument.constructs

    def correlated(rows: int) -> Floats:
        common = rng.standard_normal((rows, 1))
        own = rng.standard_normal((rows, len(constructs)))
        return np.asarray(np.sqrt(habits.topics) * common + np.sqrt(1 - habits.topics) * own)

    between = np.sqrt(habits.between) * correlated(len(schools))
    within = np.sqrt(1 - habits.between) * correlated(len(where))
    shifts = np.array([[school.shifts.get(c.id, 0.0) for c in constructs] for school in schools])
    splits = np.array([[school.splits.get(c.id, 0.0) for c in constructs] for school in schools])
    camps = rng.choice([-0.5, 0.5], size=(len(where), len(constructs)))
    return np.asarray(habits.level + (between + shifts)[where] + within + splits[where] * camps)


def _answers(
    instrument: Instrument, topics: Floats, habits: Habits, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Graded answers as asked, people x items."""
    place = {construct.id: index for index, construct in enumerate(instrument.constructs)}
    noise = np.sqrt(1 - habits.loading**2)
    # Drawn apart from the seed: an item is as easy in the second year as in the first.
    ease = np.random.default_rng(0).normal(0, 0.25, len(instrument.items))
    columns = []
    for index, item in enumerate(instrument.items):
        points = instrument.scale_of(item.construct).m
        own = noise * rng.standard_normal(len(topics))
        latent = habits.loading * topics[:, place[item.construct]] + ease[index] + own
        graded = 1 + np.searchsorted(np.linspace(-REACH, REACH, points - 1), latent)
        columns.append(points + 1 - graded if item.reversed else graded)
    return np.column_stack(columns).astype(np.int8)


def _states(
    instrument: Instrument, shape: tuple[int, ...], habits: Habits, rng: np.random.Generator
) -> NDArray[np.str_]:
    states = np.full(shape, "answered", dtype="<U12")
    states[rng.random(shape) < habits.skipped] = "skipped"
    judged = np.array(
        [instrument.scale_of(item.construct).cannot_judge is not None for item in instrument.items]
    )
    states[(rng.random(shape) < habits.cannot_judge) & judged] = "cannot_judge"
    optional = np.array([instrument.construct(item.construct).optional for item in instrument.items])
    without_team = rng.random((shape[0], 1)) < habits.no_team
    states[without_team & optional] = "not_shown"
    return states


def _respond(
    topics: Floats,
    schools: Sequence[School],
    where: NDArray[np.int_],
    habits: Habits,
    rng: np.random.Generator,
) -> Flags:
    """Who answers at all; with `selection` the content answer more often, at the same expected rate."""
    rate = np.array([school.response for school in schools])[where]
    if habits.selection == 0 or not len(where):
        return rng.random(len(where)) < rate
    mood = topics.mean(axis=1)
    mood = (mood - mood.mean()) / (mood.std() or 1.0)
    with np.errstate(divide="ignore"):
        odds = np.log(rate) - np.log1p(-rate)
    return np.asarray(rng.random(len(where)) < 1 / (1 + np.exp(-(odds + habits.selection * mood))))


def _truth(
    instrument: Instrument,
    schools: Sequence[School],
    where: NDArray[np.int_],
    asked: NDArray[np.int8],
    states: NDArray[np.str_],
) -> pl.DataFrame:
    import polars as pl

    rows = []
    for construct in instrument.constructs:
        scores, concerned = _complete_scores(instrument, construct, asked, states)
        starts = np.searchsorted(where, np.arange(1, len(schools)))
        by_school = zip(schools, np.split(scores, starts), np.split(concerned, starts), strict=True)
        for school, all_scores, may_answer in by_school:
            mine = all_scores[may_answer]
            mean = float(mine.mean()) if len(mine) else None
            sd = float(mine.std(ddof=1)) if len(mine) > 1 else None
            rows.append((school.name, construct.id, len(mine), mean, sd))
    schema = {
        "group": pl.String,
        "construct": pl.String,
        "population": pl.Int64,
        "mean": pl.Float64,
        "sd": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _complete_scores(
    instrument: Instrument, construct: Construct, asked: NDArray[np.int8], states: NDArray[np.str_]
) -> tuple[Floats, Flags]:
    """Scores without any gap, and whom the topic concerns (people without a team have no team score)."""
    columns = [index for index, item in enumerate(instrument.items) if item.construct == construct.id]
    points = instrument.scale_of(construct.id).m
    turned = [points + 1 - asked[:, i] if instrument.items[i].reversed else asked[:, i] for i in columns]
    return np.mean(turned, axis=0), states[:, columns[0]] != "not_shown"


def _frame(
    instrument: Instrument, groups: NDArray[np.str_], asked: NDArray[np.int8], states: NDArray[np.str_]
) -> pl.DataFrame:
    """Answers in the form of Responses, without the rows that hold none, in an order that means nothing."""
    import polars as pl

    some = (states == "answered").any(axis=1)
    columns: dict[str, pl.Series] = {"group": pl.Series(groups[some], dtype=pl.String)}
    for index, item in enumerate(instrument.items):
        state = states[some, index]
        values = pl.Series(asked[some, index], dtype=pl.Int8)
        columns[item.id] = values.set(pl.Series(state != "answered"), None)
        columns[item.id + STATE_SUFFIX] = pl.Series(state, dtype=pl.String)
    return pl.DataFrame(columns)
