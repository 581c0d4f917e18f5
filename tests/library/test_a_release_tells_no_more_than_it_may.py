"""Nobody learns from a release what is withheld: floors, bands, ends, and what subtraction leaves over."""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from coherently import disclosure
from coherently.datasets.simulate import Habits, School, simulate
from coherently.disclosure import ItemResult, Plan, PlannedGroup, Release, release
from coherently.errors import PlanError
from coherently.instrument import Instrument, load, shipped
from coherently.moments import States, states

DEMO = Path(__file__).parent / "data" / "demo-coherence.toml"
MIXED = [2, 3, 4, 5, 3, 4, 2, 5, 4, 3, 5, 2, 4, 3, 4, 3]


@pytest.fixture(scope="module")
def demo() -> Instrument:
    return load(DEMO)


def answers(
    demo: Instrument, groups: dict[str | None, Sequence[int | None]], **items: Sequence[int | None]
) -> States:
    """States in which everyone answers every item with the given value; `items` overrides single items."""
    group = [name for name, values in groups.items() for _ in values]
    values = [value for given in groups.values() for value in given]
    columns: dict[str, pl.Series] = {"group": pl.Series(group, dtype=pl.String)}
    for item in demo.items:
        asked = pl.Series(items.get(item.id, values), dtype=pl.Int8)
        columns[item.id] = asked
        columns[f"{item.id}.state"] = pl.Series(
            ["unknown" if value is None else "answered" for value in asked]
        )
    return states(pl.DataFrame(columns), demo)


def one(
    demo: Instrument,
    values: Sequence[int | None],
    population: int | None = None,
    **items: Sequence[int | None],
):
    plan = Plan((PlannedGroup("A", population),))
    return release(plan, answers(demo, {"A": values}, **items)).groups[0]


