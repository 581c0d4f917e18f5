"""The indices that a pandas script with pingouin can give too, from the same table in memory.

Per topic: mean and SD of each school's scores; alpha over everybody; ICC(1) and ICC(1,k) of one-way variance.
pingouin's ICC needs equal groups, hence 30 people in each school. Ours counts more on the way (states).
"""

from pathlib import Path
from typing import Any

from bench import answers
from bench.harness import Work

TOLERANCE = 1e-6


def prepare(folder: Path) -> None:
    answers.write(folder)


def ours(folder: Path) -> Work:
    from coherently.instrument import shipped
    from coherently.measures.descriptives import mean, sd
    from coherently.measures.grouping import icc1_anova, icc2_anova
    from coherently.measures.reliability import alpha
    from coherently.moments import states

    table, instrument = answers.frame(folder), shipped()

    def run(rows: int = answers.SCHOOLS * answers.PEOPLE) -> dict[str, Any]:
        counted = states(table.head(rows), instrument)
        pooled = counted.pooled()
        found = {}
        for construct in instrument.constructs:
            everybody, scores = pooled.construct(construct.id), counted.construct(construct.id).scores
            found[construct.id] = [
                *(each.value for each in mean(scores)),
                *(each.value for each in sd(scores)),
                alpha(everybody.n, everybody.sums, everybody.cross)[0].value,
                icc1_anova(scores).value,
                icc2_anova(scores).value,
            ]
        return found

    return Work(run, 1, lambda: run(20 * answers.PEOPLE))


def control(folder: Path) -> Work:
    import numpy as np
    import pingouin

    from coherently.instrument import shipped

    table, instrument = answers.recoded(folder), shipped()
    person = np.arange(len(table)) % answers.PEOPLE

    def run(rows: int = answers.SCHOOLS * answers.PEOPLE) -> dict[str, Any]:
        part = table.head(rows)
        found = {}
        for construct in instrument.constructs:
            items = part[[item.id for item in instrument.items_of(construct.id)]]
            scores = part[["group"]].assign(score=items.mean(axis=1), person=person[:rows])
            schools = scores.groupby("group")["score"].agg(["mean", "std"])
            icc = pingouin.intraclass_corr(scores, targets="group", raters="person", ratings="score")
            found[construct.id] = [
                *schools["mean"].tolist(),
                *schools["std"].tolist(),
                float(pingouin.cronbach_alpha(items)[0]),
                float(icc["ICC"].iloc[0]),
                float(icc["ICC"].iloc[3]),
            ]
        return found

    return Work(run, 1, lambda: run(20 * answers.PEOPLE))


def disagreement(ours: Any, control: Any) -> str:
    if ours.keys() != control.keys():
        return "not the same topics"
    for topic, values in ours.items():
        if len(values) != len(control[topic]):
            return f"{topic}: not the same number of indices"
        apart = max(abs(one - other) for one, other in zip(values, control[topic], strict=True))
        if apart > TOLERANCE:
            return f"{topic}: an index differs by {apart:.2g}"
    return ""
