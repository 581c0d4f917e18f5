"""`make bench`, or `python -m bench PAIR ...` for some pairs."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from bench.harness import Measured, goals, measure

RESULTS = Path(__file__).with_name("results")
PACKAGES = ("django", "numpy", "scipy", "polars", "cryptography", "pandas", "pingouin", "statsmodels")


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=RESULTS.parent, capture_output=True, text=True, check=True
    ).stdout.strip()


def machine() -> dict[str, Any]:
    processor = next(
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": processor,
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "kernel": platform.release(),
        "load": [round(load, 1) for load in os.getloadavg()[:2]],
    }


def row(measured: Measured) -> dict[str, Any]:
    goal = measured.goal
    return {
        "id": goal.id,
        "unit": goal.unit,
        "ours": measured.ours,
        "control": measured.control,
        "ratios": measured.ratios,
        "median": median(measured.ratios),
        "bound": goal.bound,
        "verdict": measured.verdict,
    }


def line(measured: Measured) -> str:
    goal, ratios = measured.goal, measured.ratios
    ours, control = median(measured.ours), median(measured.control)
    spread = f"{median(ratios):.3g} ({min(ratios):.3g}-{max(ratios):.3g})"
    numbers = (
        f"{ours * 1000:>10.3f} {control * 1000:>12.3f} {spread:>22} {goal.bound:>6g}  {measured.verdict}"
    )
    return f"{goal.what:<62} {numbers}\n  beside {goal.control}"


def main(wanted: list[str]) -> int:
    start = machine()
    print(
        f"{'quantity':<62} {'ours, ms':>10} {'control, ms':>12} {'ratio (range)':>22} {'bound':>6}  verdict"
    )
    rows = []
    for goal in goals():
        if not wanted or goal.id in wanted:
            measured = measure(goal)
            rows.append(row(measured))
            print(line(measured), flush=True)
    keep({"machine": start, "versions": versions(), **commit(), "pairs": rows})
    return 1 if any(pair["verdict"] == "fail" for pair in rows) else 0


def versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def commit() -> dict[str, Any]:
    return {"commit": git("rev-parse", "--short=10", "HEAD"), "dirty": git("status", "--porcelain") != ""}


def keep(run: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    name = f"{datetime.now(UTC):%Y-%m-%d}-{run['commit']}{'-dirty' if run['dirty'] else ''}.json"
    (RESULTS / name).write_text(json.dumps(run, indent=1) + "\n")
    print(f"Kept in bench/results/{name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
