"""The ballot pages of a wave, made once at the opening and served as bytes, two for each language.

They hold every question and every sentence the respondent may meet, so that the script carries no words and
the server composes nothing: both only show and hide. One page is for browsers that run the script; the other
is one long form for slips without it.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from coherently.instrument import Construct, Domain, Instrument, Item
from ilt.collection.codes import to_text
from ilt.collection.pages import keep
from ilt.collection.payload import CANNOT_JUDGE, SKIPPED, header
from ilt.cycle.models import Wave
from ilt.cycle.promise import day, in_fours, sentences
from ilt.cycle.queries import instrument_of

SCRIPT = "ilt/ballot.js"

Options = Sequence[tuple[int, str]]  # value and words
ItemHtml = Callable[[Item, int, Options], str]


@dataclass(frozen=True)
class PageFacts:
    wave: UUID
    school: str
    fp: str
    closes_on: date
    release_on: date
    languages: Sequence[str]
    promise: Sequence[str]  # in the language of the page
    is_canceled: bool = False


def pages(wave: Wave) -> dict[str, bytes]:
    """All pages of an opened wave, in its languages' order: `en` with the script, `en-plain` without it."""
    made = {}
    for language in wave.languages:
        instrument, facts = instrument_of(wave, language), facts_of(wave, language)
        made[language] = render(instrument, facts, language)
        made[f"{language}-plain"] = render_plain(instrument, facts, language)
    return made


def renew(wave: Wave) -> None:
    """Writes the pages anew, when a day that they name has moved or the survey was canceled."""
    keep(wave.id, pages(wave))


def facts_of(wave: Wave, language: str) -> PageFacts:
    if wave.closes_on is None or wave.release_on is None:
        raise ValueError("A wave without its dates has no ballot page. Finish its plan first.")
    return PageFacts(
        wave=wave.id,
        school=wave.school.name,
        fp=wave.fp,
        closes_on=wave.closes_on,
        release_on=wave.release_on,
        languages=wave.languages,
        promise=sentences(wave, language),
        is_canceled=wave.state == Wave.State.CANCELED,
    )


def render(instrument: Instrument, facts: PageFacts, language: str) -> bytes:
    """The page with the script: one topic at a time, drafts on the device, a return link."""
    with override(language):
        script = f'<script src="{static(SCRIPT)}" integrity="{script_hash()}" defer></script>\n'
        begin = f'<p class="bar" id="begin" hidden>{_button("start", _("Start"))}</p>\n'
        old = f'<div id="old">\n{_swap(facts)}</div>\n'
        ballot = f'<div id="ballot" hidden>\n{_parts(instrument, _item, "h1")}{_review()}{_bar()}</div>\n'
        done = _done(facts, _return_link())
        body = (
            _messages(facts, _script_messages()) + _promise(facts, begin + _code(facts) + old) + ballot + done
        )
        return _page(instrument, facts, script, body)


def render_plain(instrument: Instrument, facts: PageFacts, language: str) -> bytes:
    """The page without any script: the whole ballot is one form with one Send."""
    with override(language):
        send = f'<p><button name="send" value="1">{escape(_("Send"))}</button></p>\n'
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{{{{{name}}}}}">\n' for name in ("code", "rev")
        )
        ballot = (
            f'<form id="ballot" hidden method="post" action="/go/{facts.wave}" autocomplete="off">\n'
            f"{hidden}{_language_field()}{_parts(instrument, _plain_item, 'h2')}{send}</form>\n"
        )
        swap = f'<div id="swap" hidden>\n{_swap(facts)}</div>\n'
        says = _messages(facts, _plain_messages())
        promise = _promise(facts, _code(facts) + swap, " hidden")
        return _page(
            instrument, facts, "", says + promise + ballot + _voucher() + _done(facts, _slip_again())
        )


def _page(instrument: Instrument, facts: PageFacts, script: str, body: str) -> bytes:
    language = get_language()
    title = escape(_("%(school)s: how we work together") % {"school": facts.school})
    page = (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<link rel="stylesheet" href="{static("ilt/ballot.css")}">\n'
        f'<link rel="icon" href="{static("ilt/icon.svg")}" type="image/svg+xml">\n{script}</head>\n'
        f'<body data-wave="{facts.wave}" data-head="{to_text(header(instrument))}">\n'
        f'{_switch(facts)}<main id="main">\n{body}</main>\n</body>\n</html>\n'
    )
    return page.encode()


def script_hash() -> str:
    """What the browser compares the ballot script with; the trust page shows the same."""
    file = Path(settings.STATIC_ROOT) / static(SCRIPT).removeprefix(settings.STATIC_URL)
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


def _paragraph(text: str, name: str = "", extra: str = "") -> str:
    attributes = f' id="{name}" hidden' if name else ""
    return f"<p{attributes}>{escape(text)}{extra}</p>\n"


def _button(name: str, label: str, kind: str = "") -> str:
    shown_as = f' class="{kind}"' if kind else ""
    return f'<button type="button" id="{name}"{shown_as}>{escape(label)}</button>\n'


