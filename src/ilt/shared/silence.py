"""Respondent routes: nothing that tells people apart reaches a view, and no cookie leaves."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SILENT_PREFIXES = ("/s/", "/go", "/box/")
TELLS_PEOPLE_APART = (
    "HTTP_COOKIE",
    "HTTP_USER_AGENT",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_REFERER",
    "HTTP_VIA",
    "HTTP_AUTHORIZATION",
    "REMOTE_ADDR",
    "REMOTE_HOST",
    "REMOTE_PORT",
)


def is_silent(path: str) -> bool:
    return path.startswith(SILENT_PREFIXES)


class SilentRoutes:
    """In front of all others: strips cookies, address and agent from respondent requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_silent(request.path_info):
            return self.get_response(request)
        for key in TELLS_PEOPLE_APART:
            request.META.pop(key, None)
        response = self.get_response(request)
        response.cookies.clear()
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = response.get("Cache-Control", "no-store")
        return response
