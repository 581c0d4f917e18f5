"""From a parsed source file to a checked instrument."""

from coherently.errors import Problem
from coherently.instrument.model import Construct, Domain, Instrument, Item, Scale, canonical_json
from coherently.instrument.shape import SOURCE, Content, Findings, Table, checked_content, choices, entry_name

LONGEST_ITEM = 20  # words; longer items are misread on a phone
FEWEST_ITEMS = 3  # below this a one-factor model, and so omega, is not identified
UNWRITTEN: Table = {"definition": "", "referent": ""}
SKEWED_NULL = range(5, 8)  # points for which a slightly skewed null distribution of r_wg is published


def parse_source(document: Table, file: str) -> tuple[Instrument | None, tuple[Problem, ...]]:
    """The instrument and its warnings, or None and every error."""
    found = Findings(file)
    content = checked_content(document, SOURCE, found)
    _check_references(content, found)
    _check_constructs_have_items(content, found)
    if found.problems:
        return None, tuple(found.problems)
    instrument = _built(content, canonical_json(document))
    _warn(instrument, found)
    return instrument, tuple(found.problems)


def _built(content: Content, canonical: str) -> Instrument:
    top = content.top
    return Instrument(
        id=top["id"],
        version=top["version"],
        title=top["title"],
        language=top["language"],
        license=top["license"],
        source=top["source"],
        scales=tuple(
            Scale(name, tuple(values["points"]), values.get("cannot_judge"))
            for name, values in content.scales.items()
        ),
        domains=tuple(Domain(**values) for values in content.domains),
        constructs=tuple(Construct(**(UNWRITTEN | values)) for values in content.constructs),
        items=tuple(Item(**values) for values in content.items),
        canonical=canonical,
    )


def _check_references(content: Content, found: Findings) -> None:
    domains = [values["id"] for values in content.domains if "id" in values]
    constructs = [values["id"] for values in content.constructs if "id" in values]
    for number, values in enumerate(content.constructs, 1):
        name = entry_name(values, number)
        _check_reference("constructs", name, "domain", values, domains, found)
        _check_reference("constructs", name, "scale", values, [*content.scales], found)
    for number, values in enumerate(content.items, 1):
        _check_reference("items", entry_name(values, number), "construct", values, constructs, found)


def _check_reference(
    table: str, name: str, key: str, values: Table, known: list[str], found: Findings
) -> None:
    wanted = values.get(key)
    if wanted is None or wanted in known or not known:  # without any known id, its table was refused already
        return
    found.add("E09", table, name, f'There is no {key} "{wanted}". {choices(wanted, known)}')


def _check_constructs_have_items(content: Content, found: Findings) -> None:
    used = {values.get("construct") for values in content.items}
    for values in content.constructs:
        if content.items and "id" in values and values["id"] not in used:
            message = f'The construct "{values["id"]}" has no item. Add one, or remove the construct.'
            found.add("E10", "constructs", values["id"], message)


def _warn(instrument: Instrument, found: Findings) -> None:
    for construct in instrument.constructs:
        _warn_construct(construct, instrument.items_of(construct.id), found)
    for item in instrument.items:
        words = len(item.text.split())
        if words > LONGEST_ITEM:
            message = f"The item has {words} words. Up to {LONGEST_ITEM} are easy to read."
            found.add("W3", "items", item.id, message, "warning")
    for scale in instrument.scales:
        if scale.m not in SKEWED_NULL:
            message = f"The scale has {scale.m} points. With 5 to 7, agreement has a second, skewed standard."
            found.add("W4", "scales", scale.id, message, "warning")
    _warn_unused(instrument, found)


def _warn_construct(construct: Construct, items: tuple[Item, ...], found: Findings) -> None:
    def warn(code: str, message: str) -> None:
        found.add(code, "constructs", construct.id, message, "warning")

    if len(items) < FEWEST_ITEMS:
        warn("W1", f"The number of items is {len(items)}. With fewer than {FEWEST_ITEMS} there is no omega.")
    turned = sum(item.reversed for item in items)
    if turned == len(items):
        warn("W2", "Every item is reversed. Turn the scale or the wording instead.")
    elif turned > 1:
        warn("W2", f"{turned} items are reversed. More than one is often misread.")
    for key in ("definition", "referent"):
        if not getattr(construct, key).strip():
            warn("W5", f'The key "{key}" is empty. Readers need it above the items.')


def _warn_unused(instrument: Instrument, found: Findings) -> None:
    scales = {construct.scale for construct in instrument.constructs}
    domains = {construct.domain for construct in instrument.constructs}
    for scale in instrument.scales:
        if scale.id not in scales:
            found.add("W5", "scales", scale.id, "No construct uses this scale. Remove it.", "warning")
    for domain in instrument.domains:
        if domain.id not in domains:
            found.add("W5", "domains", domain.id, "No construct uses this domain. Remove it.", "warning")
