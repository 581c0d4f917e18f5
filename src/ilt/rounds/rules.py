"""How a text is written together: nobody's words are lost, every remark has a fate, consent comes last."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.roster.models import Grant, Membership, User
from ilt.roster.rules import note
from ilt.rounds import queries
from ilt.rounds.models import Consent, Document, Objection, Remark, Round, Section, Version, Wording
from ilt.rounds.spec import Spec
from ilt.schools.models import School
from ilt.shared import clock, search
from ilt.shared.rows import Refused, Stale, save_row
from ilt.shared.text import to_plain

Phase, Fate = Document.Phase, Remark.Fate
FEWEST_COMMENT_DAYS, MOST_COMMENT_DAYS = 7, 28
FEWEST_ROUND_DAYS, USUAL_ROUND_DAYS, MOST_ROUND_DAYS = 3, 5, 7


def kept(document: Document) -> Document:
    """The document as a row that is locked until the transaction ends; made when it is first written."""
    Document.objects.get_or_create(school=document.school, kind=document.kind)
    locked = Document.objects.select_for_update(of=("self",)).select_related("school")
    return locked.get(school=document.school, kind=document.kind)


def in_work(school: School, kind: Document.Kind) -> Document:
    """A document whose rows are to change, locked. While a round is open, they stand still like its text."""
    document = kept(queries.document_of(school, kind))
    if document.phase == Phase.CONSENT:
        raise Refused(refusal(Phase.CONSENT))
    return document


# Writing


@transaction.atomic
def save_section(actor: User, spec: Spec, document: Document, key: str, text: str, revision: int) -> None:
    """Keeps a wording. `revision` is the number of the wording that its writer had before them, 0 for none.

    Raises
    ------
    Stale
        If somebody saved this part since; nothing is kept then.
    """
    document = kept(document)
    _require(document, *queries.IN_WORK)
    present = Section.objects.filter(document=document, key=key).first()
    if present and present.text == text:
        return
    if (present.revision if present else 0) != revision:
        raise Stale(present or Section(revision=0))
    now = clock.now()
    values = {"text": text, "revision": revision + 1, "by": actor, "at": now}
    section, _made = Section.objects.update_or_create(document=document, key=key, defaults=values)
    Wording.objects.create(section=section, number=revision + 1, text=text, by=actor, at=now)
    remember(spec, document, key, text)


def remember(spec: Spec, document: Document, key: str, text: str) -> None:
    """Keeps words of the version in the making findable: by its writers alone until all staff read them."""
    at: dict[str, Any] = {"school": document.school_id, "place": spec.page, "ref": f"next-{key}"}
    if not text:
        search.forget(**at)
        return
    search.remember(
        **at,
        audience=spec.writers if document.phase in (Phase.DRAFT, Phase.ADOPTED) else "staff",
        title=spec.label(document, key),
        text=to_plain(text),
    )


def _remember_adopted(spec: Spec, document: Document, version: Version) -> None:
    """In place of the version before and of the words in work. What else is found on that page stays."""
    search.forget_all(school=document.school_id, place=spec.page, begins="next-")
    before = Version.objects.filter(document=document, number=version.number - 1).first()
    for part in spec.parts(before.content) if before else []:
        search.forget(school=document.school_id, place=spec.page, ref=part.key)
    for part in spec.parts(version.content):
        search.remember(
            school=document.school_id,
            place=spec.page,
            ref=part.key,
            audience="staff",
            title=part.label,
            text=to_plain(part.text),
        )
    for said in ("comment", "objection"):
        to = f"{spec.kind}_version"
        place = {"place": spec.page, "begins": said, "to": to, "before": f"{version.number}#"}
        search.move(school=document.school_id, **place)


def _remember_comment(spec: Spec, remark: Remark, answer: str) -> None:
    title = f"{spec.label(remark.document, remark.key)} · {remark.by}"
    _remember_said(spec, remark.document, f"comment{remark.id}", title, remark.text, answer)


def _remember_objection(spec: Spec, objection: Objection, answer: str) -> None:
    """Without a name: some objections have none, and a search must not tell which."""
    document = objection.round.document
    words = (objection.reason, objection.suggestion, answer)
    _remember_said(spec, document, f"objection{objection.id}", spec.label(document, objection.key), *words)


def _remember_said(spec: Spec, document: Document, ref: str, title: str, *words: str) -> None:
    """All staff read it from its first minute: people comment and object only on what is open to them."""
    text = "\n".join(to_plain(each) for each in words if each)
    search.remember(
        school=document.school_id, place=spec.page, ref=ref, audience="staff", title=title, text=text
    )


def _require(document: Document, *phases: Document.Phase) -> None:
    if queries.phase_of(document) not in phases:
        raise Refused(refusal(queries.phase_of(document)))


def refusal(phase: Document.Phase) -> str:
    """Why something cannot be done in this phase, and what comes first."""
    return _REFUSALS[phase]()


_REFUSALS = {
    Phase.DRAFT: lambda: _("This is still a draft. The team opens it for comments first."),
    Phase.COMMENTS: lambda: _("Comments are open. Wait until their days are over."),
    Phase.REVISION: lambda: _("The days for comments are over. The team works in what was said."),
    Phase.CONSENT: lambda: _("A consent round is open, so the text stays as it is until it ends."),
    Phase.ADOPTED: lambda: _("This text is adopted. Begin a new version to change it."),
}


# Comments


@transaction.atomic
def open_comments(actor: User, spec: Spec, document: Document, days: int) -> None:
    document = kept(document)
    _require(document, Phase.DRAFT)
    if not spec.parts(spec.content(document)):
        raise Refused(_("Nothing is written yet. Write a first part, then ask for comments."))
    if not FEWEST_COMMENT_DAYS <= days <= MOST_COMMENT_DAYS:
        raise Refused(
            _("Comments stay open for %(fewest)s to %(most)s days, so that everybody finds the time.")
            % {"fewest": FEWEST_COMMENT_DAYS, "most": MOST_COMMENT_DAYS}
        )
    until = clock.today(document.school.zone) + timedelta(days=days)
    _move(actor, document, Phase.COMMENTS, comments_until=until)
    search.show_staff(school=document.school_id, place=spec.page)
    for thing in spec.things:  # why its gaps were left open: who wrote that was told that all staff read it
        search.show_staff(school=document.school_id, place="throughline_gaps", begins=f"left-{thing}-")


@transaction.atomic
def comment(person: User, spec: Spec, document: Document, key: str, text: str) -> Remark:
    _require(document, Phase.COMMENTS)
    remark = Remark.objects.create(
        document=document, version=document.adopted + 1, key=key, text=text, by=person, at=clock.now()
    )
    _remember_comment(spec, remark, "")
    return remark


@transaction.atomic
def answer_comment(actor: User, spec: Spec, remark: Remark, revision: int, *, fate: str, answer: str) -> None:
    """Gives a remark its fate. What is not taken, or only in part, needs a reason."""
    _require(remark.document, *queries.IN_WORK)
    if fate == Fate.OPEN:
        raise Refused(_("Say what becomes of this comment."))
    if fate in (Fate.NOT_TAKEN, Fate.IN_PART) and not answer:
        raise Refused(_("Say why it is not taken, or not all of it. Its author reads your answer."))
    save_row(remark, revision, fate=fate, answer=answer, answered_by=actor)
    _remember_comment(spec, remark, answer)


# Consent


def before_consent(spec: Spec, document: Document, remarks: Sequence[Remark]) -> list[str]:
    """What is still to do before a consent round can open."""
    todo = spec.gaps(document)
    waiting = sum(1 for each in remarks if each.fate == Fate.OPEN)
    if waiting:
        todo = [*todo, _("Comments without an answer: %(count)s. Answer them first.") % {"count": waiting}]
    return todo


@transaction.atomic
def open_round(actor: User, spec: Spec, document: Document, days: int) -> Round:
    """Freezes the text and asks the circle. An adopted text can be asked again, as it stands."""
    document = kept(document)
    _require(document, Phase.REVISION, Phase.ADOPTED)
    remarks = queries.comments_of(document, document.adopted + 1)
    if todo := before_consent(spec, document, remarks):
        raise Refused(todo[0])
    if not FEWEST_ROUND_DAYS <= days <= MOST_ROUND_DAYS:
        raise Refused(
            _("A consent round takes %(fewest)s to %(most)s days.")
            % {"fewest": FEWEST_ROUND_DAYS, "most": MOST_ROUND_DAYS}
        )
    today = clock.today(document.school.zone)
    _move(actor, document, Phase.CONSENT)
    return Round.objects.create(
        document=document,
        number=Round.objects.filter(document=document).count() + 1,
        circle=spec.circle,
        asked=queries.circle_of(document.school, spec.circle).count(),
        content=dict(spec.content(document)),
        opens_on=today,
        closes_on=today + timedelta(days=days),
    )


def _open_round_of(document: Document) -> Round:
    found = Round.objects.select_for_update().filter(document=document.id, state=Round.State.OPEN).first()
    if found is None:
        raise Refused(_("No consent round is open."))
    return found


@transaction.atomic
def consent(person: User, document: Document, number: int | None = None) -> None:
    """Keeps a consent to the text that is asked about; `number` is the round whose text its giver read."""
    round_ = _open_round_of(document)
    if number not in (None, round_.number):
        raise Refused(_("The text has changed since you opened this page. Read it again, then answer."))
    if not queries.circle_of(document.school, round_.circle).filter(id=person.id).exists():
        raise Refused(_("This round asks others. You can still object, or comment on the next version."))
    if clock.today(document.school.zone) > round_.closes_on:
        raise Refused(_("The days of this round are over."))
    Consent.objects.get_or_create(round=round_, person=person)


@transaction.atomic
def object_to(
    person: User,
    spec: Spec,
    document: Document,
    *,
    key: str,
    reason: str,
    suggestion: str,
    carried: bool = False,
) -> Objection:
    """Keeps an objection: one's own, or one carried for a colleague whose name is kept nowhere."""
    round_ = _open_round_of(document)
    words = {"round": round_, "key": key, "reason": reason, "suggestion": suggestion}
    if carried:
        if not may_carry(person, document.school):
            raise Refused(_("Only a teacher on the leadership team hands in objections for others."))
        objection = Objection.objects.create(carried_by=person, **words)
    else:
        Consent.objects.filter(round=round_, person=person).delete()
        objection = Objection.objects.create(by=person, **words)
    _remember_objection(spec, objection, "")
    return objection


