"""Taking a ballot by link, beside the private operation alone and 40 empty views."""

import json
import os
from pathlib import Path
from typing import Any

from bench import survey, wsgi
from bench.controls import empty_view
from bench.harness import Work

WARM = 10
TIMES = survey.PEOPLE - WARM
VIEWS = 40


def prepare(folder: Path) -> None:
    survey.prepare(folder)


def ours(folder: Path) -> Work:
    application = survey.application(folder)
    from ilt.collection.codes import to_text

    path = f"/s/{survey.wave_id()}/collect"
    bodies = [{"secret": secret, "blinded": to_text(os.urandom(64))} for secret in survey.secrets()]
    requests = [(path, json.dumps(body).encode()) for body in bodies]
    return Work(
        lambda: wsgi.statuses(application, requests[WARM:]),
        TIMES,
        lambda: wsgi.statuses(application, requests[:WARM]),
    )


def control(folder: Path) -> Work:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
    application = empty_view.application()

    def run(times: int = TIMES) -> dict[str, int]:
        for _ in range(times):
            key.sign(os.urandom(64), scheme, hashes.SHA384())
        return wsgi.statuses(application, [("/empty", None)] * (VIEWS * times))

    return Work(run, TIMES, lambda: run(WARM))


def disagreement(ours: Any, control: Any) -> str:
    done = ours == {"200": TIMES} and control == {"200": TIMES * VIEWS}
    return "" if done else f"statuses {ours} and {control}"
