"""Mail goes out from the worker, never from a request: an answer may not depend on a mail server."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from ilt.shared.jobs import Progress, job, start
from ilt.shared.models import OutgoingMail

log = logging.getLogger("ilt.mail")


class ServerSilent(Exception):
    """The mail server was not reached or let nobody in: nothing is known about the address."""


def hand_over(to: str, subject: str, text: str) -> bool:
    """Hands one mail to the mail server. False if it refused this mail; ServerSilent if it takes none."""
    message = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    try:
        return message.send() == 1
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        log.warning("mail refused: %s", type(error).__name__)  # never the address
        return False
    except (smtplib.SMTPException, OSError) as error:
        log.warning("mail server silent: %s", type(error).__name__)
        raise ServerSilent from error


def send(to: str, subject: str, text: str) -> bool:
    """Hands one mail to the mail server. False if the server refused it or could not be reached."""
    try:
        return hand_over(to, subject, text)
    except ServerSilent:
        return False


def queue(to: str, subject: str, text: str) -> None:
    """Keeps a mail until the worker has sent it; then the row goes."""
    with transaction.atomic():
        mail = OutgoingMail.objects.create(to=to, subject=subject, text=text)
        start(send_queued, key=f"mail:{mail.id}", mail_id=str(mail.id))


@job
def send_queued(progress: Progress, mail_id: str) -> None:
    for mail in OutgoingMail.objects.filter(id=mail_id):
        if send(mail.to, mail.subject, mail.text):
            mail.delete()
        else:
            OutgoingMail.objects.filter(id=mail.id).update(state=OutgoingMail.State.FAILED)
