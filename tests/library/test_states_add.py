"""Answers can be counted in any order and in any parts."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import read

from coherently.errors import StatesError
from coherently.instrument import loads
from coherently.moments import States, empty, merge, moments_of_rows, states

TOML = """
id = "small"
version = "1.0.0"
title = "Small"
language = "en"
license = "CC0-1.0"
source = "Written for Coherently"
[scales.four]
points = ["Never", "Seldom", "Often", "Always"]
[scales.two]
points = ["No", "Yes"]
[[domains]]
id = "all"
title = "All"
[[constructs]]
id = "first"
domain = "all"
title = "First"
definition = "First."
scale = "four"
referent = "this school"
[[constructs]]
id = "second"
domain = "all"
title = "Second"
definition = "Second."
scale = "two"
referent = "this school"
[[items]]
id = "a1"
construct = "first"
text = "One."
[[items]]
id = "a2"
construct = "first"
text = "Two."
reversed = true
[[items]]
id = "a3"
construct = "first"
text = "Three."
[[items]]
id = "b1"
construct = "second"
text = "Four."
"""
SMALL = loads(TOML)
POINTS = {"a1": 4, "a2": 4, "a3": 4, "b1": 2}
KINDS = ("skipped", "cannot_judge", "not_shown", "unknown")

answer = {item: st.one_of(st.integers(1, m), st.sampled_from(KINDS)) for item, m in POINTS.items()}
person = st.fixed_dictionaries({"group": st.sampled_from(["b", "a", "é", None]), **answer})
people = st.lists(person, max_size=7)
few = settings(max_examples=12, deadline=None)


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {"group": pl.Series([row["group"] for row in rows], dtype=pl.String)}
    for item in POINTS:
        cells = [row[item] for row in rows]
        columns[item] = pl.Series([x if isinstance(x, int) else None for x in cells], dtype=pl.Int8)
        kinds = ["answered" if isinstance(x, int) else x for x in cells]
        columns[f"{item}.state"] = pl.Series(kinds, dtype=pl.String)
    return pl.DataFrame(columns)


def of(rows: list[dict[str, object]]) -> States:
    return states(frame(rows), SMALL)


@few
@given(people, st.integers(0, 7), st.integers(0, 7))
def test_answers_in_three_files_add_up_to_the_answers_in_one(rows, one, two) -> None:
    first, second, third = rows[: min(one, two)], rows[min(one, two) : max(one, two)], rows[max(one, two) :]
    parts = of(first), of(second), of(third)
    assert merge(merge(parts[0], parts[1]), parts[2]) == of(rows)
    assert merge(parts[2], merge(parts[1], parts[0])) == of(rows)


@few
@given(people)
def test_adding_people_one_by_one_gives_the_same_states(rows) -> None:
    total = empty(SMALL)
    for row in rows:
        total = merge(total, of([row]))
    assert total == of(rows)
    assert merge(empty(SMALL), total) == total


@few
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(rows, random) -> None:
    shuffled = random.sample(rows, len(rows))
    columns = random.sample(frame(rows).columns, len(frame(rows).columns))
    assert states(frame(shuffled).select(columns), SMALL) == of(rows)


@few
@given(people)
def test_reversing_an_item_and_its_answers_changes_nothing_built_on_topics(rows) -> None:
    turned_items = tuple(replace(item, reversed=not item.reversed) for item in SMALL.items)
    turned = [
        {item: POINTS[item] + 1 - x if isinstance(x, int) else x for item, x in row.items()} for row in rows
    ]
    other = states(frame(turned), replace(SMALL, items=turned_items))
    for topic in ("first", "second"):
        ours, theirs = of(rows).construct(topic), other.construct(topic)
        for part in ("counts", "cross", "hist", "by_answered", "score_counts"):
            assert np.array_equal(getattr(ours, part), getattr(theirs, part))
    assert np.array_equal(of(rows).pair("first", "second"), other.pair("first", "second"))


def test_eager_and_lazy_tables_give_the_same_states() -> None:
    answers = read.answers()
    assert states(answers.lazy(), read.instrument(), "school") == states(answers, read.instrument(), "school")


def test_answers_to_different_instruments_cannot_be_added() -> None:
    other = loads(TOML.replace('"One."', '"Uno."'))
    with pytest.raises(StatesError, match="different instruments"):
        merge(empty(SMALL), empty(other))


def test_people_without_a_group_count_only_where_groups_are_pooled() -> None:
    row = {"a1": 1, "a2": 4, "a3": "skipped", "b1": 2}
    counted = of([{"group": "z", **row}, {"group": None, **row}, {"group": "Z", **row}])
    assert counted.groups == ("Z", "z", None)
    assert counted.grouped.groups == ("Z", "z")
    assert counted.people.tolist() == [1, 1, 1]
    assert counted.pooled().people.tolist() == [3]
    assert counted.of("z") == of([{"group": "z", **row}])


def test_every_answer_and_every_kind_of_missing_is_counted_apart() -> None:
    counted = of([{"group": "a", "a1": x, "a2": 1, "a3": 1, "b1": x} for x in (1, 2, 2, *KINDS, "skipped")])
    assert counted.counts[0, 0].tolist() == [1, 2, 0, 0, 2, 1, 1, 1]
    assert counted.counts[0, 3].tolist() == [1, 2, 0, 0, 2, 1, 1, 1]  # two points: columns 3 and 4 stay empty
    assert counted.item("a2").asked.tolist() == [[8, 0, 0, 0]]
    assert counted.item("a2").recoded.tolist() == [[0, 0, 0, 8]]
    assert counted.item("a1").missing.tolist() == [[2, 1, 1, 1]]


@pytest.fixture(scope="module")
def rows() -> dict[str, np.ndarray]:
    """Recoded answers of the reference data, NaN where there is none, by topic."""
    instrument = read.instrument()
    table = read.answers().with_columns((7 - pl.col("trust5")).alias("trust5"))
    return {
        topic: table.select(item.id for item in instrument.items_of(topic)).to_numpy().astype(float)
        for topic in ("trust", "practice")
    }


@pytest.fixture(scope="module")
def pooled() -> States:
    return states(read.answers(), read.instrument(), "school").pooled()


@pytest.mark.parametrize("topic", ["trust", "practice"])
def test_sums_of_complete_answers_equal_sums_over_rows(topic, rows, pooled) -> None:
    complete = rows[topic][~np.isnan(rows[topic]).any(axis=1)]
    found = pooled.construct(topic)
    assert found.n.tolist() == [len(complete)]
    assert np.array_equal(found.cross[0], complete.T @ complete)
    assert np.array_equal(found.sums[0], complete.sum(axis=0))


@pytest.mark.parametrize("topic", ["trust", "practice"])
def test_score_moments_equal_moments_over_rows(topic, rows, pooled) -> None:
    answered = (~np.isnan(rows[topic])).sum(axis=1)
    totals = np.nansum(rows[topic], axis=1)
    found = pooled.construct(topic)
    for a in range(rows[topic].shape[1] + 1):
        mine = totals[answered == a]
        assert found.by_answered[0, a].tolist() == [len(mine), mine.sum(), (mine**2).sum()]
    scored = 2 * answered >= rows[topic].shape[1]
    scores = totals[scored] / answered[scored]
    assert found.scores.n.tolist() == [len(scores)]
    assert found.scores.mean[0] == pytest.approx(scores.mean(), rel=1e-12)
    assert found.scores.ss[0] == pytest.approx(scores.var() * len(scores), rel=1e-12)


def test_pairs_rest_on_people_complete_on_both_topics(rows, pooled) -> None:
    trust, practice = rows["trust"].sum(axis=1), rows["practice"].sum(axis=1)
    both = ~np.isnan(trust + practice)
    t, p = trust[both], practice[both]
    assert pooled.pair("trust", "practice")[0].tolist() == [len(t), t.sum(), p.sum(), t @ t, p @ p, t @ p]
    assert pooled.pair("practice", "trust")[0].tolist() == [len(t), p.sum(), t.sum(), p @ p, t @ t, t @ p]


def test_scores_made_elsewhere_have_moments_per_label() -> None:
    labels, found = moments_of_rows([0.1, 0.3, 0.1, 0.1], ["b", "a", "b", "a"])
    assert labels == ("a", "b")
    assert found.n.tolist() == [2, 2]
    assert found.mean.tolist() == [0.2, 0.1]
    assert found.ss[1] == 0


def test_only_people_with_half_of_the_items_have_a_score() -> None:
    rows = [{"group": "a", "a1": 4, "a2": second, "a3": "skipped", "b1": 1} for second in (1, "skipped")]
    scores = of(rows).construct("first").scores
    assert (scores.n.tolist(), scores.mean.tolist()) == ([1], [4.0])
