"""Writes answers.csv, the simulated answers that R and our measures are compared on: our own, CC0."""

import csv
from pathlib import Path

import numpy as np

TOPICS = {"trust": (5, 6), "practice": (4, 5)}  # items, points
SIZES = dict(zip("ABCDEFGHIJKL", (6, 8, 9, 12, 14, 15, 18, 20, 23, 26, 30, 37), strict=True))
SEED = 20261123
SKIPPED = 0.04


def rows() -> list[list[str]]:
    rng = np.random.default_rng(SEED)
    lines = []
    for school, size in SIZES.items():
        climate = rng.normal(0, 0.5)
        for _ in range(size):
            person = climate + rng.normal(0, 0.8)
            answers = [answer for topic in TOPICS for answer in _answers(rng, topic, person)]
            lines.append([school, str(size + size // 3), *answers])
    return lines


def _answers(rng: np.random.Generator, topic: str, person: float) -> list[str]:
    items, points = TOPICS[topic]
    latent = (points + 1) / 2 + 0.4 + person + rng.normal(0, 0.9, items)
    answers = np.clip(np.rint(latent), 1, points).astype(int)
    if topic == "trust":
        answers[-1] = points + 1 - answers[-1]  # trust5 is asked the other way round
    return ["" if rng.random() < SKIPPED else str(answer) for answer in answers]


def main() -> None:
    header = [f"{topic}{item}" for topic, (items, _) in TOPICS.items() for item in range(1, items + 1)]
    with (Path(__file__).parent / "answers.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["school", "invited", *header], *rows()])


if __name__ == "__main__":
    main()
