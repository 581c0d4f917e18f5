"""Calls a WSGI application as a server does, without a network in between."""

from collections import Counter
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., None]], Iterable[bytes]]


def call(application: Application, path: str, body: bytes | None = None) -> tuple[str, bytes]:
    """The status code and body of a GET, or of a POST of JSON when there is a body."""
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET" if body is None else "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "" if body is None else "application/json",
        "CONTENT_LENGTH": str(len(body or b"")),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body or b""),
        "wsgi.errors": BytesIO(),
    }
    response = application(environ, lambda status, headers: statuses.append(status[:3]))
    content = b"".join(response)
    if close := getattr(response, "close", None):
        close()  # ends the request: connections go back, files are closed
    return statuses[0], content


def statuses(application: Application, requests: Iterable[tuple[str, bytes | None]]) -> dict[str, int]:
    return dict(Counter(call(application, path, body)[0] for path, body in requests))
