"""The vision as a document: what it holds, what it lacks, and the students' needs it answers."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.rounds import queries as rounds
from ilt.rounds.models import Document, Round
from ilt.rounds.rules import in_work, remember
from ilt.rounds.spec import Content, Part, Spec
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.rows import Refused, save_row
from ilt.vision.fields import BY_KEY, FIELDS
from ilt.vision.models import Need
from ilt.vision.paper import lines_too_long
from ilt.vision.queries import needs_of

MOST_NEEDS = 5
NEEDS = "needs"  # the part of the vision that is made of needs


def label(document: Document, key: str) -> str:
    if key == NEEDS:
        return _("What students need")
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
    needs = "\n\n".join(_as_text(need) for need in frozen["needs"])
    first = [Part(NEEDS, _("What students need"), needs)] if needs else []
    # In the order of the fields: PostgreSQL keeps the keys of a JSON object in an order of its own.
    texts = frozen["texts"]
    return [
        *first,
        *(Part(field.key, str(field.label), texts[field.key]) for field in FIELDS if field.key in texts),
    ]


def _as_text(need: dict[str, Any]) -> str:
    """A need, and what showed it as a quotation below."""
    lines = need["evidence"].splitlines()
    if lines and need["on"]:
        day = date_format(date.fromisoformat(need["on"]), _("M j, Y"))
        lines = [_("Seen on %(day)s:") % {"day": day}, *lines]
    return "\n".join([need["text"], "", *(f"> {line}" for line in lines)]).strip()


def gaps(document: Document) -> list[str]:
    """What is missing before the faculty can be asked for consent."""
    frozen = content(document)
    needs, texts = frozen["needs"], frozen["texts"]
    found = [] if needs else [_("Write what students need. The vision answers it.")]
    bare = [need for need in needs if not need["evidence"]]
    found += [_("This need has no evidence yet. Add what showed it.") for _need in bare]
    found += [
        _("This part is empty: %(part)s.") % {"part": field.label}
        for field in FIELDS
        if field.needed and field.key not in texts
    ]
    if not found and (lines := _lines_too_long(document.school, frozen)):
        sentence = ngettext(
            "This is one line too long for one page.",
            "This is %(lines)s lines too long for one page.",
            lines,
        )
        found.append(sentence % {"lines": lines})
    return found


def _lines_too_long(school: School, frozen: Content) -> int:
    """In the language of the school in which the page is longest, so that everybody prints one page."""
    longest = 0
    for language in school.languages:
        with override(language):
            longest = max(longest, lines_too_long(school.name, parts(frozen)))
    return longest


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
    is_table=lambda key: key == NEEDS,
    things=("need", "element"),
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
    in_work(school, Document.Kind.VISION)
    if evidence_on and evidence_on > clock.today(school.zone):
        raise Refused(_("This day is still to come. When was the evidence seen?"))
    words = {"text": text, "evidence": evidence, "evidence_on": evidence_on}
    if need is None:
        _refuse_one_more(school)
        need = Need.objects.create(school=school, **words)
    elif need.archived:
        raise Refused(_("This need is archived. Take it back first, then change it."))
    else:
        save_row(need, revision, **words)
    note(actor, "need.saved", school, need=need.id)
    _remember(school)
    return need


def _refuse_one_more(school: School) -> None:
    if needs_of(school).count() >= MOST_NEEDS:
        most = {"most": MOST_NEEDS}
        raise Refused(_("A vision answers at most %(most)s needs. Archive one first.") % most)


def _remember(school: School) -> None:
    document = rounds.document_of(school, Document.Kind.VISION)
    remember(SPEC, document, NEEDS, "\n\n".join(_as_text(need) for need in content(document)["needs"]))


@transaction.atomic
def archive_need(actor: User, need: Need, archived: bool = True) -> None:
    in_work(need.school, Document.Kind.VISION)
    if not archived:
        _refuse_one_more(need.school)
    Need.objects.filter(id=need.id).update(archived=archived)
    note(actor, "need.archived" if archived else "need.taken_back", need.school, need=need.id)
    _remember(need.school)
