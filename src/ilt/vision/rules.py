"""The vision as a document: what it holds, what it lacks, and the students' needs it answers."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.rounds import queries as rounds
from ilt.rounds.models import Document, Round
from ilt.rounds.spec import Content, Part, Spec
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.rows import Refused, save_row
from ilt.vision.fields import BY_KEY, FIELDS
from ilt.vision.models import Need
from ilt.vision.paper import lines_too_long
from ilt.vision.queries import needs_of

MOST_NEEDS = 5


def label(document: Document, key: str) -> str:
    return str(BY_KEY[key].label) if key in BY_KEY else ""


def content(document: Document) -> Content:
    """What a round freezes: the needs with their evidence, and every part that holds text."""
    needs = [
        {"id": need.id, "text": need.text, "evidence": need.evidence, "on": _iso(need.evidence_on)}
        for need in needs_of(document.school)
    ]
    texts = rounds.texts_of(document)
    return {"needs": needs, "texts": {field.key: texts[field.key] for field in FIELDS if field.key in texts}}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def parts(frozen: Content) -> list[Part]:
    needs = [
        Part(f"need{need['id']}", _("What students need"), f"{need['text']}\n\n{need['evidence']}".strip())
        for need in frozen["needs"]
    ]
    return [*needs, *(Part(key, str(BY_KEY[key].label), text) for key, text in frozen["texts"].items())]


def gaps(document: Document) -> list[str]:
    """What is missing before the faculty can be asked for consent."""
    needs, texts = list(needs_of(document.school)), rounds.texts_of(document)
    found = [] if needs else [_("Write what students need. The vision answers it.")]
    found += [_("This need has no evidence yet. Add what showed it.") for need in needs if not need.evidence]
    found += [
        _("This part is empty: %(part)s.") % {"part": field.label}
        for field in FIELDS
        if field.needed and field.key not in texts
    ]
    if not found and (lines := lines_too_long(document.school.name, parts(content(document)))):
        found.append(_("This is %(lines)s lines too long for one page.") % {"lines": lines})
    return found


SPEC = Spec(
    kind=Document.Kind.VISION,
    page="vision",
    read="plan.read",
    edit="plan.edit",
    circle=Round.Circle.STAFF,
    label=label,
    content=content,
    parts=parts,
    gaps=gaps,
    most=lambda key: BY_KEY[key].most,
)


# Students' needs


@transaction.atomic
def save_need(
    actor: User,
    school: School,
    need: Need | None,
    revision: int,
    *,
    text: str,
    evidence: str,
    evidence_on: date | None,
) -> Need:
    """Adds a need, or changes it. While a consent round is open, needs stand still like the text."""
    _refuse_while_standing_still(school)
    if evidence_on and evidence_on > clock.today(school.zone):
        raise Refused(_("This day is still to come. When was the evidence seen?"))
    words = {"text": text, "evidence": evidence, "evidence_on": evidence_on}
    if need is None:
        if needs_of(school).count() >= MOST_NEEDS:
            most = {"most": MOST_NEEDS}
            raise Refused(_("A vision answers at most %(most)s needs. Archive one first.") % most)
        need = Need.objects.create(school=school, **words)
    else:
        save_row(need, revision, **words)
    note(actor, "need.saved", school, need=need.id)
    return need


@transaction.atomic
def archive_need(actor: User, need: Need, archived: bool = True) -> None:
    _refuse_while_standing_still(need.school)
    Need.objects.filter(id=need.id).update(archived=archived)
    note(actor, "need.archived" if archived else "need.taken_back", need.school, need=need.id)


def _refuse_while_standing_still(school: School) -> None:
    if rounds.document_of(school, Document.Kind.VISION).phase == Document.Phase.CONSENT:
        raise Refused(_("A consent round is open, so the text stays as it is until it ends."))
