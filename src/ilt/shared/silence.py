"""Respondent routes: nothing that tells people apart reaches a view, and no cookie leaves."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SILENT_PREFIXES = ("/s/", "/go", "/box/")
# Every other header goes: proxies and browsers invent new ones that carry an address or a device.
HEADERS_NEEDED = frozenset(
    {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT_LANGUAGE", "HTTP_IF_NONE_MATCH"}
)
ADDRESS = ("REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER")


def is_silent(path: str) -> bool:
    return path.startswith(SILENT_PREFIXES)


class SilentRoutes:
    """In front of all others: strips cookies, address and agent from respondent requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_silent(request.path_info):
            return self.get_response(request)
        headers = {key for key in request.META if key.startswith("HTTP_")}
        for key in (headers - HEADERS_NEEDED).union(ADDRESS):
            request.META.pop(key, None)
        response = self.get_response(request)
        response.cookies.clear()
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = response.get("Cache-Control", "no-store")
        return response