def _switch(facts: PageFacts) -> str:
    names = dict(settings.LANGUAGES)
    links = "".join(
        f'<a href="?language={each}" lang="{each}" hreflang="{each}">{escape(names[each])}</a>'
        for each in facts.languages
        if each != get_language()
    )
    nav = f'<nav aria-label="{escape(_("Languages"))}">{links}</nav>' if links else ""
    return f"<header><span>{escape(facts.school)}</span>{nav}</header>\n"


def _messages(facts: PageFacts, more: str) -> str:
    """Every sentence that may have to be said, hidden until it is."""
    dates = {"closes": day(facts.closes_on), "release": day(facts.release_on)}
    texts = {
        "refused": _("We cannot use this link. Ask for a slip."),
        "nolink": _("Open the link in your mail again. It brings you to your ballot."),
        "taken": _(
            "This ballot was taken on another device. Open your link again there, or open the return link. "
            "If you have neither, ask the facilitator for a slip."
        ),
        "unknown": _("We do not know this code. Check it again. I, L, O and U are never used."),
        "closed": _closed(facts, dates),
        "shape": _("Not sent. Your answers are kept. Load this page again."),
        "key": _(
            "The check code of this page is not the announced one. Do not answer. "
            "Tell the facilitator and your colleagues."
        ),
        "crypto": _("This page needs https. Use a slip."),
        "again": _("Sending again replaces the earlier answers."),
        "empty": _("Locked answers cannot be shown. What you send now replaces all of them."),
        "storage": _("This browser keeps nothing after you leave. Please answer and send in one go."),
        "resent": _("Your answers were missing here. We have sent them again."),
        "cleared": _(
            "This device holds nothing of your ballot any more. Close this window now. "
            "To send again, open your return link, or type the code of your slip anew."
        ),
    }
    said = "".join(_paragraph(text, f"say-{name}") for name, text in texts.items())
    return f'<div id="says" role="status">\n{said}{more}</div>\n'


def _closed(facts: PageFacts, dates: dict[str, str]) -> str:
    if facts.is_canceled:
        return _("The survey was canceled. All answers were destroyed unread.")
    return _("This survey closed on %(closes)s. Results come on %(release)s.") % dates


def _script_messages() -> str:
    """With a button each, which the script answers."""
    newer, busy = _button("replace", _("Replace them")), _button("retry", _("Try now"))
    return _paragraph(
        _("Newer answers came from another device. Replace them?"), "say-newer", f" {newer.strip()}"
    ) + _paragraph(_("Not sent yet. Kept on this device. We keep trying."), "say-busy", f" {busy.strip()}")


def _plain_messages() -> str:
    return _paragraph(
        _("Newer answers came from another device. Send again to replace them."), "say-newer"
    ) + _paragraph(_("Not sent yet. Send again in a minute."), "say-busy")


def _promise(facts: PageFacts, ways_in: str, hidden: str = "") -> str:
    key = _("Check code of this survey: %(fp)s. The poster shows the same.") % {"fp": in_fours(facts.fp)}
    trust = reverse("trust", kwargs={"wave_id": facts.wave})
    return (
        f'<section id="promise"{hidden}>\n'
        f'<h1 tabindex="-1">{escape(_("How do we work together?"))}</h1>\n'
        + "".join(_paragraph(sentence) for sentence in facts.promise)
        + f'<p class="small">{escape(key)} '
        f'<a href="{trust}">{escape(_("How we keep this promise"))}</a></p>\n'
        f"{ways_in}</section>\n"
    )


def _code(facts: PageFacts) -> str:
    return (
        f'<form class="bar" id="code" hidden method="post" action="/go/{facts.wave}">\n'
        f'<label for="typed">{escape(_("Code on your slip"))}</label>\n'
        '<input id="typed" name="code" required autocomplete="off" autocapitalize="characters" '
        'spellcheck="false" maxlength="20">\n'
        f"{_language_field()}<button>{escape(_('Start'))}</button>\n</form>\n"
    )


def _language_field() -> str:
    return f'<input type="hidden" name="language" value="{get_language()}">\n'


def _swap(facts: PageFacts) -> str:
    """A link needs the script, which makes the ballot's number: without one it becomes a slip."""
    return (
        f"<h2>{escape(_('This browser cannot open your ballot'))}</h2>\n"
        + _paragraph(
            _("Your link needs a newer browser that runs scripts. Or exchange it here for a paper slip.")
        )
        + f'<form method="post" action="/s/{facts.wave}/swap">\n'
        f'<label for="link">{escape(_("Paste the whole link from your mail"))}</label>\n'
        f'<input id="link" name="link" required autocomplete="off">\n{_language_field()}'
        f"<p><button>{escape(_('Exchange for a slip'))}</button></p>\n</form>\n"
        f'<p><a href="/go/{facts.wave}">{escape(_("I have a slip"))}</a></p>\n'
    )


