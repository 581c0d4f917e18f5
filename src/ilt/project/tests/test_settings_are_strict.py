"""A host learns of a mistake in the settings at the start, in one sentence, and never later."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from tests.cast import Cast

from ilt.project import environment as env
from ilt.project.command import set_up_demo


def start(tmp_path: Path, **settings: str) -> str:
    """What a start with these settings ends with: nothing, or the sentence that refuses it."""
    folders = {"ILT_DATA_DIR": f"{tmp_path}/data", "ILT_KEY_DIR": f"{tmp_path}/keys"}
    ended = subprocess.run(
        [sys.executable, "-c", "import ilt.project.settings"],
        env={"PATH": os.environ["PATH"], **folders, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode == 0) == (ended.stderr == "")
    return ended.stderr.strip()


def test_a_usual_school_server_starts(tmp_path: Path) -> None:
    public = {"ILT_PUBLIC_URL": "https://coherently.school.example", "ILT_BEHIND_PROXY": "true"}
    assert start(tmp_path, **public, EMAIL_URL="smtp://user:pass@mail.example") == ""


def test_a_misspelled_setting_stops_the_start(tmp_path: Path) -> None:
    assert start(tmp_path, ILT_DATADIR="/srv").startswith("The setting ILT_DATADIR is unknown. Known are: ")


def test_keys_inside_the_data_folder_stop_the_start(tmp_path: Path) -> None:
    data = (tmp_path / "data").resolve()
    assert start(tmp_path, ILT_KEY_DIR=f"{data}/safe/keys") == (
        f"ILT_KEY_DIR ({data}/safe/keys) lies inside ILT_DATA_DIR ({data}). Choose a folder outside it."
    )


def test_data_inside_the_key_folder_stop_the_start(tmp_path: Path) -> None:
    keys = (tmp_path / "keys").resolve()
    assert start(tmp_path, ILT_DATA_DIR=f"{keys}/data") == (
        f"ILT_DATA_DIR ({keys}/data) lies inside ILT_KEY_DIR ({keys}). Choose a folder outside it."
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path.resolve() / "file"
    file.touch()
    assert start(tmp_path, ILT_DATA_DIR=f"{file}/data") == (
        f"The folder {file}/data cannot be made: Not a directory. Make it for this account, or name another."
    )


def test_a_key_folder_that_others_may_open_stops_the_start(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o750)
    assert (
        start(tmp_path) == f"Other accounts can look into ILT_KEY_DIR. Run: chmod -R go-rwx {keys.resolve()}"
    )


def test_names_and_answers_in_one_database_stop_the_start(tmp_path: Path) -> None:
    one = "postgresql://coherently@localhost/coherently"
    assert start(tmp_path, DATABASE_URL=one, BOX_URL=one) == (
        "DATABASE_URL and BOX_URL name the same database. Give each its own."
    )


@pytest.mark.parametrize(
    ("url", "debug", "behind_proxy", "sentence"),
    [
        (
            "http://school.example",
            False,
            True,
            "ILT_PUBLIC_URL is http://school.example. Beyond this machine it begins with https://.",
        ),
        (
            "https://school.example/survey",
            False,
            True,
            "ILT_PUBLIC_URL is https://school.example/survey. It ends after the name: no folder follows it.",
        ),
        (
            "https://school.example",
            False,
            False,
            "ILT_PUBLIC_URL is https://school.example, so a proxy with TLS is needed. "
            "Then set ILT_BEHIND_PROXY=true.",
        ),
        (
            "https://school.example",
            True,
            True,
            "ILT_DEBUG is true, but ILT_PUBLIC_URL is https://school.example. Set ILT_DEBUG=false.",
        ),
    ],
)
def test_an_unsafe_mix_is_refused(url: str, debug: bool, behind_proxy: bool, sentence: str) -> None:
    with pytest.raises(env.SettingRefused) as refusal:
        env.refuse_unsafe_mix(url, debug, behind_proxy)
    assert str(refusal.value) == sentence


def test_debug_pages_are_allowed_on_this_machine() -> None:
    env.refuse_unsafe_mix("http://localhost:8000", debug=True, behind_proxy=False)


def test_a_switch_is_true_or_false_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILT_DEMO", "true")
    assert env.flag("ILT_DEMO") is True
    monkeypatch.setenv("ILT_DEMO", "yes")
    with pytest.raises(env.SettingRefused) as refusal:
        env.flag("ILT_DEMO")
    assert str(refusal.value) == "The setting ILT_DEMO is 'yes'. It can be true or false."


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    assert env.text("SECRET_KEY") == "from the file"
    file.unlink()
    with pytest.raises(env.SettingRefused) as refusal:
        env.text("SECRET_KEY")
    assert str(refusal.value) == (
        f"SECRET_KEY_FILE names {file}, which cannot be read: No such file or directory."
    )


def test_a_made_secret_is_kept_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    first = env.kept_secret(path)
    assert env.kept_secret(path) == first
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("value", ["80a", "-1", "65536", "8000.0"])
def test_a_port_is_a_number(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(env.SettingRefused) as refusal:
        env.port()
    assert str(refusal.value) == f"The setting PORT is {value!r}. It can be a number from 1 to 65535."


def test_a_sqlite_file_is_durable_and_locks_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    store = env.database("DATABASE_URL", tmp_path / "registrar.sqlite3")
    assert (store["NAME"], store["OPTIONS"]["transaction_mode"]) == (
        f"{tmp_path}/registrar.sqlite3",
        "IMMEDIATE",
    )
    assert "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;" in store["OPTIONS"]["init_command"]
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/a%20school/registrar.sqlite3")
    assert env.database("DATABASE_URL", tmp_path)["NAME"] == "/srv/a school/registrar.sqlite3"


def test_a_postgresql_address_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(url: str) -> dict[str, object]:
        monkeypatch.setenv("BOX_URL", url)
        store = env.database("BOX_URL", tmp_path)
        return {name: store[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}

    assert read("postgresql://box:p%40ss@db.example:5433/answers?sslmode=require") == {
        "NAME": "answers",
        "USER": "box",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    assert read("postgres://box@/answers?host=/run/postgresql") == {
        "NAME": "answers",
        "USER": "box",
        "PASSWORD": "",
        "HOST": "/run/postgresql",
        "PORT": "",
        "OPTIONS": {},
    }


def test_another_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://localhost/coherently")
    with pytest.raises(env.SettingRefused) as refusal:
        env.database("DATABASE_URL", tmp_path)
    assert str(refusal.value) == "DATABASE_URL begins with mysql:. It can begin with sqlite: or postgresql:."


@pytest.mark.parametrize(
    ("url", "host", "port", "ssl", "tls"),
    [
        ("smtp://us%40er:p%2Fw@mail.example", "mail.example", 587, False, True),
        ("smtps://us%40er:p%2Fw@mail.example", "mail.example", 465, True, False),
        ("smtp://us%40er:p%2Fw@relay.example:25?tls=false", "relay.example", 25, False, False),
    ],
)
def test_a_mail_address_is_read_whole(
    url: str, host: str, port: int, ssl: bool, tls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    mail = env.mail(tmp_path)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("us@er", "p/w")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"]) == (host, port)
    assert (mail["EMAIL_USE_SSL"], mail["EMAIL_USE_TLS"]) == (ssl, tls)


def test_mail_may_be_kept_as_files_or_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "folder:")
    assert env.mail(tmp_path)["EMAIL_FILE_PATH"] == tmp_path / "mail"
    monkeypatch.delenv("EMAIL_URL")
    assert env.mail(tmp_path) == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    for scheme in ("imap", "none"):
        monkeypatch.setenv("EMAIL_URL", f"{scheme}://mail.example")
        with pytest.raises(env.SettingRefused) as refusal:
            env.mail(tmp_path)
        sentence = f"EMAIL_URL begins with {scheme}:. It can begin with smtp:, smtps: or folder:."
        assert str(refusal.value) == sentence


def test_the_demonstration_stays_away_from_real_stores_and_real_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "address"
    file.write_text("postgresql://coherently@db.example/real")
    real = {name: str(file) for name in ("DATABASE_URL_FILE", "BOX_URL_FILE", "EMAIL_URL_FILE")}
    monkeypatch.setattr(os, "environ", {"DATABASE_URL": "postgresql://coherently@db.example/real", **real})
    set_up_demo()
    names = [env.database(name, tmp_path / "made-up.sqlite3")["NAME"] for name in ("DATABASE_URL", "BOX_URL")]
    assert names == [f"{tmp_path}/made-up.sqlite3"] * 2
    assert env.mail(tmp_path)["EMAIL_FILE_PATH"] == tmp_path / "mail"


def test_a_notice_that_names_somebody_leaves_no_cookie(cast: Cast, static_files: None) -> None:
    client = cast.browser_of(cast.fay)
    person = {"first_name": "Uma", "last_name": "Usher", "kind": "teacher", "language": "en"}
    answer = client.post(f"/school/{cast.school.id}/staff/add", {"token": str(uuid4()), **person})
    assert answer.status_code == 302
    assert "Uma Usher is on the staff list now." in client.get(answer["Location"]).content.decode()
    assert set(client.cookies) <= {"session", "csrf"}
