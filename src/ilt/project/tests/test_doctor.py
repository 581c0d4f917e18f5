"""A host learns what is wrong with an installation, and what to do about it."""

import os
from pathlib import Path

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.db import connections
from pytest_django import Settings

from ilt.project.commands import doctor


@pytest.fixture
def own(tmp_path: Path, settings: Settings, static_files: None) -> Path:
    """Folders of a sound installation."""
    for name in ("data", "keys"):
        (tmp_path / name).mkdir(mode=0o700)
    settings.DATA_DIR, settings.KEY_DIR = tmp_path / "data", tmp_path / "keys"
    (settings.KEY_DIR / "secret-key").touch(mode=0o600)
    (settings.DATA_DIR / "box.sqlite3").touch()
    return tmp_path


@pytest.mark.django_db(databases=["default", "box"])
def test_a_sound_installation_passes_every_check(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    durable = connections["box"].vendor == "sqlite"  # the tests' own PostgreSQL runs without fsync
    assert doctor.doctor() is durable
    said = capsys.readouterr().out.splitlines()
    unsafe = [f"         The {store} store has fsync = off. Set it to on." for store in ("default", "box")]
    assert [line for line in said if not line.startswith("ok ")] == (
        [] if durable else ["NOT YET  Both databases keep what they confirm, and no times", *unsafe]
    )
    assert len(said) == len(doctor.CHECKS) + (0 if durable else 2)


def test_each_problem_is_named_with_its_cure(
    own: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(check: str) -> list[str]:
        return list(getattr(doctor, check)())

    (own / "keys" / "secret-key").chmod(0o640)
    (own / "data").chmod(0o755)
    settings.STATIC_ROOT = own / "static"
    os.utime(own / "data" / "box.sqlite3", (4_000_000_000, 4_000_000_000))
    monkeypatch.setattr(doctor, "SPARE_BYTES", 2**80)
    assert found("keys_are_private") == [
        f"Other accounts can read {own}/keys/secret-key. Run: chmod -R go-rwx {own}/keys"
    ]
    assert found("data_are_private") == [
        f"Other accounts can look into {own}/data. Run: chmod go-rwx {own}/data"
    ]
    assert found("static_files_are_collected") == [
        "Style sheets and scripts are missing. Start once with: ilt serve"
    ]
    assert found("clock_is_right") == [
        "The clock of this machine is behind its own files. Set it, best by a time server."
    ]
    (disk,) = found("disk_has_room_for_a_close")
    assert disk.endswith(" megabytes that a close may need. Free some.")


def test_a_mail_server_that_refuses_us_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(backend: EmailBackend) -> bool:
        raise ConnectionRefusedError

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(EmailBackend, "open", refuse)
    settings.MAIL_WORKS = True
    assert list(doctor.mail_server_answers()) == [
        "The mail server does not take us (ConnectionRefusedError). Check EMAIL_URL."
    ]
    settings.MAIL_WORKS = False
    assert list(doctor.mail_server_answers()) == []


@pytest.mark.django_db(databases=["default", "box"])
def test_a_store_that_forgets_or_remembers_too_much_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite = connections["box"].vendor == "sqlite"
    name, setting = ("SQLITE", "synchronous") if sqlite else ("POSTGRESQL", "track_commit_timestamp")
    monkeypatch.setattr(doctor, f"{name}_SETTINGS", {setting: "wanted"})
    monkeypatch.setattr(doctor, "SECURE_DELETE", {})
    value = "2" if sqlite else "off"
    assert list(doctor.stores_are_safe()) == [
        f"The {store} store has {setting} = {value}. Set it to wanted." for store in ("default", "box")
    ]


@pytest.mark.django_db(databases=["default", "box"])
def test_a_store_of_an_older_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with connections["box"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ilt'")
    assert list(doctor.stores_are_current()) == ["The box store is older than this version. Run: ilt migrate"]
