"""Reads of documents that several pages and slices share."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ilt.roster.models import Grant, Membership, User
from ilt.rounds.models import Consent, Document, Objection, Remark, Round, Section, Version
from ilt.rounds.spec import Content
from ilt.schools.models import School
from ilt.shared import clock

Phase = Document.Phase
IN_WORK = (Phase.DRAFT, Phase.COMMENTS, Phase.REVISION)
TEAM_ROLES = (Grant.Role.MEMBER, Grant.Role.FACILITATOR, Grant.Role.LEADER)
ASKED_KINDS = (
    Membership.Kind.TEACHER,
    Membership.Kind.SPECIALIST,
    Membership.Kind.PARAPROFESSIONAL,
    Membership.Kind.LEADER,
    Membership.Kind.OTHER,
)


def document_of(school: School, kind: Document.Kind) -> Document:
    """The school's document of this kind; an empty draft, not yet kept, if nobody has written in it."""
    found = Document.objects.filter(school=school, kind=kind).select_related("school").first()
    return found or Document(school=school, kind=kind)


def is_shown(school: School, kind: Document.Kind, on_staff: bool = True) -> bool:
    """Whether readers who do not write it see it."""
    return readable(Document.objects.filter(school=school, kind=kind), on_staff).exists()


def readable(documents: QuerySet[Document], on_staff: bool) -> QuerySet[Document]:
    """Those that all staff read: once they were first opened for comments. Others wait for an adoption."""
    return documents.exclude(phase=Phase.DRAFT, adopted=0) if on_staff else documents.exclude(adopted=0)


def behind_a_draft(school: School, on_staff: bool = True) -> dict[str, list[Content]]:
    """What was adopted of each document whose next version is not shown to those who do not write it."""
    versions = Version.objects.filter(document__school=school)
    drafted = Q(document__phase=Phase.DRAFT) if on_staff else ~Q(document__phase=Phase.ADOPTED)
    found: dict[str, list[Content]] = {}
    for kind, content in versions.filter(drafted).values_list("document__kind", "content"):
        found.setdefault(kind, []).append(content)
    return found


def phase_of(document: Document) -> Document.Phase:
    """The phase today: once the days for comments are over, the team revises."""
    until = document.comments_until
    over = until is not None and clock.today(document.school.zone) > until
    if document.phase == Phase.COMMENTS and over:
        return Phase.REVISION
    return Phase(document.phase)


def sections_of(document: Document) -> dict[str, Section]:
    """Read once per document in memory: a page, its gaps and the names of its parts share them."""
    if document._state.adding:
        return {}
    found = vars(document).get("sections")
    if found is None:
        rows = Section.objects.filter(document=document).select_related("by")
        found = vars(document)["sections"] = {row.key: row for row in rows}
    sections: dict[str, Section] = found
    return sections


def texts_of(document: Document) -> dict[str, str]:
    """The parts that hold text now, by key."""
    return {key: section.text for key, section in sections_of(document).items() if section.text}


def comments_of(document: Document, version: int) -> list[Remark]:
    """Remarks on one version, the oldest first; the one in the making is `document.adopted + 1`."""
    if document._state.adding:
        return []
    rows = Remark.objects.filter(document=document, version=version)
    return list(rows.select_related("by", "answered_by").order_by("id"))


def adopted_version(document: Document) -> Version | None:
    if not document.adopted:
        return None
    return Version.objects.filter(document=document.id, number=document.adopted).first()


def adopted_at(school: School, kind: Document.Kind) -> Version | None:
    """The version that is valid at this school."""
    rows = Version.objects.filter(document__school=school, document__kind=kind)
    return rows.select_related("document").order_by("-number").first()


def versions_of(document: Document) -> QuerySet[Version]:
    return Version.objects.filter(document=document.id).select_related("round").order_by("-number")


def circle_of(school: School, circle: str) -> QuerySet[User]:
    """Who is asked to consent: everybody on the staff, or the leadership team."""
    on_staff = Membership.objects.filter(school=school, left=False, kind__in=ASKED_KINDS).values("person")
    gone = Membership.objects.filter(school=school, left=True).values("person")
    on_team = (
        Grant.objects.filter(school=school, role__in=TEAM_ROLES).exclude(person__in=gone).values("person")
    )
    in_circle = Q(id__in=on_team) if circle == Round.Circle.TEAM else Q(id__in=on_staff)
    return User.objects.filter(in_circle, is_active=True)


@dataclass(frozen=True)
class Standing:
    """How an open round stands, for one reader."""

    round: Round
    consents: int
    i_consent: bool
    i_am_asked: bool
    objections: list[Objection] = field(default_factory=list)

    @property
    def unanswered(self) -> int:
        return sum(1 for each in self.objections if not each.answer)

    @property
    def over(self) -> bool:
        return clock.today(self.round.document.school.zone) > self.round.closes_on


def standing_of(document: Document, person: User, circle: str) -> Standing | None:
    """The open round of a document; nothing while none is open."""
    if document.phase != Phase.CONSENT:
        return None
    given = Consent.objects.filter(round=OuterRef("id"))
    counted = given.values("round").annotate(people=Count("id")).values("people")
    found = (
        Round.objects.filter(document=document, state=Round.State.OPEN)
        .annotate(
            consents=Coalesce(Subquery(counted), 0),
            mine=Exists(given.filter(person=person)),
            asks_me=Exists(circle_of(document.school, circle).filter(id=person.id)),
        )
        .first()
    )
    if found is None:
        return None
    found.document = document
    return Standing(found, found.consents, found.mine, found.asks_me, objections_of(found))


def latest_round(document: Document) -> Round | None:
    return Round.objects.filter(document=document.id).order_by("-number").first()


def objections_of(round_: Round) -> list[Objection]:
    rows = Objection.objects.filter(round=round_).select_related("by", "carried_by", "answered_by")
    return list(rows.order_by("id"))
