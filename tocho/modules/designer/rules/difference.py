"""What changed between two sources, in sentences for the reviewer: 質問「税の種類」に選択肢「…」を追加. Pure."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tocho.engines.forms.api import say
from tocho.engines.rules.api import Grid, TableError, read_grid
from tocho.lib.xmlfile import XmlError, read_xml

from ..definitions import Option, Source, kind_label, options_of

Value = Any
MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class Change:
    """One change: the part it stands in (``form``, ``rules/fee``), a sentence, and the words before and after."""

    part: str
    sentence: str
    before: str = ""
    after: str = ""
    kind: str = "changed"  # added, removed, changed, moved


def differences(before: Source, after: Source, *, facts_label: Callable[[str], Any] = str) -> list[Change]:
    """Everything that differs, part by part; empty when nothing does. Sources may be faulty.

    :param facts_label: what a fact is called on the facts page.
    """
    return [
        *_facts(before["facts"], after["facts"], facts_label),
        *form_changes(before["form"], after["form"]),
        *_tables(before.get("rules", {}), after.get("rules", {})),
        *_process(before["process"], after["process"]),
        *_letters(before.get("notices", {}), after.get("notices", {})),
        *_other_forms(before.get("parts", {}), after.get("parts", {})),
    ]


# --- facts -----------------------------------------------------------------------------------------------------------


def _facts(before: Mapping[str, Any], after: Mapping[str, Any], label: Callable[[str], Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        words = {"name": label(name)}
        if isinstance(old, list) or isinstance(new, list):
            yield from _rows("facts", words["name"], old or [], new or [])
        elif isinstance(old, dict) and isinstance(new, dict) and not _is_text(old):
            for key in dict.fromkeys([*old, *new]):
                if old.get(key) != new.get(key):
                    title = _("%(name)sの「%(key)s」を変更") % {**words, "key": key}
                    yield Change(
                        "facts", title, shown(old.get(key)), shown(new.get(key)), _kind(old.get(key), new.get(key))
                    )
        else:
            yield Change("facts", _("%(name)sを変更") % words, shown(old), shown(new), _kind(old, new))


def _rows(part: str, name: Any, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    """Lines and rows that came or went; those that only moved are one sentence."""
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    for one in gone:
        yield Change(part, _("%(name)sから削除") % {"name": name}, before=shown(one), kind="removed")
    for one in come:
        yield Change(part, _("%(name)sに追加") % {"name": name}, after=shown(one), kind="added")
    if not gone and not come:
        yield Change(part, _("%(name)sの順を変更") % {"name": name}, kind="moved")


def _kind(old: Any, new: Any) -> str:
    return "added" if old in (None, "", []) else "removed" if new in (None, "", []) else "changed"


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) <= {"ja", "en", "easy"}


def shown(value: Any) -> str:
    """A value as people read it: every language of a text, members of a row side by side."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, dict):
        if _is_text(value):
            return " ／ ".join(str(one) for one in value.values())
        return "　".join(f"{name}：{shown(one)}" for name, one in value.items())
    if isinstance(value, list):
        return "、".join(map(shown, value))
    return str(value)


# --- the form --------------------------------------------------------------------------------------------------------


def form_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What differs between two forms."""
    for name, words in (("title", _("フォームの題名")), ("declaration", _("最後に確かめる文"))):
        if before.get(name) != after.get(name):
            yield Change("form", _("%(name)sを変更") % {"name": words}, shown(before.get(name)), shown(after.get(name)))
    yield from _steps(_by_key(before.get("steps")), _by_key(after.get("steps")))
    yield from _questions(_placed(before), _placed(after))
    old, new = _by_key(before.get("computed")), _by_key(after.get("computed"))
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            was, now = _computed(old.get(key)), _computed(new.get(key))
            yield Change("form", _("計算する値「%s」を変更") % key, was, now, _kind(old.get(key), new.get(key)))


def _computed(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return ""
    return _("表「%s」") % one["rule"] if one.get("rule") else str(one.get("expression", ""))


def _by_key(rows: Any) -> dict[str, dict[str, Any]]:
    return {str(one.get("key")): one for one in rows or [] if isinstance(one, dict)}


def _placed(form: Mapping[str, Any]) -> dict[str, tuple[dict[str, Any], str, int]]:
    """Each question by its key, with its step's key and its place there."""
    return {
        str(field.get("key")): (field, str(step.get("key")), index)
        for step in form.get("steps") or []
        if isinstance(step, dict)
        for index, field in enumerate(step.get("fields") or [])
        if isinstance(field, dict)
    }


