"""Every message has its English: what the code marks for translation is exactly what the catalogues hold.

Each Django app has its own (``<app>/locale/en``); what no app or more than one marks stands in the project's
(``locale/en``). ``python -m tests.house_rules.test_messages`` brings them up to date (new messages stand there with
an empty ``msgstr`` to be filled in); it needs no GNU gettext.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PO = Path("locale/en/LC_MESSAGES/django.po")
SOURCES = [ROOT / "tocho", ROOT / "config"]
APPS = [path.parent for path in sorted((ROOT / "tocho").rglob("apps.py"))]

Spec = tuple[int | tuple[int, str], ...] | None
ONE: dict[str, Spec] = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
PLURAL: dict[str, Spec] = dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
CONTEXT: dict[str, Spec] = dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
BOTH: dict[str, Spec] = dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
KEYWORDS = ONE | PLURAL | CONTEXT | BOTH

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
JAPANESE = re.compile(r"[\u3001-\u30ff\u3400-\u9fff\uff00-\uffef]")
CONSTANT = re.compile(r"""_\(("[^"]*"|'[^']*')\)""")
# Pages that must not depend on translation, or show samples of data.
SPOKEN_PLAINLY = ("500.html", "ui/examples/")

Key = tuple[str | None, str]


def key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(string: str | Iterable[str] | None) -> tuple[str, ...]:
    """The one form of a message, or both of them; ``("",)`` for a message without English."""
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def templates() -> list[Path]:
    found = (path for folder in SOURCES for path in folder.rglob("templates/**/*") if "tests" not in path.parts)
    return sorted(path for path in found if path.suffix in (".html", ".txt"))


def python_files() -> list[Path]:
    return sorted(p for folder in SOURCES for p in folder.rglob("*.py") if "tests" not in p.parts)


def as_python(path: Path) -> bytes:
    """A template as Django shows it to gettext, each line on its own so that Python's tokenizer can read it."""
    lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def part_of(path: Path) -> Path:
    """The folder whose catalogue a file's messages belong to: its app, or the project."""
    return next((app for app in APPS if app in path.parents), ROOT)


def used() -> dict[Path, Catalog]:
    """All messages of the code by catalogue, in the order of the alphabet."""
    marked: dict[Key, tuple[Message, set[Path]]] = {}
    for path in [*python_files(), *templates()]:
        source = path.read_bytes() if path.suffix == ".py" else as_python(path)
        if path.suffix == ".py" and b"gettext" not in source:
            continue
        for _line, ids, _comments, context in extract("python", BytesIO(source), KEYWORDS):
            message = Message(ids, context=context)
            known, parts = marked.setdefault(key(message), (message, set()))
            marked[key(message)] = (known if isinstance(known.id, tuple) else message, {*parts, part_of(path)})
    catalogs: dict[Path, Catalog] = {}
    for message, parts in marked.values():
        part = parts.pop() if len(parts) == 1 else ROOT
        catalog = catalogs.setdefault(part, Catalog(locale="en", charset="utf-8", fuzzy=False))
        catalog.add(message.id, context=message.context)
    return catalogs


def catalogues() -> list[Path]:
    return sorted(path for part in [ROOT, *APPS] if (path := part / PO).exists())


def english(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def all_english() -> list[tuple[Path, Key, Message]]:
    return [(path, *item) for path in catalogues() for item in messages(english(path)).items()]


def messages(catalog: Catalog) -> dict[Key, Message]:
    return {key(message): message for message in catalog if message.id}


def test_every_message_has_its_english_and_no_other() -> None:
    translated = {(path, name) for path, name, message in all_english() if all(texts(message.string))}
    marked = {(part / PO, name) for part, catalog in used().items() for name in messages(catalog)}
    assert marked - translated == set(), "python -m tests.house_rules.test_messages; then fill in the English"
    assert translated - marked == set(), "python -m tests.house_rules.test_messages moves or removes them"


def test_english_fills_in_what_the_message_fills_in() -> None:
    faults = []
    for _path, name, message in all_english():
        wanted = sorted(PLACEHOLDER.findall(texts(message.id)[0]))
        faults += [name for text in texts(message.string) if text and sorted(PLACEHOLDER.findall(text)) != wanted]
    assert faults == []


def test_english_is_english() -> None:
    """Japanese stands only in parentheses or quotation marks: a statutory term, or a sample of what to type."""
    translations = [text for _path, _name, message in all_english() for text in texts(message.string)]
    assert [t for t in translations if JAPANESE.search(re.sub(r"\([^()]*\)|“[^”]*”", "", t))] == []


def test_english_is_for_people_not_for_tools() -> None:
    """No address of a source line, no fuzzy guess, no leftover: a diff of a catalogue shows words only."""
    lines = [line for path in catalogues() for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line.startswith("#") and not line.startswith("#, python-")] == []
    assert [name for _path, name, message in all_english() if message.fuzzy] == []


def unmarked(tokens: list[Token]) -> Iterator[str]:
    """Japanese that a template shows without asking for its English."""
    inside = False
    for token in tokens:
        word = token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else ""
        inside = word == "blocktranslate" or (inside and word != "endblocktranslate")
        if inside or token.token_type == TokenType.COMMENT or word in ("translate", "endblocktranslate"):
            continue
        if JAPANESE.search(CONSTANT.sub("", token.contents)):
            yield token.contents.strip()[:80]


def test_templates_mark_their_japanese() -> None:
    faults = {}
    for path in templates():
        name = path.as_posix().split("/templates/")[1]
        if path.suffix == ".txt" or name.startswith(SPOKEN_PLAINLY):  # mails have a file for each language
            continue
        if found := list(unmarked(Lexer(path.read_text(encoding="utf-8")).tokenize())):
            faults[name] = found
    assert faults == {}


def update() -> list[str]:
    """Write the catalogues anew from the code, keeping the English that is there; those that lack some."""
    known = {name: message for _path, name, message in all_english()}
    lacking = []
    for path in set(catalogues()) - {part / PO for part in used()}:
        path.unlink()
    for part, fresh in used().items():
        for name, message in messages(fresh).items():
            if name in known and isinstance(known[name].id, str) == isinstance(message.id, str):
                message.string = known[name].string
        write(part / PO, fresh)
        if missing := sum(not all(texts(message.string)) for message in messages(fresh).values()):
            lacking.append(f"{missing} messages still lack their English in {(part / PO).relative_to(ROOT)}")
    return lacking


def write(path: Path, catalog: Catalog) -> None:
    written = BytesIO()
    write_po(written, catalog, width=0, no_location=True, sort_output=True, omit_header=True)
    header = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n'
    header += '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    header += '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + written.getvalue().decode().strip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    settings.configure()
    if faults := update():
        sys.exit("\n".join(faults))
