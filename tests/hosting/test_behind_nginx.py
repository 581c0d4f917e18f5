"""The documented nginx in front of `ilt serve`, for real: TLS with a certificate made here, on loopback."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType

from ilt.shared.silence import SILENT_PREFIXES
from tests.hosting.server import Server, environment, free_port, ilt, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("servers")]

EXAMPLE = Path(__file__).parents[2] / "docs" / "how" / "nginx.conf"
NAME = "coherently.school.example"
WAVE = "7e5f2a8c-1111-4222-8333-944445555666"
RESPONDENT_PAGES = (f"/s/{WAVE}", f"/go/{WAVE}", f"/box/{WAVE}/keys.json")
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Site:
    folder: Path
    https: int
    app: int
    server: Server

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.https}"

    def logs(self) -> str:
        """Everything nginx and Coherently wrote down."""
        kept = [*self.folder.glob("*.log"), self.server.output]
        return "".join(path.read_text() for path in kept)


def with_own_paths(example: str, site: Site) -> str:
    """The example with ports and paths of this test. Each part that is replaced must be in it."""
    certificates = f"/etc/letsencrypt/live/{NAME}"
    changes = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{site.app};",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen [::]:80;": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{site.https} ssl;",
        "listen [::]:443 ssl;": "",
        f"{certificates}/fullchain.pem": f"{site.folder}/certificate.pem",
        f"{certificates}/privkey.pem": f"{site.folder}/key.pem",
        "/var/log/nginx/coherently.log": f"{site.folder}/errors.log",
    }
    for old, new in changes.items():
        assert old in example
        example = example.replace(old, new)
    return example


def main_configuration(site: Site) -> str:
    """What a system's nginx.conf says, in a folder of our own. It logs whatever the site does not stop."""
    temporary = "".join(
        f"{kind}_temp_path {site.folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    account = "user root;" if os.getuid() == 0 else ""
    return f"""{account} daemon off; pid {site.folder}/pid; error_log {site.folder}/main.log;
    worker_processes 1; events {{ worker_connections 64; }}
    http {{ {temporary} access_log {site.folder}/access.log; include {site.folder}/site.conf; }}"""


def make_certificate(folder: Path) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={NAME}",
    ]
    files = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run([*command, *files], check=True, capture_output=True)


@contextmanager
def nginx(site: Site, example: str) -> Iterator[None]:
    for old in site.folder.glob("*.log"):
        old.unlink()
    (site.folder / "site.conf").write_text(with_own_paths(example, site))
    (site.folder / "nginx.conf").write_text(main_configuration(site))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-c", site.folder / "nginx.conf", "-e", site.folder / "main.log"])
    try:
        wait_until(lambda: listens(site.https) or process.poll() is not None, site.logs)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def listens(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0


def status_of(site: Site, path: str, method: str = "GET", body: bytes = b"") -> int:
    """Asks without a browser, with a mark in every place that a log line could quote."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    marks = {
        "User-Agent": "marked-agent",
        "Referer": "https://marked-page.example/",
        "Cookie": "marked=cookie",
    }
    connection = HTTPSConnection("127.0.0.1", site.https, context=trusting, timeout=30)
    with closing(connection):
        connection.request(method, f"{path}?marked-query", body, headers={"Host": NAME, **marks})
        with connection.getresponse() as response:
            return response.status


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    https, app = free_port(), free_port()
    public = {"ILT_PUBLIC_URL": f"https://{NAME}:{https}", "ILT_BEHIND_PROXY": "true"}
    settings = environment(folder, PORT=str(app), **public)
    make_certificate(folder)
    assert ilt("migrate", settings=settings).returncode == 0
    make_principal(settings)
    server = Server(settings, folder / "output")
    try:
        server.wait_until_ready()
        yield Site(folder, https, app, server)
    finally:
        server.stop()


def make_principal(settings: dict[str, str]) -> None:
    code = f"""
from ilt.roster.models import User
person = User(first_name="Ana", last_name="Ames", email="ana@school.example")
person.set_password({PASSWORD!r})
person.save()
"""
    made = ilt("django", "shell", "--no-imports", "--command", code, settings=settings)
    assert made.returncode == 0, made.stderr


@pytest.fixture
def secure_browser(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """Knows the school's name, which is not localhost: there plain HTTP would count as secure."""
    flags = [*browser_type_launch_args["args"], f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    browser = browser_type.launch(**browser_type_launch_args | {"args": flags})
    yield browser
    browser.close()


def test_phones_get_https_and_staff_sign_in_through_the_proxy(site: Site, secure_browser: Browser) -> None:
    with nginx(site, EXAMPLE.read_text()):
        page = secure_browser.new_context(ignore_https_errors=True).new_page()
        response = page.goto(f"{site.address}/login")
        assert response is not None
        assert response.status == 200
        assert response.headers["strict-transport-security"] == "max-age=31536000"
        assert page.evaluate("typeof crypto.subtle") == "object"
        page.get_by_label("Email").first.fill("ana@school.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in with the password").click()
        page.get_by_role("button", name="Sign out").wait_for()
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert all(name.startswith("__Host-") and cookie["secure"] for name, cookie in cookies.items())
        assert cookies["__Host-session"]["httpOnly"]
        assert cookies["__Host-csrf"]["httpOnly"]


def test_without_https_a_phone_could_not_answer(site: Site, secure_browser: Browser) -> None:
    """The control: the same page, name and browser, past the proxy."""
    page = secure_browser.new_page()
    page.goto(f"http://{NAME}:{site.app}/help")
    assert page.evaluate("typeof crypto.subtle") == "undefined"


def ask_everything(site: Site) -> None:
    for path in RESPONDENT_PAGES:
        assert status_of(site, path) in {200, 302, 403, 404}
        assert status_of(site, path, "POST", b"marked-body" * 10_000) == 413


def test_answering_leaves_no_line_in_any_log(site: Site) -> None:
    with nginx(site, EXAMPLE.read_text()):
        ask_everything(site)
        assert status_of(site, "/help") == 200
    with nginx(
        site, EXAMPLE.read_text().replace("proxy_pass http://coherently;", "proxy_pass http://127.0.0.1:9;")
    ):
        assert [status_of(site, path) for path in RESPONDENT_PAGES] == [502, 502, 502]
    assert "marked" not in site.logs()
    assert WAVE not in site.logs()


def test_a_usual_configuration_would_have_kept_all_of_it(site: Site) -> None:
    """The control: the same requests, without the lines of the example that switch logging off."""
    usual = re.sub(r"access_log off;|error_log /dev/null emerg;", "", EXAMPLE.read_text())
    with nginx(site, usual):
        ask_everything(site)
    lines = site.logs()
    assert all(f"GET {path}?marked-query" in lines for path in RESPONDENT_PAGES)
    assert "marked-agent" in lines
    assert "client intended to send too large body" in lines


def test_the_example_is_silent_where_the_application_is(site: Site) -> None:
    silent = "|".join(prefix.removeprefix("/") for prefix in SILENT_PREFIXES)
    assert f"location ~ ^/({silent}) {{" in EXAMPLE.read_text()