def _steps(old: Mapping[str, dict[str, Any]], new: Mapping[str, dict[str, Any]]) -> Iterator[Change]:
    for key, step in old.items():
        if key not in new:
            yield Change("form", _("ステップ「%s」を削除") % name_of(step), kind="removed")
    for key, step in new.items():
        if key not in old:
            yield Change("form", _("ステップ「%s」を追加") % name_of(step), kind="added")
            continue
        for name, words in (("title", _("見出し")), ("help", _("説明")), ("condition", _("出すとき"))):
            if old[key].get(name) != step.get(name):
                title = _("ステップ「%(step)s」の%(name)sを変更") % {"step": name_of(step), "name": words}
                yield Change("form", title, shown(old[key].get(name)), shown(step.get(name)))
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        yield Change("form", _("ステップの順を変更"), kind="moved")


def _questions(old: Mapping[str, tuple[dict[str, Any], str, int]], new: Mapping[str, Any]) -> Iterator[Change]:
    for key, (field, _step, _index) in old.items():
        if key not in new:
            yield Change("form", _("質問「%s」を削除") % name_of(field), kind="removed")
    for key, (field, step, _index) in new.items():
        if key not in old:
            words = {"question": name_of(field), "kind": kind_label(str(field.get("type")))}
            yield Change("form", _("質問「%(question)s」（%(kind)s）を追加") % words, kind="added")
            continue
        if old[key][1] != step:
            yield Change("form", _("質問「%s」を別のステップへ移動") % name_of(field), kind="moved")
        yield from _question(old[key][0], field)
    for step in dict.fromkeys(place[1] for place in new.values()):
        kept = [key for key, place in old.items() if place[1] == step and key in new and new[key][1] == step]
        if kept != [key for key, place in new.items() if place[1] == step and key in kept]:
            yield Change("form", _("質問の順を変更"), kind="moved")


