import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from ilt.home.views.pages import today
from ilt.project.urls import urlpatterns as real_patterns
from tests.architecture.walker import Route, differences, read_table, routes
from tests.cast import Cast

both_stores = pytest.mark.django_db(databases=["default", "box"])


def open_to_all(request: HttpRequest, school_id: int) -> HttpResponse:
    return HttpResponse("open")


planted = path("school/<int:school_id>/planted", open_to_all, name="planted")
urlpatterns = [*real_patterns, planted, path("bare", today)]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted({route.name for route in routes()}) == sorted(read_table())


@pytest.mark.parametrize("route", sorted(set(routes()), key=lambda route: route.name), ids=lambda r: r.name)
@both_stores
def test_every_route_answers_each_role_as_the_table_says(route: Route, cast: Cast) -> None:
    assert differences(route, read_table().get(route.name, {}), cast) == []


@override_settings(ROOT_URLCONF=__name__)
def test_a_planted_route_without_a_row_is_found() -> None:
    assert {route.name for route in routes()} - set(read_table()) == {"planted", "nameless: bare"}


@override_settings(ROOT_URLCONF=__name__)
@both_stores
def test_a_route_that_forgot_its_gate_is_found_for_everybody_it_should_refuse(cast: Cast) -> None:
    route = Route("planted", frozenset({"school_id"}))
    row = {"GET": {"own": "V login, TMFPCD 200, SA 404", "foreign": "V login, * 404"}, "POST": "* 200"}
    assert differences(route, row, cast) == [
        "planted GET own V: 200, not login",
        "planted GET own S: 200, not 404",
        "planted GET own A: 200, not 404",
        "planted GET foreign V: 200, not login",
        *(f"planted GET foreign {letter}: 200, not 404" for letter in "TMFPCDSA"),
    ]
