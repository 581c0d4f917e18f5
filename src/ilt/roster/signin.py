"""How allauth behaves here: nobody signs up, and every mail goes through our queue."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from ilt.roster.models import User
from ilt.shared import mail


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Address and password do not fit together. Check both."),
        "incorrect_code": _("This is not the code we sent. Check it, or ask for a new one."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then start again."),
        "rate_limited": _("That was very often in a short time. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        facts = {"address": settings.PUBLIC_URL, **context}
        subject = render_to_string(f"{template_prefix}_subject.txt", facts).strip()
        mail.queue(email, subject, render_to_string(f"{template_prefix}_message.txt", facts))

    def add_message(self, request: HttpRequest, level: int, *args: Any, **options: Any) -> None:
        """Refusals alone: our pages say themselves what went well."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **options)

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Goes on in the person's own language, unless this browser has chosen one."""
        response: HttpResponse = super().post_login(request, user, **options)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                samesite="Lax",
                secure=settings.LANGUAGE_COOKIE_SECURE,
            )
        return response
