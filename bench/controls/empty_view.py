"""The cheapest page Django can show: no middleware, no database, no template."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.wsgi import Application


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"")


urlpatterns = [path("empty", empty)]


def application() -> Application:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"], SECRET_KEY="bench", MIDDLEWARE=[])  # noqa: S106
    from django.core.wsgi import get_wsgi_application

    made: Any = get_wsgi_application()
    return made
