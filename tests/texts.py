"""The texts of pages, mails and sheets: found in the sources, kept in the Spanish catalog, compiled.

`python -m tests.texts` adds new texts to the catalog, takes out those that are gone and compiles it.
It does without the gettext programs: a new machine lacks them, and xgettext passes over f-strings.
"""

import ast
import gettext
import io
import json
import re
import struct
from pathlib import Path

from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parents[1] / "src" / "ilt"
CATALOG = PACKAGE / "locale" / "es" / "LC_MESSAGES" / "django.po"
HEADER = "Content-Type: text/plain; charset=UTF-8\nLanguage: es\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
FORMS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
}  # number of texts in a call

Text = tuple[str, ...]  # one form, or singular and plural
Catalog = dict[Text, list[str]]

_QUOTED = r"""[ur]?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_MARKED = re.compile(rf"\b(?:ngettext\({_QUOTED}, *{_QUOTED}|(?:gettext|_)\({_QUOTED}\))")
_FIELD = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n)+)', re.MULTILINE)


def sources(*suffixes: str) -> list[Path]:
    found = (path for path in PACKAGE.rglob("*") if path.suffix in suffixes)
    return sorted(path for path in found if not {"tests", "migrations"} & set(path.parts))


def marked_in_python(source: str) -> list[Text]:
    """Raises ValueError where a marked text is not written out: nobody could translate it."""
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORMS
    ]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [tuple(map(ast.literal_eval, call.args[: FORMS[call.func.id]])) for call in calls]  # type: ignore[attr-defined]


def marked_in_template(source: str) -> list[Text]:
    found = _MARKED.findall(templatize(source))
    return [tuple(ast.literal_eval(text) for text in texts if text) for texts in found]


def marked() -> list[Text]:
    """Every text that the sources want translated, once, in the order of the sources."""
    found: dict[Text, None] = {}
    for path in sources(".py", ".html", ".txt"):
        read_texts = marked_in_python if path.suffix == ".py" else marked_in_template
        found |= dict.fromkeys(read_texts(path.read_text(encoding="utf-8")))
    return list(found)


def read(written: str) -> Catalog:
    catalog: Catalog = {}
    for entry in written.split("\n\n"):
        fields = {
            name: "".join(map(json.loads, text.splitlines())) for name, text in _FIELD.findall(entry + "\n")
        }
        text = tuple(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
        catalog[text] = [fields[name] for name in fields if name.startswith("msgstr")]
    return catalog


def write(catalog: Catalog) -> str:
    entries = []
    for text, translations in catalog.items():
        plural = len(text) > 1
        lines = list(zip(("msgid", "msgid_plural"), text, strict=False))
        lines += [(f"msgstr[{n}]" if plural else "msgstr", each) for n, each in enumerate(translations)]
        entries.append("".join(f"{name} {json.dumps(each, ensure_ascii=False)}\n" for name, each in lines))
    return "\n".join(entries)


def compiled(catalog: Catalog) -> bytes:
    """The catalog as gettext reads it: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html."""
    pairs = sorted(("\0".join(text).encode(), "\0".join(each).encode()) for text, each in catalog.items())
    count, body = len(pairs), b""
    tables: list[tuple[int, int]] = []
    for column in zip(*pairs, strict=True):
        for each in column:
            tables.append((len(each), 28 + 16 * count + len(body)))
            body += each + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return head + b"".join(struct.pack("<2I", *place) for place in tables) + body


def current(catalog: Catalog) -> Catalog:
    """The catalog with every marked text, and no other; new ones are empty."""
    empty = {text: [""] * len(text) for text in marked()}
    return {("",): [HEADER]} | {text: catalog.get(text, blank) for text, blank in empty.items()}


def spoken(binary: bytes) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(binary))


if __name__ == "__main__":
    now = current(read(CATALOG.read_text(encoding="utf-8")))
    CATALOG.write_text(write(now), encoding="utf-8")
    CATALOG.with_suffix(".mo").write_bytes(compiled(now))
    if missing := [text[0] for text, translations in now.items() if not all(translations)]:
        raise SystemExit("Not translated yet:\n" + "\n".join(missing))
