"""One side of one pair in a process of its own: `python -m bench.child PAIR prepare|ours|control FOLDER`."""

import json
import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.harness import Work


def cpu_seconds() -> float:
    """All threads of this process, in user and system mode."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(work: Work) -> dict[str, Any]:
    work.warm_up()
    before = cpu_seconds()
    result = work.run()
    return {"cpu_s": (cpu_seconds() - before) / work.times, "result": result}


def main(pair: str, part: str, folder: Path) -> None:
    module = import_module(f"bench.pairs.{pair}")
    if part == "prepare":
        module.prepare(folder)
        print("{}")
    else:
        print(json.dumps(measured(getattr(module, part)(folder))))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
