"""A Coherently server of its own: real processes, own folders, ended with the test."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 60.0


def environment(folder: Path, **settings: str) -> dict[str, str]:
    ours = ("ILT_", "PORT", "DATABASE_URL", "BOX_URL", "EMAIL_URL", "SECRET_KEY")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "ILT_DATA_DIR": f"{folder}/data", "ILT_KEY_DIR": f"{folder}/keys", **settings}


def ilt(*arguments: str, settings: Mapping[str, str], **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ilt.project.command", *arguments]
    return subprocess.run(
        command, env=settings, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(happened: Callable[[], bool], what: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(what())
        time.sleep(0.05)


class Server:
    """`ilt serve`, started at once. Its output goes to a file, as a service manager keeps it."""

    def __init__(self, settings: Mapping[str, str], output: Path) -> None:
        self.output = output
        with output.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ilt.project.command", "serve"],
                env=settings,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        wait_until(lambda: "Coherently is at " in self.said() or self.process.poll() is not None, self.said)
        if self.process.poll() is not None:
            raise RuntimeError(self.said())

    @property
    def port(self) -> int:
        return int(self.said().split("Coherently is at http://localhost:")[1].split()[0])

    def children(self) -> dict[str, int]:
        """Process ids of the web server, the worker and the clock."""
        marks = {"web": "granian", "worker": "db_worker", "clock": "tick"}
        found = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(status.read_text().rpartition(")")[2].split()[1])
                command = (status.parent / "cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self.process.pid:
                found |= {name: int(status.parent.name) for name, mark in marks.items() if mark in command}
        return found

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(timeout=PATIENCE_S)


@contextmanager
def serving(settings: Mapping[str, str], output: Path) -> Iterator[Server]:
    server = Server(settings, output)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def get(port: int, path: str = "/health") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def answers(port: int) -> bool:
    try:
        return get(port) == (200, "ok")
    except (OSError, http.client.HTTPException):
        return False
