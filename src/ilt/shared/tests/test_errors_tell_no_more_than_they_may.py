import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client

from ilt.shared.faults import ClassAndRoute

WAVE = "7e5f2a8c-1111-4222-8333-944445555666"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the server's error log gets."""
    handlers = logging.getLogger("django").handlers
    (handler,) = [one for one in handlers if isinstance(one.formatter, ClassAndRoute)]
    assert isinstance(handler, logging.StreamHandler)
    kept, stream = StringIO(), handler.stream
    handler.setStream(kept)
    yield kept
    handler.setStream(stream)


def test_a_fault_is_logged_by_class_and_route_alone(
    written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LookupError("the secret of Cleo")

    monkeypatch.setattr("ilt.home.views.pages.HttpResponse", broken)
    response = Client(raise_request_exception=False).get("/health?marked", headers={"user-agent": "marked"})
    assert response.status_code == 500
    assert written.getvalue() == "ERROR LookupError on health\n"


@pytest.mark.django_db(databases=["box"])
def test_an_unknown_survey_leaves_no_line(
    written: StringIO, capfd: pytest.CaptureFixture[str], static_files: None
) -> None:
    assert Client().get(f"/s/{WAVE}").status_code == 404
    assert written.getvalue() + "".join(capfd.readouterr()) == ""
