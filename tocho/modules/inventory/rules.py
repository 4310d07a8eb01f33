"""Pure rules of the inventory: which states follow on which, what a cell means, what a row must say."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tocho.lib.text import refused_character
from tocho.ui.markup import listed

from .definitions import FLAG, SEPARATOR, Column, codebook, plain, quarter, quarter_cell
from .models import OWN_FIELDS, ProcedureEntry

Values = Mapping[str, Any]

# surveyed → analysed → planned → building → trial → live → improving ⇄ live → retired; a step back where a plan or a
# trial fails; what the nation must change first waits as state_request.
MOVES: dict[str, tuple[str, ...]] = {
    "surveyed": ("analysed", "state_request", "abolished"),
    "analysed": ("planned", "state_request", "abolished"),
    "planned": ("building", "analysed", "state_request", "abolished"),
    "building": ("trial", "planned", "abolished"),
    "trial": ("live", "building", "abolished"),
    "live": ("improving", "retired"),
    "improving": ("live", "retired"),
    "state_request": ("analysed", "abolished"),
    "retired": (),
    "abolished": (),
}
LIVE = frozenset({"live", "improving"})
SCHEDULED = frozenset({"planned", "building", "trial"})
BEYOND = frozenset({"national", "municipal"})
ENDED = frozenset({"retired", "abolished"})
KEPT_WHEN_BLANK = frozenset({"state", "authority", "unit"})  # an empty cell of these says nothing
LONGEST = {"code": 40, "name": 300, "law": 300, "unit": 40, "procedure_key": 60, "system_url": 300}
LONGEST |= dict.fromkeys(("system_name", "certifier", "sample_note"), 200)
LONG, NUMBERS = 4000, re.compile(r"[0-9]{1,12}")
UNKNOWN = frozenset({"不明", "-", "*", "※"})
_QUARTER = re.compile(r"(?P<year>20\d\d)(?:年度|fy|-)?(?:第)?(?:q)?(?P<number>[1-4])(?:四半期|q)?")

RATED = ("live", "live_volume", "whole", "whole_volume")  # what the two online rates divide


class CellRefused(ValueError):
    """A cell that means nothing in its column; the text says what it should be."""


def read_cell(column: Column, text: str) -> Any:
    """What a cell of a file means: a code, a list, a whole number or None, a quarter, yes or no, or text.

    :raises CellRefused: with what is wrong, in Japanese.
    """
    text = text.strip()
    if not text:
        return {"several": [], "number": None, "quarter": None, "flag": False}.get(column.kind, "")
    if column.kind in ("text", "id"):
        return _text(column, text)
    if column.kind == "choice":
        return _code(column, text)
    if column.kind == "several":
        return _several(column, text)
    if column.kind == "number":
        return _number(text)
    if column.kind == "quarter":
        return _quarter(text)
    return _flag(text)


def _text(column: Column, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable() and (wrong := refused_character(text)):
        raise CellRefused(_("使えない文字（%(code)s）が入っています。") % {"code": f"U+{ord(wrong):04X}"})
    limit = LONGEST.get(column.key, LONG)
    if len(text) > limit:
        raise CellRefused(_("%(limit)d文字までにしてください。") % {"limit": limit})
    return text


def _code(column: Column, text: str) -> str:
    if found := column.code_of(text):
        return found.key
    known = listed(code.cell for code in column.codes)
    raise CellRefused(_("このコードはありません。%(known)sのどれかにしてください。") % {"known": known})


def _several(column: Column, text: str) -> list[str]:
    parts = [part.strip() for part in re.split("[;；\n]", text) if part.strip()]
    if not column.codes:
        return [_text(column, part) for part in dict.fromkeys(parts)]
    return list(dict.fromkeys(_code(column, part) for part in parts))


def _number(text: str) -> int | None:
    digits = plain(text).replace(",", "").removesuffix("件").removesuffix(".0")
    if digits in UNKNOWN:
        return None
    if not NUMBERS.fullmatch(digits):
        raise CellRefused(_("0以上の整数にしてください。分からないときは空にします。"))
    return int(digits)


def _quarter(text: str) -> int:
    if not (found := _QUARTER.fullmatch(plain(text))):
        raise CellRefused(_("「2020年度第4四半期」のように書いてください。"))
    return quarter(int(found["year"]), int(found["number"]))


def _flag(text: str) -> bool:
    words = plain(text)
    if words in {FLAG, "1", "yes", "true", "はい", "主要"}:
        return True
    if words in {"✕", "0", "no", "false", "いいえ"}:
        return False
    raise CellRefused(_("「〇」か空にしてください。"))


def cell(column: Column, value: Any) -> str:
    """A value as files write it; what ``read_cell`` reads back as the same value."""
    if value in (None, "", False) or value == []:
        return ""
    if column.kind == "choice":
        return _cell_of(column, value)
    if column.kind == "several":
        return SEPARATOR.join(_cell_of(column, each) for each in value)
    if column.kind == "quarter":
        return quarter_cell(value)
    return FLAG if column.kind == "flag" else str(value)


def _cell_of(column: Column, key: str) -> str:
    found = column.by_words.get(key)
    return found.cell if found else key


def row_problems(values: Values, *, published: Collection[str]) -> Iterator[tuple[str, str]]:
    """What a whole entry must say: (column, what is wrong). The database guards the same by constraints.

    ``published`` are the keys of the procedures of this platform that have a published version.
    """
    for key in ("code", "name"):
        if not values[key]:
            yield key, _("空です。必ず書いてください。")
    whole, online = values["volume"], values["volume_online"]
    if whole is not None and online is not None and online > whole:
        yield "volume_online", _("総手続件数（%(whole)s）より多くなっています。") % {"whole": f"{whole:,}"}
    starts, completes, state = values["starts"], values["completes"], values["state"]
    if starts and completes and completes < starts:
        yield "completes", _("着手時期より前になっています。")
    for key in ("starts", "completes"):
        if state in SCHEDULED and not values[key]:
            yield key, _("計画済・構築中・試行中の手続には、着手時期と完了時期が要ります。")
    if state == "state_request" and values["authority"] not in BEYOND:
        yield "authority", _("国へ要望する手続は「国への働きかけ」か「区市町村経由」にしてください。")
    if (address := values["system_url"]) and not re.match(r"https?://[^\s/]+", address):
        yield "system_url", _("https:// で始まるアドレスにしてください。")
    if state in LIVE and not has_ground(values, published=published):
        yield "state", why_not_live()


def has_ground(values: Values, *, published: Collection[str]) -> bool:
    """Whether an entry may be live: a published version here, or a named, reachable and certified system elsewhere."""
    if values["procedure_key"] in published and values["procedure_key"]:
        return True
    return bool(values["system_name"] and values["system_url"] and values["certifier"])


def why_not_live() -> str:
    """What is missing for 公開中."""
    return _(
        "公開中にするには、手続キーの手続に公開された版が要ります。外部のシステムで受け付けるときは、"
        "システム名、アドレス、公開を確認した職を書いてください。"
    )


def refusal_to_move(values: Values, to: str, *, published: Collection[str]) -> str:
    """Why an entry may not move to a state; empty when it may."""
    if to not in MOVES[values["state"]]:
        states = codebook().by_key["state"]
        words = {"now": states.meaning(values["state"], "ja"), "to": states.meaning(to, "ja")}
        return _("「%(now)s」から「%(to)s」へは進めません。") % words
    problems = [text for key, text in row_problems({**values, "state": to}, published=published)]
    return problems[0] if problems else ""


def search_text(*parts: str) -> str:
    """What the search box looks through: width and case do not matter."""
    return " ".join(unicodedata.normalize("NFKC", part).lower() for part in parts if part)


def like(words: str) -> str:
    """A word of the search box as it stands in ``search_text``."""
    return unicodedata.normalize("NFKC", words).lower()


# --- the roadmap: how the report counts (「都政の構造改革 ver.0」 Project 3)

STATUSES = ("done", "late", "this_fy", "starting", "national", "abolished")
OWN = ("done", "late", "this_fy", "starting")


def status_of(*, state: str, authority: str, completes: int | None, fiscal_year: int) -> str:
    """Where the report counts an entry: デジタル化済, 年度内完了, 年度内着手, 国等へ働きかけ, 手続廃止等; or "".

    ``fiscal_year`` is that of the day of the count. What should have been ready in an earlier one is ``late``; the
    report had none of these.
    """
    if state == "retired":
        return ""
    if state == "abolished" or authority == "abolished":
        return "abolished"
    if authority in BEYOND:
        return "national"
    if state in LIVE:
        return "done"
    year = completes // 10 if completes else fiscal_year + 1
    return "late" if year < fiscal_year else "this_fy" if year == fiscal_year else "starting"


# --- entries by the keys of the code book

EMPTY_SURVEY: dict[str, Any] = {
    column.key: [] if column.kind == "several" else ""
    for column in codebook().columns
    if column.kind != "shown" and column.key not in OWN_FIELDS
}


def values_of(entry: ProcedureEntry) -> dict[str, Any]:
    """Everything an entry says by the keys of the code book, as ``read_cell`` gives it."""
    return {**EMPTY_SURVEY, **entry.survey, **{name: getattr(entry, name) for name in OWN_FIELDS}}


def set_values(entry: ProcedureEntry, values: Values) -> None:
    """Set on an entry (not saved) what ``values`` holds, by the keys of the code book."""
    survey = dict(entry.survey)
    for key, value in values.items():
        if key in OWN_FIELDS:
            setattr(entry, key, value)
        elif value in ("", None) or value == []:
            survey.pop(key, None)
        else:
            survey[key] = value
    entry.survey = survey


# --- files: where the heads end, which cell belongs to which column

HEAD_ROWS = 5  # the heads stand in the first rows: the distributed file has two


class FileRefused(ValueError):
    """A file without the columns that are needed; the text says which."""


def find_head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, Column]]:
    """Index of the first row of data, and the column at each place.

    Titles may stand in any order; unknown ones are passed over, and so is a second row of heads. Without 手続ID and
    手続名 it is no inventory.

    :raises FileRefused: those two are missing, or a title stands twice.
    """
    book = codebook()
    for index, row in enumerate(rows[:HEAD_ROWS]):
        found = {place: column for place, title in enumerate(row) if (column := book.column_of(title))}
        keys = [column.key for column in found.values()]
        if "code" not in keys or "name" not in keys:
            continue
        if twice := {column.ja for column in found.values() if keys.count(column.key) > 1}:
            raise FileRefused(_("「%(title)s」の列が二つあります。") % {"title": listed(sorted(twice))})
        start = index + 1
        places = [place for place, column in found.items() if column.key in ("code", "name")]
        while start < min(len(rows), index + 3) and _is_head(rows[start], places):
            start += 1
        return start, {place: column for place, column in found.items() if column.kind != "shown"}
    raise FileRefused(_("見出しの行が見つかりません。先頭の5行のどこかに「手続ID」と「手続名」の列が要ります。"))


def _is_head(row: Sequence[str], places: Sequence[int]) -> bool:
    """A second row of heads: words, but no id, no name and no number; or the numbers 0, 1, 2 … of the columns."""
    if {"0", "1", "2"} <= set(row):
        return True
    is_named = any(row[place].strip() for place in places if place < len(row))
    return not is_named and any(row) and not any(cell.strip().isdecimal() for cell in row)


def rate_change(before: Values | None, after: Values) -> dict[str, list[int]]:
    """What an act adds to the two online rates: office → how many more (or less) of each of ``RATED``.

    Volumes are applications a year. Counted as the roadmap does: main procedures that citizens apply for (申請等),
    neither abolished nor retired. An entry that changes its office goes from one to the other.
    """
    change: dict[str, list[int]] = {}
    for sign, values in ((-1, before), (1, after)):
        if values is None or not values["is_main"] or values["kind"] not in ("", "1") or values["state"] in ENDED:
            continue
        live, volume = int(values["state"] in LIVE), values["volume"] or 0
        known = change.setdefault(values["unit"], [0, 0, 0, 0])
        for place, amount in enumerate((live, live * volume, 1, volume)):
            known[place] += sign * amount
    return {unit: amounts for unit, amounts in change.items() if any(amounts)}
