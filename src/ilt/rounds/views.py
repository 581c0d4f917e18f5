"""The pages that documents share. Each takes the Spec of its kind, bound by `rounds.urls.paths`."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
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
from ilt.rounds.models import Consent, Document, Objection, Remark
from ilt.rounds.spec import Content, Part, Spec
from ilt.schools.models import School
from ilt.shared.views import form_page, pressed, typed

Phase = Document.Phase


def standing(request: HttpRequest, school: School, spec: Spec) -> dict[str, Any]:
    """What every page of a document shows: phase, parts, remarks, the round, and what this reader may do.

    Everybody reads the adopted version. The next one is for those who write it, and from its first day for
    comments on for all staff; a district office reads what is adopted.
    """
    document = queries.document_of(school, spec.kind)
    leads = may(request, spec.edit, school)
    phase = queries.phase_of(document)
    at_work = phase != Phase.ADOPTED
    sees_next = at_work and (leads or (phase != Phase.DRAFT and may(request, "plan.comment", school)))
    valid = queries.adopted_version(document)
    discussed = sees_next and phase != Phase.DRAFT
    remarks = queries.comments_of(document, document.adopted + 1) if discussed else []
    round_ = queries.standing_of(document, actor_of(request), spec.circle) if sees_next else None
    return {
        "school": school,
        "spec": spec,
        "document": document,
        "phase": phase,
        "valid": valid,
        "valid_parts": spec.parts(valid.content) if valid else [],
        "sees_next": sees_next,
        "leads": leads,
        "writes": leads and phase in queries.IN_WORK,
        "may_comment": phase == Phase.COMMENTS and may(request, "plan.comment", school),
        "may_answer": phase in (Phase.COMMENTS, Phase.REVISION) and may(request, "comment.answer", school),
        "may_object": phase == Phase.CONSENT and may(request, "round.object", school),
        "answers_objections": may(request, "round.answer", school),
        "sections": queries.sections_of(document) if sees_next and phase in queries.IN_WORK else {},
        "asked_parts": spec.parts(round_.round.content) if round_ else [],
        "remarks": remarks,
        "comments": [(spec.label(document, each.key), each) for each in remarks],
        "round": round_,
        "objections": _labeled(round_.round.content, round_.objections, spec) if round_ else [],
        "todo": rules.before_consent(spec, document, remarks) if leads and phase != Phase.CONSENT else [],
        "comment_days": CommentDaysForm(),
        "round_days": RoundDaysForm(),
    }


def to_hand_out(request: HttpRequest, school: School, spec: Spec) -> tuple[list[Part], str]:
    """What a file of a document holds: the adopted version, or the next one if that is asked for."""
    context = standing(request, school, spec)
    asks_for_next = context["sees_next"] and request.GET.get("version") == "next"
    if (version := context["valid"]) and not asks_for_next:
        facts = {"number": version.number, "day": date_format(version.adopted_on, _("M j, Y"))}
        return context["valid_parts"], _("Version %(number)s, adopted on %(day)s") % facts
    parts = _next_parts(context)
    if not parts or not context["sees_next"]:
        raise Http404
    return parts, _("Draft")


def _next_parts(context: dict[str, Any]) -> list[Part]:
    """The version in the making: what a round froze, else what is written now."""
    spec: Spec = context["spec"]
    return context["asked_parts"] or spec.parts(spec.content(context["document"]))


def _labeled(content: Content, objections: list[Objection], spec: Spec) -> list[tuple[str, Objection]]:
    """Objections with the names that their parts had when the text was frozen."""
    labels = {part.key: part.label for part in spec.parts(content)}
    return [(labels.get(each.key, ""), each) for each in objections]


def _page(spec: Spec, school: School, **more: Any) -> dict[str, Any]:
    """What every form of a document needs: where it leads back to, and what its page shows."""
    return {"back": reverse(spec.page, args=[school.id]), "context": {"school": school, "spec": spec, **more}}


def edit(request: HttpRequest, school: School, *, spec: Spec, key: str) -> HttpResponse:
    """Write one part. If a colleague saved it meanwhile, both wordings are shown and neither is lost."""
    document = queries.document_of(school, spec.kind)
    label = spec.label(document, key)
    if not label or spec.is_table(key) or not may(request, spec.edit_of(key) or spec.edit, school):
        raise Http404
    section, who = queries.sections_of(document).get(key), actor_of(request)
    return form_page(
        request,
        SectionForm(spec.most(key), typed(request), initial={"text": section.text if section else ""}),
        lambda kept, revision: rules.save_section(who, spec, document, key, kept["text"], revision),
        title=label,
        revision=section.revision if section else 0,
        **_page(spec, school),
    )


def comment(request: HttpRequest, school: School, *, spec: Spec, key: str) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    is_open = queries.phase_of(document) == Phase.COMMENTS
    # A draft is not shown to those who cannot write it: no quotation, no name of a part, not which there are.
    label = spec.label(document, key) if is_open else _("Comment")
    if not label or not (is_open or request.method == "POST"):
        raise Http404
    parts = spec.parts(spec.content(document)) if is_open else []
    return form_page(
        request,
        CommentForm(typed(request)),
        lambda kept, _revision: rules.comment(actor_of(request), spec, document, key, kept["text"]),
        title=_("Comment: %(part)s") % {"part": label} if is_open else label,
        **_page(spec, school, quoted=next((part.text for part in parts if part.key == key), "")),
    )


def answer_comment(request: HttpRequest, school: School, *, spec: Spec, comment_id: int) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    rows = Remark.objects.select_related("document__school", "by")
    remark = get_object_or_404(rows, id=comment_id, document=document.id, version=document.adopted + 1)
    return form_page(
        request,
        FateForm(typed(request), initial={"fate": remark.fate, "answer": remark.answer}),
        lambda kept, revision: rules.answer_comment(actor_of(request), spec, remark, revision, **kept),
        title=_("Answer a comment: %(part)s") % {"part": spec.label(document, remark.key)},
        revision=remark.revision,
        **_page(spec, school, quoted=remark.text, quoted_by=remark.by),
    )


def step(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    """One step on: comments, consent round, change, adoption, or a new version."""
    document = queries.document_of(school, spec.kind)
    who = actor_of(request)
    steps: dict[str, Callable[[int], object]] = {
        "comments": lambda days: rules.open_comments(who, spec, document, days),
        "round": lambda days: rules.open_round(who, spec, document, days),
        "amend": lambda _days: rules.amend(who, spec, document),
        "adopt": lambda _days: rules.adopt(who, spec, document),
        "new": lambda _days: rules.new_version(who, document),
    }
    wanted = steps.get(request.POST.get("step", ""))
    if wanted is None:
        return redirect(spec.page, school.id)
    days = _number(request, "days")
    return pressed(request, lambda: wanted(days), spec.page, school.id)


def _number(request: HttpRequest, name: str) -> int:
    sent = request.POST.get(name, "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 0


def consent(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    document, who, read = queries.document_of(school, spec.kind), actor_of(request), _number(request, "round")
    return pressed(request, lambda: rules.consent(who, document, read), spec.page, school.id)


def object_to(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    who = actor_of(request)
    round_ = queries.latest_round(document)
    if round_ is None or (document.phase != Phase.CONSENT and request.method != "POST"):
        raise Http404
    parts = [(part.key, part.label) for part in spec.parts(round_.content)]
    return form_page(
        request,
        ObjectionForm(parts, rules.may_carry(who, school), typed(request)),
        lambda kept, _revision: rules.object_to(who, spec, document, **kept),
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
        lambda kept, revision: rules.answer_objection(actor_of(request), spec, objection, revision, **kept),
        title=_("Answer an objection"),
        revision=objection.revision,
        **_page(
            spec,
            school,
            quoted=f"{objection.reason}\n\n{objection.suggestion}",
            quoted_by=objection.by,
        ),
    )


def settle(request: HttpRequest, school: School, *, spec: Spec, objection_id: int) -> HttpResponse:
    objection = _objection_of(school, spec, objection_id)
    return pressed(request, lambda: rules.settle(actor_of(request), objection), spec.page, school.id)


def changes(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    """What the version in the making would change, for those who read it."""
    context = standing(request, school, spec)
    if not (context["valid"] and context["sees_next"]):
        raise Http404
    context["changes"] = differences.changes(context["valid_parts"], _next_parts(context))
    return render(request, "rounds/changes.html", context)


def versions(request: HttpRequest, school: School, *, spec: Spec) -> HttpResponse:
    document = queries.document_of(school, spec.kind)
    context = {"school": school, "spec": spec, "versions": list(queries.versions_of(document))}
    return render(request, "rounds/versions.html", context)


def version(request: HttpRequest, school: School, *, spec: Spec, number: int) -> HttpResponse:
    """An adopted version as it was, with what was said about it; or what changed since the one before."""
    document = queries.document_of(school, spec.kind)
    rows = {
        each.number: each for each in queries.versions_of(document) if each.number in (number, number - 1)
    }
    if number not in rows:
        raise Http404
    content = rows[number].content
    parts, before = spec.parts(content), spec.parts(rows[number - 1].content) if number - 1 in rows else []
    shows_changes = bool(before) and request.GET.get("show") == "changes"
    labels = {part.key: part.label for part in parts}
    staff = may(request, "plan.comment", school)
    remarks = queries.comments_of(document, number) if staff else []
    objections = queries.objections_of(rows[number].round) if staff else []
    consents = Consent.objects.filter(round=rows[number].round_id).count()
    context = {
        "school": school,
        "spec": spec,
        "version": rows[number],
        "consents": consents,
        "parts": parts,
        "shows_changes": shows_changes,
        "changes": differences.changes(before, parts) if shows_changes else [],
        "has_before": bool(before),
        "comments": [(labels.get(each.key, ""), each) for each in remarks],
        "objections": _labeled(content, objections, spec),
    }
    return render(request, "rounds/version.html", context)
