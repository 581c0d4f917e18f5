"""Reads the environment: strict, with safe defaults, one sentence per refusal."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PREFIX = "ILT_"
KNOWN = frozenset(
    {
        "ILT_ALLOWED_HOSTS",
        "ILT_BEHIND_PROXY",
        "ILT_DATA_DIR",
        "ILT_DEBUG",
        "ILT_DEMO",
        "ILT_FONT_DIR",
        "ILT_KEY_DIR",
        "ILT_MAIL_FROM",
        "ILT_PUBLIC_URL",
    }
)


class SettingRefused(SystemExit):
    """Stops the start: the message is one sentence that says what to change."""


def refuse_unknown(environment: Mapping[str, str]) -> None:
    known = KNOWN | {f"{name}_FILE" for name in KNOWN}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            raise SettingRefused(f"The setting {name} is unknown. Known are: {', '.join(sorted(KNOWN))}.")


def text(name: str, default: str = "") -> str:
    """A setting, or the content of the file that NAME_FILE points to (for secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingRefused(
                f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
            ) from error
    return os.environ.get(name, default)


def flag(name: str) -> bool:
    value = text(name, "false")
    if value not in {"true", "false"}:
        raise SettingRefused(f"The setting {name} is {value!r}. It can be true or false.")
    return value == "true"


def folder(name: str, default: Path) -> Path:
    path = Path((name and text(name)) or default).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingRefused(
            f"The folder {path} cannot be made: {error.strerror}. Make it for this account, or name another."
        ) from error
    return path


def refuse_nested(data: Path, keys: Path) -> None:
    """A backup of one folder must not hold the other: with both, its reader sees who took a ballot."""
    if keys == data or data in keys.parents:
        raise SettingRefused(
            f"ILT_KEY_DIR ({keys}) lies inside ILT_DATA_DIR ({data}). Choose a folder outside it."
        )
    if keys in data.parents:
        raise SettingRefused(
            f"ILT_DATA_DIR ({data}) lies inside ILT_KEY_DIR ({keys}). Choose a folder outside it."
        )


def refuse_open_keys(keys: Path) -> None:
    if keys.stat().st_mode & 0o077:
        raise SettingRefused(f"Other accounts can look into ILT_KEY_DIR. Run: chmod -R go-rwx {keys}")


def kept_secret(path: Path) -> str:
    """A secret made at the first start and kept, readable by this account alone."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="utf-8")


SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"


def database(name: str, default_file: Path, extra_pragmas: str = "") -> dict[str, Any]:
    """A Django database from sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME?host=DIR."""
    url = urlsplit(text(name) or f"sqlite:///{default_file}")
    if url.scheme == "sqlite":
        # IMMEDIATE: a reader turned writer would fail at once with "database is locked".
        # FULL: NORMAL can lose an acknowledged answer at a power cut.
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS + extra_pragmas,
        }
        file = unquote(url.path[1:])
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "OPTIONS": options,
            "CONN_MAX_AGE": 60,  # the last one to close a WAL file rewrites it: too dear for each request
            # A file, not memory: WAL, locking and rewriting mean nothing in memory.
            "TEST": {"NAME": f"{file}-test", "DEPENDENCIES": []},
        }
    if url.scheme in {"postgresql", "postgres"}:
        query = dict(parse_qsl(url.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path[1:]),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": query.pop("host", url.hostname or ""),
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 60,
            "OPTIONS": query,
            "TEST": {"DEPENDENCIES": []},
        }
    raise SettingRefused(f"{name} begins with {url.scheme}:. It can begin with sqlite: or postgresql:.")


def refuse_one_store(registrar: Mapping[str, Any], box: Mapping[str, Any]) -> None:
    """In one database, names and answers would lie side by side."""
    if all(registrar.get(part) == box.get(part) for part in ("ENGINE", "NAME", "HOST", "PORT")):
        raise SettingRefused("DATABASE_URL and BOX_URL name the same database. Give each its own.")


def mail(data: Path) -> dict[str, Any]:
    """Django's mail settings from smtp://USER:PASSWORD@HOST:PORT, smtps://... or folder: (kept as files)."""
    backend = "django.core.mail.backends."
    if not text("EMAIL_URL"):
        return {"EMAIL_BACKEND": backend + "dummy.EmailBackend"}
    url = urlsplit(text("EMAIL_URL"))
    if url.scheme in {"smtp", "smtps"}:
        return {
            "EMAIL_BACKEND": backend + "smtp.EmailBackend",
            "EMAIL_HOST": url.hostname or "localhost",
            "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": url.scheme == "smtps",
            "EMAIL_USE_TLS": url.scheme == "smtp" and "tls=false" not in url.query,
            "EMAIL_TIMEOUT": 20,
        }
    if url.scheme == "folder":
        return {"EMAIL_BACKEND": backend + "filebased.EmailBackend", "EMAIL_FILE_PATH": data / "mail"}
    raise SettingRefused(f"EMAIL_URL begins with {url.scheme}:. It can begin with smtp:, smtps: or folder:.")


def port() -> int:
    """The port that was asked for; 0 if none was."""
    value = text("PORT", "0")
    if not value.isdecimal() or int(value) > 65535:
        raise SettingRefused(f"The setting PORT is {value!r}. It can be a number from 1 to 65535.")
    return int(value)


def public_url() -> str:
    """Where people open the pages, as it stands in mails and QR codes."""
    return text("ILT_PUBLIC_URL", f"http://localhost:{text('PORT', '8000')}").rstrip("/")


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def refuse_unsafe_mix(public_url: str, debug: bool, behind_proxy: bool) -> None:
    """Plain HTTP and debug pages are for this machine alone; HTTPS is the work of a proxy in front."""
    here = host_of(public_url) in {"localhost", "127.0.0.1", "::1"}
    https = public_url.startswith("https://")
    if not https and not here:
        raise SettingRefused(f"ILT_PUBLIC_URL is {public_url}. Beyond this machine it begins with https://.")
    if urlsplit(public_url).path:
        raise SettingRefused(f"ILT_PUBLIC_URL is {public_url}. It ends after the name: no folder follows it.")
    if https and not behind_proxy:
        raise SettingRefused(
            f"ILT_PUBLIC_URL is {public_url}, so a proxy with TLS is needed. Then set ILT_BEHIND_PROXY=true."
        )
    if debug and not here:
        raise SettingRefused(f"ILT_DEBUG is true, but ILT_PUBLIC_URL is {public_url}. Set ILT_DEBUG=false.")
