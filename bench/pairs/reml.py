"""Schools as random, by REML: our fits with their profile intervals, beside those of statsmodels without any.

Both begin where fitting begins: ours from the sums of each school, statsmodels from each person's score.
"""

from pathlib import Path
from typing import Any

from bench import answers
from bench.harness import Work

TOPICS = 9
TOLERANCE = 1e-3  # statsmodels stops its search there


def prepare(folder: Path) -> None:
    answers.write(folder)


def ours(folder: Path) -> Work:
    from coherently.instrument import shipped
    from coherently.measures.multilevel import icc1_reml, reml
    from coherently.moments import states

    instrument = shipped()
    counted = states(answers.frame(folder), instrument)
    topics = [construct.id for construct in instrument.constructs[:TOPICS]]

    def run() -> dict[str, Any]:
        return {topic: icc1_reml(reml(counted.construct(topic).scores)).value for topic in topics}

    return Work(run, 1, run)


def control(folder: Path) -> Work:
    from statsmodels.formula.api import mixedlm

    from coherently.instrument import shipped

    table, instrument = answers.recoded(folder), shipped()
    scores = {
        construct.id: table[["group"]].assign(
            score=table[[item.id for item in instrument.items_of(construct.id)]].mean(axis=1)
        )
        for construct in instrument.constructs[:TOPICS]
    }

    def fit(data: Any) -> float:
        found = mixedlm("score ~ 1", data, groups=data["group"]).fit(reml=True)
        between = float(found.cov_re.iloc[0, 0])
        return between / (between + float(found.scale))

    return Work(
        lambda: {topic: fit(data) for topic, data in scores.items()},
        1,
        lambda: fit(next(iter(scores.values())).head(20 * answers.PEOPLE)),
    )


def disagreement(ours: Any, control: Any) -> str:
    if ours.keys() != control.keys():
        return "not the same topics"
    apart = max(abs(ours[topic] - control[topic]) for topic in ours)
    return "" if apart <= TOLERANCE else f"an ICC differs by {apart:.2g}"
