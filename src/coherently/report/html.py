"""The report as HTML: a fragment for a web page, or one file that stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files

from coherently.disclosure import FLOOR_REPORT, GroupResult, ItemResult, Release, TopicResult
from coherently.errors import NothingToShow
from coherently.findings import Finding, findings, main_scale
from coherently.instrument import Instrument, Item, Scale
from coherently.report.marks import bar, dot
from coherently.report.tags import (
    bullets,
    cell,
    ends,
    head,
    hidden,
    label_head,
    lines,
    numbers,
    paragraph,
    picture_head,
    row_head,
    table,
)
from coherently.report.words import Words, number

AGREEMENT = ("largely", "partly", "split", "wide")
NO_NUMBER = "–"


def style() -> str:
    """The style sheet of a report."""
    return files("coherently.report").joinpath("static/report.css").read_text("utf-8")


def page(release: Release, instrument: Instrument, language: str, *, title: str | None = None) -> str:
    """One self-contained HTML page.

    Raises
    ------
    NothingToShow : when no group has enough answers.
    """
    if not release.shown:
        raise NothingToShow("No group has enough answers, so there is nothing to show.")
    heading = escape(title or _title(release, Words(language, instrument)))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{heading}</title>\n'
        f"<style>\n{style()}</style>\n</head>\n<body>\n<main>\n"
        f"{fragment(release, instrument, language, title=title)}</main>\n</body>\n</html>\n"
    )


def fragment(release: Release, instrument: Instrument, language: str, *, title: str | None = None) -> str:
    """The content of a report, for a page's `main`: one h1, no script, no style attribute.

    Parameters
    ----------
    release : what may be published; nothing else is read.
    instrument : the one the release belongs to, translated if the page is.
    language : of the sentences, "en" or "es".
    title : the heading; a general one if left out.
    """
    words = Words(language, instrument)
    told = findings(release, instrument)
    parts = [f"<h1>{escape(title or _title(release, words))}</h1>", _about(release, words)]
    if len(release.groups) == 1:
        parts += _Group(release, release.groups[0], words, told, level=2).sections()
    else:
        parts += _many(release, words, told)
    return f'<article class="report">\n{lines(parts)}\n</article>\n'


def _title(release: Release, words: Words) -> str:
    return words.say("title" if len(release.groups) == 1 else "title_many")


def _about(release: Release, words: Words) -> str:
    said = [words.say("instrument", title=words.instrument.title, version=release.version)]
    if release.plan.asked:
        said.append(words.say("asked", date=words.day(release.plan.asked)))
    if release.version.startswith("0."):
        said.append(words.say("not_validated"))
    return paragraph(" ".join(said), "r-about")


def _many(release: Release, words: Words, told: Sequence[Finding]) -> Iterator[str]:
    """A list of sections, then each group that may be shown, in alphabetical order; everybody comes last."""
    ordered = sorted(
        release.shown, key=lambda result: (result.group is None, (result.group or "").casefold())
    )
    names = [result.group or words.say("everybody") for result in ordered]
    links = "".join(f'<li><a href="#g{i}">{escape(name)}</a></li>' for i, name in enumerate(names, 1))
    label = escape(words.say("groups"))
    yield f'<nav aria-label="{label}"><h2>{label}</h2><ul class="r-groups">{links}</ul></nav>'
    yield paragraph(words.say("caution_groups"))
    for index, (result, name) in enumerate(zip(ordered, names, strict=True), 1):
        group = _Group(release, result, words, told, level=3, prefix=f"g{index}-")
        body = lines([f'<h2 id="g{index}">{escape(name)}</h2>', *group.sections()])
        yield f'<section class="r-group" aria-labelledby="g{index}">\n{body}\n</section>'


class _Group:
    """The sections of one group, in the order of reading."""

    def __init__(
        self,
        release: Release,
        result: GroupResult,
        words: Words,
        told: Sequence[Finding],
        *,
        level: int,
        prefix: str = "",
    ) -> None:
        self.release = release
        self.result = result
        self.words = words
        self.instrument = words.instrument
        self.told = [finding for finding in told if finding.group == result.group]
        self.level = level
        self.prefix = prefix
        self.pooled = result.group is None
        # Ranges need as many answers as comparisons do: without any, topics cannot be compared.
        self.ranged = any(topic.low is not None for topic in result.topics)

    def sections(self) -> list[str]:
        answered = self._section("answered", self._answered())
        if self.result.outcome == "none":
            return [answered]
        standing_out = []
        if self._names_topics():
            standing_out = [
                self._section("strengths", self._cards("strengths", self._of("strength"))),
                self._section("looks", self._cards("looks", self._of("look"))),
            ]
        agreement = [] if self.pooled else [self._section("agreement", self._agreement())]
        return [
            answered,
            *standing_out,
            self._section("topics", self._topics()),
            self._section("questions", self._questions()),
            *agreement,
            self._section("cautions", self._cautions()),
            self._section("methods", self._methods()),
        ]

    def _section(self, key: str, content: Iterable[str]) -> str:
        name = f"{self.prefix}{key}"
        heading = f'<h{self.level} id="{name}">{escape(self.words.say(key))}</h{self.level}>'
        return f'<section class="r-{key}">\n{lines([heading, *content])}\n</section>'

    def _heading(self, text: str, below: int = 1) -> str:
        level = self.level + below
        return f"<h{level}{self._foreign()}>{escape(text)}</h{level}>"

    def _foreign(self) -> str:
        """Marks the instrument's own texts where they are in another language than the page."""
        same = self.instrument.language == self.words.language
        return "" if same else f' lang="{escape(self.instrument.language)}"'

    def _of(self, section: str) -> list[Finding]:
        return [finding for finding in self.told if finding.section == section]

    # Who answered

    def _answered(self) -> Iterator[str]:
        told = self._of("answered")
        silent = [finding for finding in told if finding.code == "silent"]
        said = [self.words.tell(finding) for finding in told if finding.code != "silent"]
        if self.result.n:
            said.append(self.words.say("band", n=self.result.n.replace("-", "\u2060–\u2060")))
        yield paragraph(" ".join(said), "r-lead")
        if self.pooled:
            yield paragraph(self.words.say("caution_pooled"))
        yield paragraph(" ".join([self.words.say("limits"), self.words.say("verdict")]))
        if silent:
            yield paragraph(self.words.say("silent_intro"))
            yield bullets(self.words.tell(finding) for finding in silent)
        elif self.result.rate not in (None, "90+") and self.ranged:
            yield paragraph(self.words.say("silent_none"))

    # Strengths and places to look

    def _names_topics(self) -> bool:
        """Of fewer than three topics on a scale none can stand out, and everybody together is no faculty."""
        main = main_scale(self.instrument)
        several = sum(construct.scale == main for construct in self.instrument.constructs) >= 3
        return several and not self.pooled

    def _cards(self, key: str, told: Sequence[Finding]) -> Iterator[str]:
        topics = list(dict.fromkeys(finding.topics[0] for finding in told))
        if not topics:
            yield paragraph(self.words.say(f"{key}_none" if self.ranged else "compare_few"))
            return
        yield paragraph(self.words.say(f"{key}_intro"))
        cards = (self._card(topic, [f for f in told if f.topics[0] == topic]) for topic in topics)
        yield f'<div class="r-cards">\n{lines(cards)}\n</div>'

    def _card(self, topic_id: str, told: Sequence[Finding]) -> str:
        topic = self.result.topic(topic_id)
        also = [f for f in self._of("topic") + self._of("agreement") if f.topics == (topic_id,)]
        content = [
            self._heading(self.instrument.construct(topic_id).title),
            *(paragraph(self.words.tell(finding), "r-say") for finding in told),
            paragraph(" ".join(self.words.tell(finding) for finding in also)),
            self._dot(topic),
        ]
        return f'<div class="r-card">{"".join(content)}</div>'

    def _dot(self, topic: TopicResult) -> str:
        if topic.mean is None:
            return ""
        scale = self.instrument.scale_of(topic.id)
        labels = ends(scale.points[0], scale.points[-1], self._foreign())
        return dot(topic.mean, topic.low, topic.high, scale.m) + numbers(scale.m) + labels

    # All topics

    def _topics(self) -> Iterator[str]:
        yield paragraph(self.words.say("topics_intro" if self.ranged else "topics_few_intro"))
        for scale in self._scales():
            topics = [t for t in self.result.topics if self.instrument.construct(t.id).scale == scale.id]
            yield self._topic_table(scale, topics)
        ties = self._of("tie")
        if ties:
            yield self._heading(self.words.say("ties"))
            yield paragraph(self.words.say("ties_intro"))
            yield bullets(self.words.tell(finding) for finding in ties)

    def _scales(self) -> list[Scale]:
        """The scale most topics share comes first; averages on different scales never stand in one table."""
        first = main_scale(self.instrument)
        used = {construct.scale for construct in self.instrument.constructs}
        scales = [scale for scale in self.instrument.scales if scale.id in used]
        return sorted(scales, key=lambda scale: scale.id != first)

    def _topic_table(self, scale: Scale, topics: Sequence[TopicResult]) -> str:
        say = self.words.say
        caption = say("topics_caption", low=scale.points[0], high=scale.points[-1], m=scale.m)
        heads = [say("topic"), say("in_words"), say("average"), *([say("range")] if self.ranged else [])]
        picture = picture_head(say("picture"), numbers(scale.m))
        rows = (self._topic_row(topic) for topic in topics)
        return table("r-table r-topic-table", caption, [*map(head, heads), picture], rows)

    def _topic_row(self, topic: TopicResult) -> list[str]:
        title = self.instrument.construct(topic.id).title
        cells = [row_head(title, self._foreign())]
        if not topic.place:
            few = self.words.tell(Finding("topic", "few", None, (topic.id,)))
            return [*cells, f'<td role="cell" colspan="{4 if self.ranged else 3}">{escape(few)}</td>']
        cells.append(cell(self.words.place(topic.id, topic.place), "r-words"))
        cells.append(self._number(topic.mean, "average"))
        if self.ranged:
            cells.append(self._range(topic))
        return [*cells, f'<td role="cell" class="r-pic">{self._dot(topic)}</td>']

    def _number(self, value: float | None, key: str) -> str:
        label = f' data-label="{escape(self.words.say(key))}"'
        text = number(value) if value is not None else NO_NUMBER + hidden(self.words.say("words_only"))
        return f'<td role="cell" class="r-num"{label}>{text}</td>'

    def _range(self, topic: TopicResult) -> str:
        if topic.low is None or topic.high is None:
            return self._number(None, "range")
        text = self.words.say("range_value", low=number(topic.low), high=number(topic.high))
        label = escape(self.words.say("range"))
        return f'<td role="cell" class="r-num" data-label="{label}">{escape(text)}</td>'

    # Each question

    def _questions(self) -> Iterator[str]:
        spread = any(item.percents or item.over for item in self.result.items)
        yield paragraph(self.words.say("questions_intro" if spread else "questions_few_intro"))
        for domain in self.instrument.domains:
            constructs = [
                construct for construct in self.instrument.constructs if construct.domain == domain.id
            ]
            if constructs:
                yield self._heading(domain.title)
            for construct in constructs:
                yield self._heading(construct.title, below=2)
                yield paragraph(construct.definition, "r-definition", self._foreign())
                if construct.referent:
                    yield paragraph(self.words.say("referent", referent=construct.referent), "r-referent")
                yield self._item_table(construct.id, spread)

    def _item_table(self, topic_id: str, spread: bool) -> str:
        say = self.words.say
        construct, scale = self.instrument.construct(topic_id), self.instrument.scale_of(topic_id)
        items = self.instrument.items_of(topic_id)
        caption = say("question_caption" if spread else "question_caption_few", topic=construct.title)
        labels = (
            [label_head(i, text, self._foreign()) for i, text in enumerate(scale.points, 1)] if spread else []
        )
        picture = picture_head(say("picture"), "" if spread else numbers(scale.m))
        heads = [head(say("question")), *labels, head(say("average")), picture]
        rows = (self._item_row(item, self.result.item(item.id), scale, spread) for item in items)
        name = "r-table r-item-table" + ("" if spread else " r-few")
        answers = table(name, caption, heads, rows)
        numbered = ", ".join(f"{i} {text}" for i, text in enumerate(scale.points, 1))
        note = say("scale_note", labels=numbered)
        return paragraph(note, "r-scale" if spread else "r-scale r-few") + answers

    def _item_row(self, item: Item, result: ItemResult, scale: Scale, spread: bool) -> list[str]:
        note = f' <small class="r-note">{escape(self.words.say("reversed"))}</small>' if item.reversed else ""
        question = row_head(item.text, self._foreign(), note)
        if not result.place:
            few = self.words.tell(Finding("topic", "few", None, (item.construct,)))
            return [question, f'<td role="cell" colspan="{scale.m + 2 if spread else 2}">{escape(few)}</td>']
        if result.mean is None and not result.over:
            place = self.words.place(item.construct, result.place)
            return [
                question,
                f'<td role="cell" colspan="{scale.m + 2 if spread else 2}">{escape(place)}</td>',
            ]
        shares = self._shares(result, scale.m) if spread else []
        picture = bar(result.percents) if result.percents else ""
        if not spread and result.mean is not None:
            picture = dot(result.mean, None, None, scale.m) + numbers(scale.m)
        average = self._number(result.mean, "average")
        return [question, *shares, average, f'<td role="cell" class="r-pic">{picture}</td>']

    def _shares(self, result: ItemResult, points: int) -> list[str]:
        if result.percents:
            texts = [self.words.say("percent", value=share) for share in result.percents]
        elif result.over:
            texts = [self.words.say("over" if i == result.over else "under") for i in range(1, points + 1)]
        else:
            return [cell(self.words.tell(Finding("topic", "few", None)), "", f' colspan="{points}"')]
        return [cell(text, "r-share", f' data-label="{i}"') for i, text in enumerate(texts, 1)]

    # Agreement

    def _agreement(self) -> Iterator[str]:
        told = self._of("agreement")
        if not told:
            yield paragraph(self.words.say("agreement_few"))
            return
        yield paragraph(self.words.say("agreement_intro"))
        heads = [head(self.words.say("agreement_word")), head(self.words.say("agreement_topics"))]
        yield table("r-table", self.words.say("agreement_caption"), heads, self._agreement_rows(told))
        known = {finding.topics[0] for finding in told}
        left = [c.title for c in self.instrument.constructs if c.id not in known]
        if left:
            yield paragraph(self.words.say("agreement_none", topics=self.words.listed(left)))

    def _agreement_rows(self, told: Sequence[Finding]) -> Iterator[list[str]]:
        for word in AGREEMENT:
            same = [finding for finding in told if finding.code == f"agreement_{word}"]
            if same:
                titles = [self.instrument.construct(finding.topics[0]).title for finding in same]
                yield [
                    row_head(self.words.tell(same[0])),
                    cell(self.words.listed(titles), "", self._foreign()),
                ]

    # Cautions and methods

    def _cautions(self) -> Iterator[str]:
        keys = ["caution_cause", "caution_not_person", "caution_hidden", "caution_ends"]
        if any(item.percents for item in self.result.items):
            keys.insert(2, "caution_small")
        yield bullets(self.words.say(key) for key in keys)

    def _methods(self) -> Iterator[str]:
        say = self.words.say
        plan = self.release.plan
        keys = [
            "method_mean",
            "method_topic",
            "method_range",
            "method_words",
            "method_agreement",
            "method_ties",
        ]
        if self.result.rate is None:
            keys.insert(3, "method_range_unknown")
        else:
            keys.append("method_silent")
        if self._names_topics():
            keys.append("method_thirds")
        floors = say("method_floor", k_mean=plan.k_mean, k_spread=plan.k_spread, k_report=FLOOR_REPORT)
        identity = say(
            "method_identity",
            id=self.release.instrument,
            version=self.release.version,
            fingerprint=self.release.fingerprint[:12],
            gate=self.release.gate,
        )
        yield bullets([*map(say, keys), floors, say("method_sources"), identity])
        spreads = [(topic.id, topic.sd) for topic in self.result.topics if topic.sd is not None]
        if spreads:
            rows = (
                [
                    row_head(self.instrument.construct(topic).title, self._foreign()),
                    cell(number(sd), "r-num"),
                ]
                for topic, sd in spreads
            )
            yield table(
                "r-table r-small", say("spread_caption"), [head(say("topic")), head(say("spread"))], rows
            )
