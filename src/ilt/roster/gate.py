"""Opens a school's page for those who may; for all others it does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from ilt.roster.models import User
from ilt.roster.rights import allows, roles_at
from ilt.schools.models import School

View = Callable[..., HttpResponse]
READER = "ilt.reader"  # the reader's roles at the page's school, and the school; no header has this name


def actor_of(request: HttpRequest) -> User:
    """Who is signed in; the gate has let nobody else in."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def may(request: HttpRequest, action: str, school: School) -> bool:
    """Whether the reader of this school's page may do this too: the gate has read their roles already."""
    return allows(letters_of(request), action, school)


def letters_of(request: HttpRequest) -> str:
    """The roles that the reader holds at the school of this page."""
    letters: str = request.META[READER][0]
    return letters


def reads(request: HttpRequest, action: str) -> bool:
    """Whether the reader may do this at the school of the page, if it is a page of a school."""
    letters, school = request.META.get(READER, ("", None))
    return school is not None and allows(letters, action, school)


def stay_signed_in(request: HttpRequest) -> None:
    """For who has just changed their own address or password; all their other sign-ins end."""
    update_session_auth_hash(request, User.objects.get(id=actor_of(request).id))


def school_page(action: str) -> Callable[[View], View]:
    """`view(request, school, ...)` for people with this right at this school; 404 for everybody else."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def gated(request: HttpRequest, school_id: int, **kwargs: Any) -> HttpResponse:
            school = School.objects.select_related("district").filter(id=school_id).first()
            letters = roles_at(request.user, school)
            if school is None or not allows(letters, action, school):
                raise Http404
            request.META[READER] = (letters, school)
            return view(request, school, **kwargs)

        return gated

    return decorate
