import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as sent
from django.core.mail.backends.locmem import EmailBackend

from ilt.shared import mail
from ilt.shared.models import OutgoingMail


def test_a_queued_mail_leaves_no_row_once_it_is_sent(run_jobs: Callable[[], int]) -> None:
    mail.queue("cleo@school.example", "Your code", "123456")
    assert OutgoingMail.objects.count() == 1
    run_jobs()
    assert [(m.to, m.body) for m in sent.outbox] == [(["cleo@school.example"], "123456")]
    assert OutgoingMail.objects.count() == 0


def test_a_refused_mail_is_kept_and_the_log_names_nobody(
    run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: EmailBackend, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"cleo@school.example": (550, b"no such user")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    monkeypatch.setattr(mail.log, "propagate", True)
    mail.log.parent.propagate = True  # type: ignore[union-attr]
    mail.queue("cleo@school.example", "Your code", "123456")
    run_jobs()
    assert OutgoingMail.objects.get().state == OutgoingMail.State.FAILED
    assert "SMTPRecipientsRefused" in caplog.text
    assert "cleo" not in caplog.text
