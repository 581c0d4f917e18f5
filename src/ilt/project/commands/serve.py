"""Web server, worker and clock as three child processes of one; a crashed one is started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from django.core.management import call_command

from ilt.project.commands.migrate import migrate_both

RESTART_AFTER_S = 2.0


def free_port(wanted: int) -> int:
    """The port asked for, or the next free one after it."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(f"No free port between {wanted} and {wanted + 99}. Set PORT to a free one.")


def children(port: int) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    return {
        "web": [
            *python,
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--respawn-failed-workers",
            "--no-access-log",
            "--log-level",
            "warning",
            "ilt.project.wsgi:application",
        ],
        "worker": [*python, "django", "db_worker", "--interval", "0.5", "--verbosity", "0"],
        "tick": [*python, "ilt.project.tick"],
    }


def serve(port: int) -> None:
    port = port or free_port(int(os.environ.get("PORT", "8000")))
    os.environ["PORT"] = str(port)
    migrate_both()
    call_command("collectstatic", verbosity=0, interactive=False)
    supervise(children(port))


def supervise(commands: dict[str, list[str]]) -> None:
    """Keeps every child running until this process is told to stop, then stops them all."""
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running = {name: subprocess.Popen(command) for name, command in commands.items()}  # noqa: S603
    while not stopping:
        for name, process in running.items():
            if process.poll() is not None:
                time.sleep(RESTART_AFTER_S)  # a child that cannot start must not spin
                running[name] = subprocess.Popen(commands[name])  # noqa: S603
        time.sleep(0.5)
    for process in running.values():
        process.terminate()
    for process in running.values():
        process.wait(timeout=30)
