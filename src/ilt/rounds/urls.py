"""The routes every kind of document has. A slice adds them to its own: `urlpatterns += paths(SPEC)`."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ilt.roster.gate import school_page
from ilt.rounds import views
from ilt.rounds.spec import Spec

View = Callable[..., HttpResponse]


def paths(spec: Spec) -> list[URLPattern]:
    both = require_http_methods(["GET", "HEAD", "POST"])

    def route(where: str, name: str, view: View, right: str, methods: Callable[[View], View]) -> URLPattern:
        gated = methods(school_page(right)(partial(view, spec=spec)))
        return path(f"school/<int:school_id>/{spec.kind}/{where}", gated, name=f"{spec.kind}_{name}")

    return [
        route("edit/<str:key>", "edit", views.edit, spec.read, both),
        route("comment/<str:key>", "comment", views.comment, "plan.comment", both),
        route("comments/<int:comment_id>", "answer", views.answer_comment, "comment.answer", both),
        route("step", "step", views.step, spec.edit, require_POST),
        route("consent", "consent", views.consent, "round.object", require_POST),
        route("object", "object", views.object_to, "round.object", both),
        route("objections/<int:objection_id>", "objection", views.answer_objection, "round.answer", both),
        route("objections/<int:objection_id>/settle", "settle", views.settle, "round.object", require_POST),
        route("changes", "changes", views.changes, spec.read, require_safe),
        route("versions", "versions", views.versions, spec.read, require_safe),
        route("versions/<int:number>", "version", views.version, spec.read, require_safe),
    ]
