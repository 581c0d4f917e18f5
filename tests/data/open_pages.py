"""Migrates the installation that the environment names, opens its pages, and prints what came as JSON."""

import json
import os
import sys
from hashlib import sha256


def opened() -> dict[str, object]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from ilt.cycle.models import Wave
    from ilt.project.commands.migrate import migrate_both
    from ilt.report.models import Snapshot
    from ilt.roster.models import User
    from ilt.roster.queries import holders
    from ilt.schools.models import School

    migrate_both()
    call_command("collectstatic", verbosity=0, interactive=False)
    school = School.objects.get()
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(id=holders(school, "F")[0].id))
    addresses = [reverse(name, args=[school.id]) for name in ("today", "staff", "waves", "results")]
    of_a_wave = ("wave", "wave_results", "wave_methods")
    for wave in Wave.objects.all():
        addresses += [reverse(name, args=[school.id, wave.id]) for name in of_a_wave]
    snapshot = Snapshot.objects.get()
    page = browser.get(reverse("results", args=[school.id])).content.decode()
    return {
        "not opened": [address for address in addresses if browser.get(address).status_code != 200],
        "pages": len(addresses),
        "snapshot is whole": sha256(snapshot.release.encode()).hexdigest() == snapshot.release_sha256,
        "answers": "About 85 % of us answered." in page,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilt.project.settings")
    json.dump(opened(), sys.stdout)