def may_carry(person: User, school: School) -> bool:
    """Teachers on the team may: nobody should have to go to a school leader to stay unnamed."""
    held = set(Grant.objects.filter(person=person, school=school).values_list("role", flat=True))
    leads = Membership.objects.filter(person=person, school=school, kind=Membership.Kind.LEADER).exists()
    on_team = held & {Grant.Role.MEMBER, Grant.Role.FACILITATOR}
    return bool(on_team) and Grant.Role.LEADER not in held and not leads


@transaction.atomic
def answer_objection(actor: User, spec: Spec, objection: Objection, revision: int, answer: str) -> None:
    """Whoever could live with an earlier answer is asked again: they have not read this one."""
    _refuse_after_its_round(objection)
    save_row(objection, revision, answer=answer, answered_by=actor, settled=False)
    _remember_objection(spec, objection, answer)


def _refuse_after_its_round(objection: Objection) -> None:
    if _open_round_of(objection.round.document).id != objection.round_id:
        raise Refused(_("This objection belongs to a round that has ended."))


@transaction.atomic
def settle(person: User, objection: Objection) -> None:
    """Who objected, or carried it, says that the answer can be lived with."""
    _refuse_after_its_round(objection)
    if person.id not in (objection.by_id, objection.carried_by_id):
        raise Refused(_("Only who handed in an objection can say that it is settled."))
    if not objection.answer:
        raise Refused(_("This objection has no answer yet."))
    Objection.objects.filter(id=objection.id).update(settled=True)


