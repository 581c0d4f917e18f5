"""The clock: every minute it does what is due. Each step can be repeated; a crash doubles nothing."""

import logging
import os
import signal
import time
from collections.abc import Callable

from django.db import close_old_connections

from ilt.cycle import rules as cycle
from ilt.priorities import rules as priorities
from ilt.report import rules as report
from ilt.roster import rules as roster
from ilt.shared import jobs, once, sessions

log = logging.getLogger("ilt.tick")

MINUTE_S = 60.0


def steps() -> list[Callable[[], None]]:
    """What follows from what, from the lower slices to the higher."""
    return [
        jobs.sweep,
        cycle.open_due,
        cycle.send_due,
        cycle.refresh_bands,
        cycle.close_due,
        report.publish_due,
        report.release_due,
        priorities.open_with_results,
        roster.forget_uploads,
        once.forget_old_tokens,
        sessions.forget_old_sessions,
    ]


def tick() -> None:
    close_old_connections()  # outside of requests nobody else does: a restarted PostgreSQL would stay lost
    for step in steps():
        try:
            step()
        except Exception as error:  # one failing step must not stop the others
            log.error("tick step %s failed: %s", step.__name__, type(error).__name__)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        tick()
        time.sleep(MINUTE_S)
