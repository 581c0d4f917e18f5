"""The harness itself: no time without the same result, no verdict from one lucky round."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bench.harness import DifferentResults, Goal, verdict

from bench import harness

GOAL = Goal(id="made_up", what="work", control="other work", unit="cpu_s", bound=2.0)


def test_a_median_within_the_bound_passes() -> None:
    assert verdict([1.0, 1.0, 1.0, 2.0, 9.0, 9.0, 9.0], bound=2.0) == "pass"


def test_a_median_beyond_the_bound_fails_only_with_five_of_seven_rounds() -> None:
    assert verdict([1.9, 1.9, 2.1, 2.1, 2.1, 2.1, 2.1], bound=2.0) == "fail"
    assert verdict([1.9, 1.9, 1.9, 2.1, 2.1, 2.1, 2.1], bound=2.0) == "unclear"


class Children:
    """Stands in for the processes: costs by turn, and a note of who was started when."""

    def __init__(self, ours: list[float], results: dict[str, Any]) -> None:
        self.ours, self.results, self.started = iter(ours), results, list[str]()

    def __call__(self, pair: str, part: str, folder: Path) -> Any:
        self.started.append(part)
        if part == "prepare":
            return {}
        return {"cpu_s": next(self.ours) if part == "ours" else 1.0, "result": self.results[part]}


def measure(monkeypatch: pytest.MonkeyPatch, children: Children) -> harness.Measured:
    pair = SimpleNamespace(disagreement=lambda ours, control: "" if ours == control else "the mean differs")
    monkeypatch.setattr(harness, "import_module", lambda name: pair)
    monkeypatch.setattr(harness, "child", children)
    return harness.measure(GOAL)


def test_sides_take_turns_in_going_first(monkeypatch: pytest.MonkeyPatch) -> None:
    children = Children([1.0] * 7, {"ours": 3, "control": 3})
    assert measure(monkeypatch, children).verdict == "pass"
    assert children.started[0] == "prepare"
    firsts = children.started[1::2]
    assert firsts == ["ours", "control", "ours", "control", "ours", "control", "ours"]
    assert len(children.started) == 1 + 2 * 7


def test_an_unclear_run_is_repeated_once_and_all_rounds_count(monkeypatch: pytest.MonkeyPatch) -> None:
    unclear = [1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0]
    measured = measure(monkeypatch, Children(unclear + [1.0] * 7, {"ours": 3, "control": 3}))
    assert measured.ratios == unclear + [1.0] * 7
    assert measured.verdict == "pass"


def test_different_results_give_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DifferentResults) as refusal:
        measure(monkeypatch, Children([0.1] * 7, {"ours": 3.1, "control": 3.2}))
    assert str(refusal.value) == "made_up: the mean differs"


def test_every_goal_has_its_pair_and_every_pair_its_goal() -> None:
    pairs = {path.stem for path in Path(harness.__file__).parent.glob("pairs/[a-z]*.py")}
    assert {goal.id for goal in harness.goals()} == pairs