def _parts(instrument: Instrument, item_html: ItemHtml, level: str) -> str:
    """One topic a part. The first optional topic of a domain offers to leave the domain's topics out."""
    numbers = {item.id: number for number, item in enumerate(instrument.items)}
    offered: set[str] = set()
    parts = ""
    for place, construct in enumerate(instrument.constructs, 1):
        optional = construct.optional and construct.domain not in offered
        offered |= {construct.domain} if optional else set()
        options = _options(instrument, construct)
        parts += (
            _heading(instrument, construct, place, level)
            + (_decline(instrument.domain(construct.domain)) if optional else "")
            + "".join(
                item_html(item, numbers[item.id], options) for item in instrument.items_of(construct.id)
            )
            + "</section>\n"
        )
    return parts


def _heading(instrument: Instrument, construct: Construct, place: int, level: str) -> str:
    count = _("Part %(place)s of %(parts)s") % {"place": place, "parts": len(instrument.constructs)}
    optional = f' data-domain="{construct.domain}"' if construct.optional else ""
    about = _("This is about: %(referent)s.") % {"referent": construct.referent}
    return (
        f'<section class="part"{optional}>\n<{level} tabindex="-1"><small>{escape(count)}</small> '
        f"{escape(construct.title)}</{level}>\n{_paragraph(about)}"
    )


def _options(instrument: Instrument, construct: Construct) -> list[tuple[int, str]]:
    scale = instrument.scale_of(construct.id)
    options = list(enumerate(scale.points, 1))
    return [*options, (CANNOT_JUDGE, scale.cannot_judge)] if scale.cannot_judge else options


def _item(item: Item, number: int, options: Options) -> str:
    """A form of its own lets all items share one field name, which takes a quarter off the page's size."""
    clear = f'<button type="button" class="clear">{escape(_("Clear"))}</button>\n'
    return f"<form>{_fieldset(item, 'a', options, clear)}</form>\n"


def _plain_item(item: Item, number: int, options: Options) -> str:
    return _fieldset(item, f"q{number}", [*options, (SKIPPED, _("No answer"))], "") + "\n"


def _fieldset(item: Item, name: str, options: Options, clear: str) -> str:
    labels = "".join(
        f'<label><input type="radio" name="{name}" value="{value}">{escape(text)}</label>\n'
        for value, text in options
    )
    return f"<fieldset>\n<legend>{escape(item.text)}</legend>\n{labels}{clear}</fieldset>"


def _decline(domain: Domain) -> str:
    text = _("“%(topic)s” does not apply to me. Leave these questions out.") % {"topic": domain.title}
    box = f'<input type="checkbox" name="no-{domain.id}" value="1">'
    return f'<label class="decline">{box}{escape(text)}</label>\n'


def _review() -> str:
    some = escape(_("{n} questions have no answer. Answer them, or send without."))
    return (
        f'<section id="review" hidden>\n<h1 tabindex="-1">{escape(_("Review and send"))}</h1>\n'
        + _paragraph(_("You answered every question."), "all")
        + f'<p id="some" hidden data-text="{some}"></p>\n'
        "<ul></ul>\n"
        "</section>\n"
    )


def _bar() -> str:
    return (
        '<div class="bar" hidden>\n'
        + _button("back", _("Back"), "second")
        + _button("next", _("Next"))
        + _button("end", _("Review and send"), "quiet")
        + _button("send", _("Send"))
        + '<span role="status">'
        f'<span id="kept" hidden>{escape(_("Kept on this device"))}</span></span></div>\n'
    )


def _voucher() -> str:
    return (
        '<section id="voucher" hidden>\n'
        f"<h1>{escape(_('Show this exchange code to the facilitator'))}</h1>\n"
        '<p class="code">{{voucher}}</p>\n'
        + _paragraph(_("You get a paper slip for it. Your link is used up now."))
        + "</section>\n"
    )


def _done(facts: PageFacts, more: str) -> str:
    dates = {"closes": day(facts.closes_on), "release": day(facts.release_on)}
    until = _("You can send again until %(closes)s. Results come on %(release)s.") % dates
    return (
        '<section id="done" hidden>\n'
        f'<h1 tabindex="-1">{escape(_("Thank you. Your answers arrived."))}</h1>\n'
        f'<p>{escape(_("Receipt"))}: <span class="code" id="receipt">{{{{receipt}}}}</span></p>\n'
        + _paragraph(_("After the close we publish all receipts. Yours shows that your answers arrived."))
        + _paragraph(until)
        + f"{more}</section>\n"
    )


def _slip_again() -> str:
    return _paragraph(
        _("To send again, type the code of your slip anew. Is this a shared computer? Close this window.")
    )


def _return_link() -> str:
    return (
        '<div id="return" hidden>\n'
        f'<label for="way">{escape(_("Return link"))}</label>\n<input id="way" readonly>\n'
        + _paragraph(
            _(
                "With it you can replace your answers from any device. "
                "So can anybody else who has it. It never shows them."
            )
        )
        + '<p class="row">'
        + _button("copy", _("Copy"), "second")
        + _button("print", _("Print"), "second")
        + _button("file", _("Save as a file"), "second")
        + f'<span role="status"><span id="copied" hidden>{escape(_("Copied"))}</span></span>'
        + '</p></div>\n<p class="row" id="after" hidden>'
        + _button("change", _("Change my answers"), "second")
        + _button("clear", _("Clear this device"), "quiet")
        + "</p>\n"
    )
