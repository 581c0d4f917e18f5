"""The demonstration's mailbox: what was "sent" lies as files in the data folder."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

LINE = b"-" * 79  # Django writes it after each mail of a file
SHOWN = 25


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str


def is_open() -> bool:
    return bool(settings.DEMO)


def mails() -> list[Mail]:
    """The latest mails first."""
    folder = Path(settings.DATA_DIR) / "mail"
    newest = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:SHOWN]
    parts = [part for file in newest for part in reversed(file.read_bytes().split(LINE)) if part.strip()]
    return [_mail(part.lstrip()) for part in parts[:SHOWN]]


def _mail(source: bytes) -> Mail:
    message = email.message_from_bytes(source, EmailMessage, policy=email.policy.default)
    return Mail(str(message["To"]), str(message["Subject"]), message.get_content())
