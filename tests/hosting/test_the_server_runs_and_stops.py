"""`ilt serve` with real processes: what a host sees when it starts, crashes and stops."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.hosting.server import Server, answers, environment, free_port, get, serving, wait_until
from tests.postgres import fresh_stores

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("servers")]


def test_a_crashed_part_runs_again_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    with serving(environment(tmp_path, PORT=str(port), **fresh_stores()), tmp_path / "output") as server:
        assert server.said().endswith(f"Coherently is at http://localhost:{port}\n")
        first = server.children()
        assert set(first) == {"web", "worker", "clock"}
        for pid in first.values():
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(server.children()) == 3 and answers(port), server.said)
        second = server.children()
        assert set(first.values()).isdisjoint(second.values())
        assert server.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in second.values())
    with socket.socket() as visitor:
        assert visitor.connect_ex(("127.0.0.1", port)) != 0


def test_two_installations_started_together_take_two_ports(tmp_path: Path) -> None:
    """Both see the usual port free at first: who comes second must not share it in silence."""
    folders = [tmp_path / "one", tmp_path / "two"]
    outputs = [tmp_path / "output-one", tmp_path / "output-two"]
    servers = [
        Server(environment(folder, **fresh_stores()), output)
        for folder, output in zip(folders, outputs, strict=True)
    ]
    try:
        for server in servers:
            server.wait_until_ready()
        assert servers[0].port != servers[1].port
        assert [get(server.port) for server in servers] == [(200, "ok"), (200, "ok")]
        assert [(folder / "data" / "serving").read_text() for folder in folders] == [
            f"http://localhost:{server.port}" for server in servers
        ]
    finally:
        for server in servers:
            server.stop()


def test_a_second_server_on_the_same_data_is_sent_to_the_first_and_ctrl_c_ends_quietly(
    tmp_path: Path,
) -> None:
    port = free_port()
    address = f"http://localhost:{port}"
    data = environment(tmp_path, **fresh_stores())
    with serving({**data, "PORT": str(port)}, tmp_path / "output") as first:
        second = Server({**data, "PORT": str(free_port())}, tmp_path / "second")
        assert second.process.wait(timeout=60) == 1
        assert second.said() == (
            f"Coherently already runs on this data, at {address}. Open it there, or stop it first.\n"
        )
        assert answers(port)
        assert first.stop(signal.SIGINT) == 0
        assert first.said().endswith(f"Coherently is at {address}\n")  # no traceback after it


def test_what_outlives_a_killed_server_keeps_its_data_from_a_second_worker_and_clock(tmp_path: Path) -> None:
    data = environment(tmp_path, **fresh_stores())
    with serving({**data, "PORT": str(free_port())}, tmp_path / "output") as first:
        left = first.children()
        first.stop(signal.SIGKILL)
        try:
            second = Server({**data, "PORT": str(free_port())}, tmp_path / "second")
            assert second.process.wait(timeout=60) == 1
            assert "Coherently already runs on this data" in second.said()
        finally:
            for pid in left.values():
                os.killpg(pid, signal.SIGKILL)
    with serving({**data, "PORT": str(free_port())}, tmp_path / "third") as third:
        assert set(third.children()) == {"web", "worker", "clock"}


def test_a_port_that_was_asked_for_and_is_taken_is_never_replaced(tmp_path: Path) -> None:
    with socket.socket() as other_program:
        other_program.bind(("127.0.0.1", 0))
        other_program.listen()
        port = other_program.getsockname()[1]
        server = Server(environment(tmp_path, PORT=str(port), **fresh_stores()), tmp_path / "output")
        assert server.process.wait(timeout=60) == 1
        assert server.said() == (
            f"Port {port} is taken by another program. Set PORT to a free one, or unset it.\n"
        )
