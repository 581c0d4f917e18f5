"""The application as the web server calls it: two chains of middleware, one of them for respondents."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from ilt.shared.silence import is_silent


class RespondentHandler(WSGIHandler):
    """No session, account or message is even looked for where people answer; that also halves the cost."""

    def load_middleware(self, is_async: bool = False) -> None:
        everything, settings.MIDDLEWARE = settings.MIDDLEWARE, settings.RESPONDENT_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = everything


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilt.project.settings")
staff = get_wsgi_application()
respondents = RespondentHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    handler = respondents if is_silent(environ["PATH_INFO"]) else staff
    return handler(environ, start_response)
