"""Web server, worker and clock as three child processes of one; a crashed one is started again."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from urllib.parse import urlsplit

import typer
from django.conf import settings
from django.core.management import call_command

from ilt.project import environment as env
from ilt.project.commands.first_start import first_start
from ilt.project.commands.migrate import migrate_both

HOST = "127.0.0.1"  # never another: only a proxy with TLS speaks to the world
USUAL_PORT = 8000
PORTS_TRIED = 100
LOOK_EVERY_S = 0.2
RESTART_AFTER_S = 1.0  # a child that cannot start must not spin
PATIENCE_S = 20.0  # a job of the worker may finish


def reserve(port: int) -> socket.socket | None:
    """Holds the port for our own web server; None if another program has it.

    The web server shares its port with whoever else asks to share it. Without this hold, a second
    installation would silently take every other request of the first.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended blocks nothing
    try:
        held.bind((HOST, port))
    except OSError:
        held.close()
        return None
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return held


def take_port(wanted: int) -> socket.socket:
    """The port asked for and no other (a proxy waits there); if none was, 8000 or the next free one."""
    ports = [wanted] if wanted else range(USUAL_PORT, USUAL_PORT + PORTS_TRIED)
    for port in ports:
        if held := reserve(port):
            return held
    if wanted:
        raise SystemExit(f"Port {wanted} is taken by another program. Set PORT to a free one, or unset it.")
    raise SystemExit(f"No port from {ports[0]} to {ports[-1]} is free. Set PORT to a free one.")


@contextmanager
def place(wanted: int = 0) -> Iterator[int]:
    """A port and the data folder for this process alone; everything inside knows its own address."""
    with take_port(wanted or env.port()) as held:
        port: int = held.getsockname()[1]
        os.environ["PORT"] = str(port)
        settings.PUBLIC_URL = env.public_url()
        with only_server_of_this_data():
            yield port


@contextmanager
def only_server_of_this_data() -> Iterator[None]:
    """Two workers and two clocks on one data folder would send reminders twice."""
    with (settings.DATA_DIR / "serving").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise SystemExit(
                f"Coherently already runs on this data, at {file.read()}. Open it there, or stop it first."
            ) from None
        file.truncate(0)
        file.write(settings.PUBLIC_URL)
        file.flush()
        os.set_inheritable(file.fileno(), True)  # the hold lasts as long as any child that outlives a kill
        yield


def children(port: int) -> dict[str, list[str]]:
    web = {
        "--interface": "wsgi",
        "--host": HOST,
        "--port": str(port),
        "--workers": "1",
        "--blocking-threads": "4",
        "--backpressure": "128",  # more wait in the operating system's queue; none is refused
        "--log-level": "warning",
    }
    options = [part for option in web.items() for part in option]
    python = [sys.executable, "-m"]
    switches = ["--respawn-failed-workers", "--no-access-log"]
    return {
        "web": [*python, "granian", *options, *switches, "ilt.project.wsgi:application"],
        "worker": [*python, "django", "db_worker", "--interval", "0.5", "--verbosity", "0"],
        "clock": [*python, "ilt.project.command", "tick"],
    }


def serve(wanted: int = 0) -> None:
    """Brings the databases up to date and serves until it is told to stop."""
    with place(wanted) as port:
        migrate_both()
        call_command("collectstatic", verbosity=0, interactive=False)
        first_start()
        supervise(children(port), port)


class Stop:
    """Whether this process was told to stop, by Ctrl-C, a closed terminal or the system."""

    def __init__(self) -> None:
        self.asked = False
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, self._ask)

    def _ask(self, signum: int, frame: FrameType | None) -> None:
        self.asked = True


def supervise(commands: dict[str, list[str]], port: int) -> None:
    """Keeps every child running until this process is told to stop, then stops them all."""
    stop = Stop()
    running = {name: start(command) for name, command in commands.items()}
    announced = False
    try:
        while not stop.asked:
            for name in [name for name, child in running.items() if child.poll() is not None]:
                end(running[name])
                time.sleep(RESTART_AFTER_S)
                running[name] = start(commands[name])
            if not announced and (announced := answers(port)):
                typer.echo(f"Coherently is at {settings.PUBLIC_URL}")
            time.sleep(LOOK_EVERY_S)
    finally:
        for child in running.values():
            child.terminate()
        for child in running.values():
            end(child)


def start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then stops the children in order.
    return subprocess.Popen(command, start_new_session=True, close_fds=False)  # noqa: S603


def end(child: subprocess.Popen[bytes]) -> None:
    """Waits for a child, then ends what it left: a crashed web server leaves a process on the port."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=PATIENCE_S)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def answers(port: int) -> bool:
    """Whether the web server shows pages under its public name."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": urlsplit(settings.PUBLIC_URL).netloc})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