def numbers_in(release_json: str) -> set[str]:
    """The names of all fields that hold something."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            found.update(key for key, value in node.items() if value not in (None, [], "", False))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(json.loads(release_json))
    return found


SPREAD = {"percents", "over", "sd", "low", "high", "agreement", "mostly", "silent", "ties"}


@pytest.mark.parametrize(
    ("n", "outcome"), [(6, "none"), (7, "none"), (8, "profile"), (9, "profile"), (10, "profile")]
)
def test_under_eight_answers_there_is_no_profile(demo: Instrument, n: int, outcome: str) -> None:
    assert one(demo, MIXED[:n]).outcome == outcome


def test_too_few_answers_look_like_none(demo: Instrument) -> None:
    plan = Plan((PlannedGroup("A", 40),))
    few = release(plan, answers(demo, {"A": MIXED[:7]})).to_json()
    nobody = release(plan, answers(demo, {"B": MIXED[:7]})).to_json()
    assert few == nobody


@pytest.mark.parametrize("n", [8, 9])
def test_a_release_of_eight_or_nine_answers_holds_means_but_nothing_on_spread(
    demo: Instrument, n: int
) -> None:
    plan = Plan((PlannedGroup("A", 12),))
    text = release(plan, answers(demo, {"A": MIXED[:n]})).to_json()
    assert "mean" in numbers_in(text)
    assert numbers_in(text) & SPREAD == set()


def test_with_the_floor_switched_off_the_same_check_finds_the_spread(
    demo: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coherently.disclosure.plan.FLOOR_SPREAD", 7)
    leaky = Plan((PlannedGroup("A", 12),), k_spread=7)
    found = numbers_in(release(leaky, answers(demo, {"A": MIXED[:9]})).to_json())
    assert found >= {"percents", "sd", "low", "high", "agreement"}


def test_ten_answers_open_distributions_and_agreement(demo: Instrument) -> None:
    result = one(demo, MIXED[:10])
    assert result.item("safety1") == ItemResult("safety1", (3, 4), 3.5, (0, 20, 30, 30, 20, 0))
    assert result.topic("teamwork").agreement is not None
    assert (result.topic("teamwork").low, result.topic("teamwork").high) == (2.7, 4.3)


@pytest.mark.parametrize(
    ("valid", "shows_mean", "shows_parts"), [(6, False, False), (7, True, False), (10, True, True)]
)
def test_floors_hold_for_the_valid_answers_of_each_item(
    demo: Instrument, valid: int, shows_mean: bool, shows_parts: bool
) -> None:
    some = [*MIXED[:valid], *[None] * (12 - valid)]
    result = one(demo, MIXED[:12], safety1=some)
    assert (result.item("safety1").mean is not None, bool(result.item("safety1").percents)) == (
        shows_mean,
        shows_parts,
    )
    assert result.item("safety2").percents != ()


def test_a_topic_has_no_number_when_one_of_its_items_is_withheld(demo: Instrument) -> None:
    result = one(demo, MIXED[:12], safety1=[*MIXED[:6], *[None] * 6])
    assert result.topic("safety").place == ()
    assert result.topic("teamwork").mean is not None


def test_near_an_end_of_the_scale_only_words_remain(demo: Instrument) -> None:
    high = [6] * 7 + [5] * 5  # mean 5.58, above 5.5
    result = one(demo, MIXED[:12], safety1=high)
    assert result.item("safety1") == ItemResult("safety1", (6,))
    topic = result.topic("safety")
    assert topic.place != ()
    assert (topic.mean, topic.low, topic.high, topic.sd) == (None, None, None, None)
    at_the_edge = one(demo, MIXED[:12], safety1=[6] * 6 + [5] * 6)  # mean 5.5 exactly: still inside
    assert at_the_edge.item("safety1").mean == 5.5


@pytest.mark.parametrize(
    ("values", "over"),
    [([4] * 11 + [3], 4), ([4] * 10 + [3] * 2, None), ([4] * 24, 4), ([4] * 23 + [3], None)],
)
def test_a_category_nearly_all_chose_is_banded(demo: Instrument, values: list[int], over: int | None) -> None:
    item = one(demo, values).item("safety1")
    assert item.over == over
    assert (item.percents == ()) == (over is not None)
    assert (item.mean is None) == (over is not None)


def test_no_word_tells_what_the_one_who_saw_it_differently_answered(demo: Instrument) -> None:
    def told(values: list[int]):
        result = one(demo, MIXED[:12], teamwork1=values, teamwork2=[2, 4] * 6)
        return result.item("teamwork1"), result.topic("teamwork").place, result.topic("teamwork").mean

    assert told([4] * 11 + [1]) == told([4] * 12) == (ItemResult("teamwork1", (4,), over=4), (3, 4), None)


@pytest.mark.parametrize(
    ("n", "population", "outcome", "rate"),
    [
        (16, 16, "profile", "90+"),
        (16, 17, "profile", "90+"),
        (9, 10, "profile", "90"),
        (13, 20, "profile", "65"),
        (12, 20, "care", "60"),
        (10, 20, "care", "50"),
        (9, 20, "none", None),
        (16, None, "profile", None),
    ],
)
def test_the_response_rate_is_told_in_steps_of_five_percent(
    demo: Instrument, n: int, population: int | None, outcome: str, rate: str | None
) -> None:
    result = one(demo, MIXED[:n], population)
    assert (result.outcome, result.rate) == (outcome, rate)


@pytest.mark.parametrize(
    ("n", "band"), [(8, "8-9"), (10, "10-14"), (15, "15-19"), (20, "20-29"), (30, "30-49"), (50, "50+")]
)
def test_the_number_of_answers_is_told_in_bands(demo: Instrument, n: int, band: str) -> None:
    assert one(demo, (MIXED * 4)[:n]).n == band


def test_when_everybody_answered_the_interval_does_not_tell_so(demo: Instrument) -> None:
    everyone = one(demo, MIXED, len(MIXED)).topic("teamwork")
    nearly = one(demo, MIXED, len(MIXED) + 1).topic("teamwork")
    assert everyone.low is not None
    assert everyone.mean is not None
    assert round(everyone.mean - everyone.low, 1) == 0.1
    assert (nearly.low, nearly.high) != (nearly.mean, nearly.mean)


@pytest.mark.parametrize(("others", "sd"), [(0, None), (1, None), (2, 0.2)])
def test_no_spread_tells_that_everybody_answered_alike(
    demo: Instrument, others: int, sd: float | None
) -> None:
    second = [4, 2] * 6  # with the first question, everybody's score is 3.0
    second[:others] = [3, 3][:others]
    topic = one(demo, MIXED[:12], teamwork1=[2, 4] * 6, teamwork2=second).topic("teamwork")
    assert (topic.mean is not None, topic.low is not None, topic.sd) == (True, True, sd)


def test_a_topic_mean_can_be_checked_by_hand_from_the_printed_item_means(demo: Instrument) -> None:
    school = School("A", population=60)
    simulation = simulate(demo, [school], seed=1, habits=Habits(skipped=0.1))
    result = release(Plan((PlannedGroup("A", 60),)), states(simulation.responses.frame, demo)).groups[0]
    first, second, reversed_item = (result.item(item.id).mean for item in demo.items_of("safety"))
    assert first is not None
    assert second is not None
    assert reversed_item is not None
    assert result.topic("safety").mean == pytest.approx((first + second + 7 - reversed_item) / 3, abs=0.0501)


def test_everybody_together_does_not_tell_about_a_withheld_school_by_subtraction(demo: Instrument) -> None:
    def pooled(small: int) -> tuple[Release, set[str | None]]:
        groups = {"A": MIXED, "B": MIXED, "C": MIXED[:small]}
        plan = Plan(tuple(PlannedGroup(group) for group in groups), pooled=True)
        made = release(plan, answers(demo, groups))
        return made, {result.group for result in made.shown}

    without, shown = pooled(5)
    assert shown == {"A", "B", None}
    of_two = release(
        Plan((PlannedGroup("A"), PlannedGroup("B")), pooled=True), answers(demo, {"A": MIXED, "B": MIXED})
    )
    assert without.groups[-1] == of_two.groups[-1]
    with_nine, shown = pooled(9)
    assert shown == {"A", "B", "C", None}
    assert with_nine.groups[-1].item("safety1").mean is not None
    assert with_nine.groups[-1].item("safety1").percents == ()


def test_the_rate_of_everybody_counts_those_asked_in_a_school_where_few_or_none_answered(
    demo: Instrument,
) -> None:
    def pooled(third: int, population: int | None = 8) -> disclosure.GroupResult:
        plan = Plan(
            (PlannedGroup("A", 16), PlannedGroup("B", 16), PlannedGroup("C", population)), pooled=True
        )
        return release(plan, answers(demo, {"A": MIXED, "B": MIXED, "C": MIXED[:third]})).groups[-1]

    assert pooled(0).rate == "80"
    assert pooled(5) == pooled(0)
    assert pooled(0, population=None).rate is None


def test_everybody_together_hides_an_item_that_one_school_hides(demo: Instrument) -> None:
    plan = Plan((PlannedGroup("A"), PlannedGroup("B")), pooled=True)
    some = [*MIXED, *MIXED[:5], *[None] * 11]
    made = release(plan, answers(demo, {"A": MIXED, "B": MIXED}, safety1=some))
    assert made.groups[-1].item("safety1") == ItemResult("safety1")
    assert made.groups[-1].item("safety2").percents != ()
    banded = [*MIXED, *[6] * 16]
    made = release(plan, answers(demo, {"A": MIXED, "B": MIXED}, safety1=banded))
    assert made.groups[-1].item("safety1") == ItemResult("safety1")


def test_small_schools_can_be_shown_together_when_none_can_be_shown_alone(demo: Instrument) -> None:
    groups = {f"S{i}": MIXED[i : i + 5] for i in range(6)}
    plan = Plan(tuple(PlannedGroup(group) for group in groups), pooled=True)
    made = release(plan, answers(demo, groups))
    assert [result.group for result in made.shown] == [None]
    assert made.shown[0].item("safety1").percents != ()


def test_one_school_alone_is_not_repeated_as_everybody(demo: Instrument) -> None:
    plan = Plan((PlannedGroup("A"), PlannedGroup("B")), pooled=True)
    made = release(plan, answers(demo, {"A": MIXED, "B": MIXED[:3]}))
    assert [result.group for result in made.groups] == ["A", "B"]


def test_a_plan_can_raise_a_floor_but_not_lower_it(demo: Instrument) -> None:
    raised = Plan((PlannedGroup("A"),), k_mean=12, k_spread=14)
    made = release(raised, answers(demo, {"A": MIXED[:13]})).groups[0]
    assert (made.item("safety1").mean, made.item("safety1").percents) == (3.5, ())
    with pytest.raises(PlanError, match="Ask for at least 7 and 10"):
        Plan((PlannedGroup("A"),), k_mean=6)
    with pytest.raises(PlanError, match="Ask for at least 7 and 10"):
        Plan((PlannedGroup("A"),), k_spread=9)


def test_a_release_survives_its_own_json(demo: Instrument) -> None:
    schools = [School("A", 40), School("B", 12, response=0.9), School("C", 60, splits={"safety": 4.0})]
    simulation = simulate(demo, schools, seed=2)
    plan = Plan(tuple(PlannedGroup(s.name, s.population) for s in schools), pooled=True, asked="2026-09-14")
    made = release(plan, states(simulation.responses.frame, demo))
    assert Release.from_json(made.to_json()) == made
    assert Release.from_json(made.to_json()).to_json() == made.to_json()


def test_every_published_figure_has_one_ledger_line(demo: Instrument) -> None:
    made = release(Plan((PlannedGroup("A", 20),)), answers(demo, {"A": MIXED}))
    lines = made.ledger()
    assert len(set(lines)) == len(lines)
    data = json.loads(made.to_json())["groups"][0]
    figures = sum(
        value not in (None, [])
        for part in (*data["items"], *data["topics"])
        for name, value in part.items()
        if name != "id"
    )
    assert len(lines) == figures + len(data["ties"]) + 3
    assert disclosure.LedgerLine("A", "item:safety1", "mean", 1, False) in lines
    assert disclosure.LedgerLine("A", "response", "n", None, True) in lines


def test_the_number_of_people_appears_nowhere_in_a_release(demo: Instrument) -> None:
    fields = {
        name
        for kind in (disclosure.GroupResult, ItemResult, disclosure.TopicResult)
        for name in kind.__slots__
    }
    assert fields & {"people", "count", "counts", "valid", "respondents", "missing"} == set()
    made = release(Plan((PlannedGroup("A", 97),)), answers(demo, {"A": (MIXED * 6)[:93]}))
    assert "93" not in made.to_json().replace(made.fingerprint, "")


@pytest.mark.parametrize(
    ("values", "agreement"),
    [
        ([3] * 6 + [4] * 6, "largely"),
        ([2] * 3 + [3] * 5 + [4] * 4, "partly"),  # AD .61 of at most .83, but r_wg(j) .69
        ([1] * 3 + [4] * 4 + [5] * 5, "wide"),  # AD 1.33; a quarter in the lower third is no split
        ([1] * 6 + [5] * 6, "split"),
        ([1] * 4 + [2] * 1 + [3] * 2 + [4] * 1 + [5] * 4, "split"),
    ],
)
def test_agreement_is_decided_from_exact_numbers(demo: Instrument, values: list[int], agreement: str) -> None:
    assert one(demo, values).topic("teamwork").agreement == agreement


def test_the_silent_are_placed_one_standard_deviation_lower(demo: Instrument) -> None:
    values = [3] * 6 + [4] * 6  # mean 3.5, SD .52: with 20 asked, the faculty would lie at 3.29
    assert one(demo, values, 20).topic("teamwork").silent == (3,)
    assert one(demo, values, 12).topic("teamwork").silent == ()
    assert one(demo, values).topic("teamwork").silent == ()


def test_only_a_topic_clearly_below_the_middle_one_is_marked(demo: Instrument) -> None:
    survey = shipped()
    low = School("A", population=60, shifts={"time": -1.6})
    simulation = simulate(survey, [low], seed=3, habits=Habits(between=0, skipped=0, cannot_judge=0))
    result = release(Plan((PlannedGroup("A", 60),)), states(simulation.responses.frame, survey)).groups[0]
    assert [topic.id for topic in result.topics if topic.below] == ["time"]
    assert {"time"} & {topic for pair in result.ties for topic in pair} == set()
    scale = {construct.id: construct.scale for construct in survey.constructs}
    assert result.ties
    assert [pair for pair in result.ties if scale[pair[0]] != scale[pair[1]]] == []


@pytest.mark.parametrize("low", [1, 4, 6])
def test_topics_with_the_same_low_average_are_all_marked_or_none(low: int) -> None:
    survey = shipped()
    main = [topic.id for topic in survey.constructs if topic.scale == survey.construct("time").scale]
    values = {
        item.id: [7 - x if item.reversed else x for x in ([2, 3] if topic in main[:low] else [4, 5]) * 12]
        for topic in main
        for item in survey.items_of(topic)
    }
    result = release(Plan((PlannedGroup("A", 40),)), answers(survey, {"A": [4, 5] * 12}, **values)).groups[0]
    assert len(main) == 10  # a third are three; the sixth is the middle one
    assert [topic.id for topic in result.topics if topic.below] == ([] if low == 6 else main[:low])


def test_a_topic_is_not_marked_when_those_who_answered_all_of_it_see_it_as_higher() -> None:
    survey = shipped()
    as_asked = {item.id: [7 - x if item.reversed else x for x in [4, 5] * 12] for item in survey.items}
    last = survey.items_of("time")[-1]
    complete, others = [5, 6] * 6, [1] * 12
    for item in survey.items_of("time"):
        seen = [*complete, *([None] * 12 if item == last else others)]
        as_asked[item.id] = [7 - x if item.reversed and x else x for x in seen]
    result = release(
        Plan((PlannedGroup("A", 40),)), answers(survey, {"A": as_asked["safety1"]}, **as_asked)
    ).groups[0]
    middle, time = result.topic("voice").mean, result.topic("time").mean
    assert middle is not None
    assert time is not None
    assert middle > time
    assert [topic.id for topic in result.topics if topic.below] == []
