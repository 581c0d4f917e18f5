"""Migrates the installation that the environment names, walks its pages, and prints what came as JSON."""

import json
import os
import re
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from ilt.schools.models import School

PAGE = re.compile(r'href="(/school/\d+[^"#?.]*)["#]')  # no files, and each page once


def opened() -> dict[str, object]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.urls import reverse

    from ilt.project.commands.migrate import migrate_both
    from ilt.report.models import Snapshot
    from ilt.schools.models import School

    migrate_both()
    call_command("collectstatic", verbosity=0, interactive=False)
    statuses: dict[str, int] = {}
    for school in School.objects.all():
        walk(facilitator_of(school), reverse("today", args=[school.id]), statuses)
    snapshot = Snapshot.objects.select_related("wave__school").latest("id")
    results = reverse("results", args=[snapshot.wave.school_id])
    page = facilitator_of(snapshot.wave.school).get(results).content.decode()
    return {
        "not opened": [address for address, status in statuses.items() if status != 200],
        "pages": len(statuses),
        "snapshot is whole": sha256(snapshot.release.encode()).hexdigest() == snapshot.release_sha256,
        "answers": "About 90 % of us answered." in page,
    }


def facilitator_of(school: "School") -> "Client":
    from django.test import Client

    from ilt.roster.queries import holders

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(holders(school, "F")[0])
    return browser


def walk(browser: "Client", start: str, statuses: dict[str, int]) -> None:
    """Opens every page that can be reached, once; what came is kept by address."""
    waiting = [start]
    while waiting:
        if (address := waiting.pop()) not in statuses:
            answer = browser.get(address)
            statuses[address] = answer.status_code
            waiting += PAGE.findall(answer.content.decode())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilt.project.settings")
    json.dump(opened(), sys.stdout)