def _question(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    name = name_of(new)
    if old.get("type") != new.get("type"):
        pair = [str(kind_label(str(one.get("type")))) for one in (old, new)]
        yield Change("form", _("質問「%s」の答え方を変更") % name, *pair)
    known: list[tuple[str, Any]] = [
        ("label", _("言葉")),
        ("help", _("補足")),
        ("required", _("必須")),
        ("condition", _("出すとき")),
    ]
    options = [(one.name, one.label) for one in _options(old, new) if one.shape not in ("choices", "rows")]
    for member, words in known + options:
        if old.get(member) != new.get(member):
            title = _("質問「%(question)s」の%(name)sを変更") % {"question": name, "name": words}
            yield Change("form", title, shown(old.get(member)), shown(new.get(member)))
    yield from _choices(name, old.get("choices") or [], new.get("choices") or [])
    for change in _questions(_rows_of(old), _rows_of(new)):
        yield Change("form", _("「%s」の行の中：") % name + change.sentence, change.before, change.after, change.kind)


def _options(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Option]:
    found = {one.name: one for spec in (old, new) for one in options_of(str(spec.get("type")))}
    return list(found.values())


def _rows_of(spec: Mapping[str, Any]) -> dict[str, tuple[dict[str, Any], str, int]]:
    rows = spec.get("fields") if spec.get("type") == "group" else []
    return {str(one.get("key")): (one, "", n) for n, one in enumerate(rows or []) if isinstance(one, dict)}


def _choices(question: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    before = {row.get("value"): row for row in old if isinstance(row, dict)}
    after = {row.get("value"): row for row in new if isinstance(row, dict)}
    for value, row in before.items():
        if value not in after:
            words = {"question": question, "choice": name_of(row)}
            yield Change("form", _("質問「%(question)s」から選択肢「%(choice)s」を削除") % words, kind="removed")
    for value, row in after.items():
        words = {"question": question, "choice": name_of(row)}
        if value not in before:
            yield Change("form", _("質問「%(question)s」に選択肢「%(choice)s」を追加") % words, kind="added")
        elif before[value] != row:
            pair = (shown(_texts(before[value])), shown(_texts(row)))
            yield Change("form", _("質問「%(question)s」の選択肢「%(choice)s」を変更") % words, *pair)


def _texts(row: Mapping[str, Any]) -> list[Any]:
    return [row[name] for name in ("label", "help") if row.get(name)]


def name_of(spec: Mapping[str, Any]) -> str:
    """The words by which people know a form, a step, a question, a choice."""
    text = spec.get("title") or spec.get("label") or spec.get("key") or spec.get("value") or "？"
    return say(text) if isinstance(text, str | dict) else "？"


def _other_forms(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        if name not in old or name not in new:
            sentence, kind = (_("様式「%s」を削除"), "removed") if name in old else (_("様式「%s」を追加"), "added")
            yield Change(f"parts/{name}", sentence % name_of(old.get(name) or new[name]), kind=kind)
            continue
        for change in form_changes(old[name], new[name]):
            yield Change(f"parts/{name}", change.sentence, change.before, change.after, change.kind)


# --- rule tables -----------------------------------------------------------------------------------------------------


def _tables(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        part = f"rules/{name}"
        if name not in new:
            yield Change(part, _("表「%s」を削除") % name, kind="removed")
        elif name not in old:
            yield Change(part, _("表「%s」を追加") % name, kind="added")
        elif old[name] != new[name]:
            yield from _table(part, name, old[name], new[name])


def _table(part: str, name: str, old: str, new: str) -> Iterator[Change]:
    try:
        before, after = read_grid(old), read_grid(new)
    except TableError:
        yield Change(part, _("表「%s」を変更（いまは表として読めません）") % name)
        return
    rows = [_cells(grid) for grid in (before, after)]
    heads = [[column.label for column in grid.columns] for grid in (before, after)]
    if heads[0] != heads[1]:
        yield Change(part, _("表「%s」の列を変更") % name, "、".join(heads[0]), "、".join(heads[1]))
    if before.policy != after.policy:
        yield Change(part, _("表「%s」の当てはめ方を変更") % name, before.policy, after.policy)
    found = False
    for tag, a, b, c, d in difflib.SequenceMatcher(None, rows[0], rows[1], autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        found = True
        for index in range(max(b - a, d - c)):
            was = rows[0][a + index] if a + index < b else ()
            now = rows[1][c + index] if c + index < d else ()
            number = (c + index if now else a + index) + 1
            words = {"table": name, "row": number}
            sentence = (
                _("表「%(table)s」の%(row)s行目を変更") if was and now
                else _("表「%(table)s」に%(row)s行目を追加") if now
                else _("表「%(table)s」の%(row)s行目を削除")
            )  # fmt: skip
            kind = "changed" if was and now else "added" if now else "removed"
            yield Change(part, sentence % words, " ｜ ".join(was), " ｜ ".join(now), kind)
    if not found and heads[0] == heads[1] and before.policy == after.policy:
        yield Change(part, _("表「%s」の書き方だけを変更（内容は同じ）") % name)


def _cells(grid: Grid) -> list[tuple[str, ...]]:
    return [tuple(row.cells) for row in grid.rows]


# --- process and letters ---------------------------------------------------------------------------------------------


def _process(old: str, new: str) -> Iterator[Change]:
    if old == new:
        return
    before, after = _elements(old), _elements(new)
    if before is None or after is None:
        yield Change("process", _("流れを変更（いまは図として読めません）"))
        return
    changed = False
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) == after.get(key):
            continue
        changed = True
        element = after.get(key) or before[key]
        name = element["name"] or key
        if key not in before:
            yield Change("process", _("流れに「%s」を追加") % name, kind="added")
        elif key not in after:
            yield Change("process", _("流れから「%s」を削除") % name, kind="removed")
        else:
            yield Change("process", _("流れの「%s」を変更") % name, before[key]["text"], after[key]["text"])
    if not changed:
        yield Change("process", _("流れの図の配置だけを変更"), kind="moved")


def _elements(xml: str) -> dict[str, dict[str, str]] | None:
    """What stands in the process by its id: name, and all that makes it what it is as one line."""
    try:
        root = read_xml(xml.encode(), most=MOST_BYTES)
    except XmlError:
        return None
    found: dict[str, dict[str, str]] = {}
    for process in root.iter("{*}process"):
        for element in process.iterdescendants("{*}*"):
            key = element.get("id")
            if key is None or not isinstance(element.tag, str):
                continue
            own = {etree.QName(str(name)).localname: str(value) for name, value in element.attrib.items()}
            inside = " ".join(
                str(text).strip() for child in element.iterchildren() if child.get("id") is None
                for text in child.itertext() if str(text).strip()
            )  # fmt: skip
            told = "　".join(f"{name}：{value}" for name, value in own.items() if name not in ("id", "name"))
            found[key] = {"name": own.get("name", ""), "text": "　".join(filter(None, [own.get("name"), told, inside]))}
    return found


def _letters(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name):
            continue
        part = f"notices/{name}"
        if name not in old or name not in new:
            sentence = _("通知の様式「%s」を追加") if name in new else _("通知の様式「%s」を削除")
            yield Change(part, sentence % name, kind="added" if name in new else "removed")
            continue
        lines = list(difflib.ndiff(old[name].splitlines(), new[name].splitlines()))
        gone = [line[2:].strip() for line in lines if line.startswith("- ") and line[2:].strip()]
        come = [line[2:].strip() for line in lines if line.startswith("+ ") and line[2:].strip()]
        yield Change(part, _("通知の様式「%s」の文を変更") % name, "\n".join(gone), "\n".join(come))
