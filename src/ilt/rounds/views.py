"""The pages that documents share. Each takes the Spec of its kind, bound by `rounds.urls.paths`."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ilt.roster.gate import actor_of, may
from ilt.rounds import differences, queries, rules
from ilt.rounds.forms import (
    AnswerForm,
    CommentDaysForm,
    CommentForm,
    FateForm,
    ObjectionForm,
    RoundDaysForm,
    SectionForm,
)
from ilt.rounds.models import Document, Objection, Remark
from ilt.rounds.spec import Spec
from ilt.schools.models import School
from ilt.shared.rows import Refused
from ilt.shared.views import form_page, typed

Phase = Document.Phase


def standing(request: HttpRequest, school: School, spec: Spec) -> dict[str, Any]:
    """What every page of a document shows: phase, parts, remarks, the round, and what this reader may do."""
    document = queries.document_of(school, spec.kind)
    writes = may(request, spec.edit, school)
    phase = queries.phase_of(document)
    in_talk = phase in (Phase.COMMENTS, Phase.REVISION)
    remarks = queries.comments_of(document) if in_talk else []
    return {
        "school": school,
        "spec": spec,
        "document": document,
        "phase": phase,
        "writes": writes and phase in queries.IN_WORK,
        "leads": writes,
        "sees_draft": writes or phase != Phase.DRAFT,
        "may_comment": phase == Phase.COMMENTS and may(request, "plan.comment", school),
        "may_answer": in_talk and may(request, "comment.answer", school),
        "may_object": phase == Phase.CONSENT and may(request, "round.object", school),
        "answers_objections": may(request, "round.answer", school),
        "sections": queries.sections_of(document),
        "comments": [(spec.label(document, each.key), each) for each in remarks],
        "round": queries.standing_of(document, actor_of(request)),
        "comment_days": CommentDaysForm(),
        "round_days": RoundDaysForm(),
    }


def _page(spec: Spec, school: School, **more: Any) -> dict[str, Any]:
    """What every form of a document needs: where it leads back to, and what its page shows."""
    return {"back": reverse(spec.page, args=[school.id]), "context": {"school": school, "spec": spec, **more}}


def edit(request: HttpRequest, school: School, *, spec: Spec, key: str) -> HttpResponse:
    """Write one part. If a colleague saved it meanwhile, both wordings are shown and neither is lost."""
    document = queries.document_of(school, spec.kind)
    label = spec.label(document, key)
    if not label or not may(request, spec.edit_of(key) or spec.edit, school):
        raise Http404
    section = queries.sections_of(document).get(key)
    return form_page(
        request,
        SectionForm(spec.most(key), typed(request), initial={"text": section.text if section else ""}),
        lambda kept, revision: rules.save_section(actor_of(request), document, key, kept["text"], revision),
        title=label,
        revision=section.revision if section else 0,
        **_page(spec, school),
    )


def comment(request: HttpRequest, school: School, *, spec: Spec, key: str) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    label = spec.label(document, key)
    if not label or queries.phase_of(document) != Phase.COMMENTS:
        raise Http404  # a draft is not shown to those who cannot write it, not even as a quotation
    section = queries.sections_of(document).get(key)
    return form_page(
        request,
        CommentForm(typed(request)),
        lambda kept, _revision: rules.comment(actor_of(request), document, key, kept["text"]),
        title=_("Comment: %(part)s") % {"part": label},
        **_page(spec, school, quoted=section.text if section else ""),
    )


def answer_comment(request: HttpRequest, school: School, *, spec: Spec, comment_id: int) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    rows = Remark.objects.select_related("document__school", "by")
    remark = get_object_or_404(rows, id=comment_id, document__school=school, document__kind=spec.kind)
    return form_page(
        request,
        FateForm(typed(request), initial={"fate": remark.fate, "answer": remark.answer}),
        lambda kept, _revision: rules.answer_comment(actor_of(request), remark, kept["fate"], kept["answer"]),
        title=_("Answer a comment: %(part)s") % {"part": spec.label(document, remark.key)},
        **_page(spec, school, quoted=remark.text, quoted_by=remark.by),
    )


def step(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    """One step on: comments, consent round, change, adoption, or a new version."""
    document = queries.document_of(school, spec.kind)
    who = actor_of(request)
    steps: dict[str, Callable[[int], object]] = {
        "comments": lambda days: rules.open_comments(who, document, days),
        "round": lambda days: rules.open_round(who, spec, document, days),
        "amend": lambda _days: rules.amend(who, document),
        "adopt": lambda _days: rules.adopt(who, document),
        "new": lambda _days: rules.new_version(who, document),
    }
    wanted = steps.get(request.POST.get("step", ""))
    days = request.POST.get("days", "")
    if wanted is not None:
        try:
            wanted(int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0)
        except Refused as refused:
            messages.error(request, str(refused))
    return redirect(spec.page, school_id=school.id)


def consent(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    try:
        rules.consent(actor_of(request), queries.document_of(school, spec.kind))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(spec.page, school_id=school.id)


def object_to(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    parts = [(key, spec.label(document, key)) for key in queries.texts_of(document)]
    may_carry = rules.may_carry(actor_of(request), school)
    return form_page(
        request,
        ObjectionForm([part for part in parts if part[1]], may_carry, typed(request)),
        lambda kept, _revision: rules.object_to(actor_of(request), document, **kept),
        title=_("Object"),
        **_page(spec, school),
    )


def _objection_of(school: School, spec: Spec, objection_id: int) -> Objection:
    rows = Objection.objects.select_related("round__document__school", "by", "carried_by")
    return get_object_or_404(
        rows, id=objection_id, round__document__school=school, round__document__kind=spec.kind
    )


def answer_objection(request: HttpRequest, school: School, *, spec: Spec, objection_id: int) -> HttpResponse:
    objection = _objection_of(school, spec, objection_id)
    return form_page(
        request,
        AnswerForm(typed(request), initial={"answer": objection.answer}),
        lambda kept, _revision: rules.answer_objection(actor_of(request), objection, kept["answer"]),
        title=_("Answer an objection"),
        **_page(
            spec,
            school,
            quoted=f"{objection.reason}\n\n{objection.suggestion}",
            quoted_by=objection.by,
        ),
    )


def settle(request: HttpRequest, school: School, *, spec: Spec, objection_id: int) -> HttpResponse:
    try:
        rules.settle(actor_of(request), _objection_of(school, spec, objection_id))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(spec.page, school_id=school.id)


def versions(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    context = {"school": school, "spec": spec, "versions": list(queries.versions_of(document))}
    return render(request, "rounds/versions.html", context)


def version(request: HttpRequest, school: School, *, spec: Spec, number: int) -> HttpResponse:
    """An adopted version as it was, what changed since the one before, and what spoke against it."""
    document = queries.document_of(school, spec.kind)
    rows = {
        each.number: each for each in queries.versions_of(document) if each.number in (number, number - 1)
    }
    if number not in rows:
        raise Http404
    parts = spec.parts(rows[number].content)
    before = spec.parts(rows[number - 1].content) if number - 1 in rows else []
    context = {
        "school": school,
        "spec": spec,
        "version": rows[number],
        "parts": parts,
        "changes": differences.changes(before, parts) if before else [],
        "has_before": bool(before),
        "objections": [
            (spec.label(document, each.key), each) for each in queries.objections_of(rows[number].round)
        ],
    }
    return render(request, "rounds/version.html", context)