@transaction.atomic
def amend(actor: User, spec: Spec, document: Document) -> None:
    """Ends the round so that the text can change. It is kept, and a new round asks everybody again."""
    document = kept(document)
    round_ = _open_round_of(document)
    Round.objects.filter(id=round_.id).update(state=Round.State.AMENDED)
    _move(actor, document, Phase.REVISION)
    # No page shows its objections any more, so a search must not lead to one.
    search.forget_all(school=document.school_id, place=spec.page, begins="objection")


@transaction.atomic
def adopt(actor: User, spec: Spec, document: Document) -> Version:
    """Makes what the round froze the valid version. What is adopted never changes."""
    document = kept(document)
    round_ = _open_round_of(document)
    _refuse_adoption(document, round_)
    version = Version.objects.create(
        document=document,
        number=document.adopted + 1,
        round=round_,
        content=round_.content,
        adopted_on=clock.today(document.school.zone),
    )
    Round.objects.filter(id=round_.id).update(state=Round.State.ADOPTED)
    _move(actor, document, Phase.ADOPTED, adopted=version.number, comments_until=None)
    _remember_adopted(spec, document, version)
    return version


def _refuse_adoption(document: Document, round_: Round) -> None:
    objections = queries.objections_of(round_)
    waiting = sum(1 for each in objections if not each.answer)
    if waiting:
        raise Refused(
            _("Objections without an answer: %(count)s. Answer them in writing first.") % {"count": waiting}
        )
    consents = set(Consent.objects.filter(round=round_).values_list("person", flat=True))
    if not consents:
        raise Refused(_("Nobody has consented yet."))
    answered = consents | {each.by_id for each in objections if each.by_id}
    heard = queries.circle_of(document.school, round_.circle).filter(id__in=answered).count()
    if clock.today(document.school.zone) <= round_.closes_on and heard < round_.asked:
        raise Refused(_("The round is still open. Wait for its last day, or until everybody has answered."))


@transaction.atomic
def new_version(actor: User, document: Document) -> None:
    """Opens the adopted text for changes. What is adopted stays valid until the next adoption."""
    document = kept(document)
    _require(document, Phase.ADOPTED)
    _move(actor, document, Phase.DRAFT)


def _move(actor: User, document: Document, phase: Document.Phase, **changes: object) -> None:
    Document.objects.filter(id=document.id).update(phase=phase, **changes)
    note(actor, f"document.{phase}", document.school, kind=document.kind)
