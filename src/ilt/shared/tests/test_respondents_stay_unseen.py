"""The front middleware: nothing that tells respondents apart gets past it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ilt.shared.silence import SilentRoutes

TELL_PEOPLE_APART = (
    "HTTP_COOKIE",
    "HTTP_USER_AGENT",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REAL_IP",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_SEC_CH_UA_MODEL",
    "HTTP_A_NAME_THAT_NOBODY_HAS_THOUGHT_OF_YET",
    "HTTP_REFERER",
    "HTTP_AUTHORIZATION",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "REMOTE_USER",
)
MARKS = {name: f"mark-{name}" for name in TELL_PEOPLE_APART}


def request_through_the_front(path: str) -> tuple[HttpRequest, HttpResponse]:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        response = HttpResponse("ok")
        response.set_cookie("session", "who")
        return response

    response = SilentRoutes(view)(RequestFactory().get(path, **MARKS))  # type: ignore[arg-type]
    return seen[0], response


@pytest.mark.parametrize("path", ["/s/1", "/go", "/go/1", "/box/1/ballot"])
def test_a_respondents_request_carries_no_mark_and_gets_no_cookie(path: str) -> None:
    request, response = request_through_the_front(path)
    assert [name for name in MARKS if name in request.META] == []
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"


def test_staff_pages_keep_what_sign_in_needs() -> None:
    request, response = request_through_the_front("/school/1")
    assert [name for name in MARKS if name not in request.META] == []
    assert "session" in response.cookies
