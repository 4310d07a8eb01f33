"""The tables that a procedure can have, and what a new one begins with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.engines.rules.api import (
    CITATION,
    Grid,
    GridColumn,
    GridRow,
    RuleError,
    compile_expression,
    edits,
    identified,
)

from ..definitions.names import InputName

NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
Names = tuple[InputName, ...]


@dataclass(frozen=True)
class TableKind:
    """A kind of table: what it is for. ``name`` is fixed where the platform asks the table by it."""

    key: str
    label: Promise
    note: Promise
    name: str = ""


TABLE_KINDS = (
    TableKind("fee", gettext_lazy("手数料"), gettext_lazy("申請の内容から、いくら納めてもらうかを決めます。"), "fee"),
    TableKind(
        "eligibility",
        gettext_lazy("利用できる人"),
        gettext_lazy("「自分は使えますか」の質問に答えます。"),
        "eligibility",
    ),
    TableKind(
        "checks", gettext_lazy("システムの審査"), gettext_lazy("申請を受けたときに、システムが確かめます。"), "checks"
    ),
    TableKind("auto", gettext_lazy("自動承認"), gettext_lazy("規則だけで決めてよい場合を決めます。"), "auto"),
    TableKind("condition", gettext_lazy("条件・計算"), gettext_lazy("ほかの場所で使う値を、条件ごとに決めます。")),
)
NOTE = GridColumn("note", CITATION)

# How a hit policy is explained beside its choice.
POLICY_NOTES: Mapping[str, Promise] = {
    "UNIQUE": gettext_lazy("当てはまる規則は、いつも一つだけにします。重なりがあると知らせます。"),
    "FIRST": gettext_lazy("上から順に見て、最初に当てはまった規則を使います。例外を上に書きます。"),
    "ANY": gettext_lazy("いくつ当てはまってもよいが、結果は同じでなければなりません。"),
    "PRIORITY": gettext_lazy("当てはまった中で、結果の「選べる値」で先に書いたものを使います。"),
    "COLLECT": gettext_lazy("当てはまった規則の結果を、すべて並べます。"),
    "COLLECT SUM": gettext_lazy("当てはまった規則の数を合計します。"),
    "COLLECT MIN": gettext_lazy("当てはまった規則の中で、いちばん小さい数を使います。"),
    "COLLECT MAX": gettext_lazy("当てはまった規則の中で、いちばん大きい数を使います。"),
    "COLLECT COUNT": gettext_lazy("当てはまった規則がいくつあるかを数えます。"),
    "RULE ORDER": gettext_lazy("当てはまった規則の結果を、表の順にすべて並べます。"),
    "OUTPUT ORDER": gettext_lazy("当てはまった規則の結果を、「選べる値」の順にすべて並べます。"),
}


def new_grid(kind: str, name: str, names: Names) -> Grid:
    """A table of that kind to begin with: columns that fit the procedure's form, and rules that leave no gap.

    :raises KeyError: for an unknown kind.
    """
    title = next(str(each.label) for each in TABLE_KINDS if each.key == kind) if kind != "condition" else name
    policy, columns, rows = _BEGINNINGS[kind](names)
    grid = Grid(name, title, policy, tuple(columns), tuple(GridRow(tuple(cells)) for cells in rows))
    return identified(grid)


Beginning = tuple[str, list[GridColumn], list[list[str]]]


def input_column(name: InputName) -> GridColumn:
    """A condition that looks at a name, with the words for its values."""
    if name.kind == "list":
        return GridColumn("input", name.label, f"count({name.key}) > 0", "boolean")
    kind = name.kind if name.kind != "context" else "Any"
    allowed = name.domain.tests if name.domain and name.choices else ""
    return GridColumn("input", name.label, name.key, kind, allowed, words=name.choices)


def with_columns_for_results(grid: Grid, names: Names) -> Grid:
    """The table with a condition for every name of the procedure that only its results use (``500 * area``): a table
    knows what its conditions ask for, and can be tried out and published then. Cells of the new columns are "-"."""
    asked = {one for place in grid.places("input") for one in _names_in(grid.columns[place].text)}
    used = {one for row in grid.rows for place in grid.places("output") for one in _names_in(row.cells[place])}
    for name in names:
        if name.key in used - asked:
            grid = edits.add_column(grid, input_column(name))
    return grid


def _names_in(text: str) -> frozenset[str]:
    try:
        return frozenset(compile_expression(text).names)
    except RuleError:
        return frozenset()


def _likely(names: Names, *kinds: str) -> GridColumn:
    """The condition to begin with: a question with choices, else one of these kinds, else the day."""
    for wanted in ("choices", *kinds):
        for name in names:
            if name.origin == "form" and (name.choices if wanted == "choices" else name.kind == wanted):
                return input_column(name)
    return input_column(next(name for name in names if name.key == "today"))


def _fee(names: Names) -> Beginning:
    columns = [_likely(names, "number"), GridColumn("output", "手数料", "fee", "number"), NOTE]
    return "FIRST", columns, [["-", "0", ""]]


def _eligibility(names: Names) -> Beginning:
    asked = [input_column(name) for name in names]
    outputs = [
        GridColumn("output", "使えるか", "eligible", "boolean"),
        GridColumn("output", "説明", "message", "string"),
        GridColumn("output", "説明（英語）", "message_en", "string"),
        GridColumn("output", "説明（やさしい日本語）", "message_easy", "string"),
    ]
    rows = [
        ["false" if index == each else "-" for index in range(len(asked))] + ["false", '""', '""', '""', ""]
        for each in range(len(asked))
    ]
    rows.append(["-"] * len(asked) + ["true", '""', '""', '""', ""])
    return "FIRST", [*asked, *outputs, NOTE], rows


def _checks(names: Names) -> Beginning:
    files = [name for name in names if name.origin == "form" and name.kind == "list"]
    paid = next(name for name in names if name.key == "fee_collected")
    column = input_column((files or [paid])[0])
    outputs = [
        GridColumn("output", "項目", "title", "string"),
        GridColumn("output", "適合", "ok", "boolean"),
        GridColumn("output", "説明", "detail", "string"),
    ]
    title = f'"{column.label}"'
    rows = [["true", title, "true", '""', ""], ["not(true)", title, "false", f'"{_("確認できません")}"', ""]]
    return "COLLECT", [column, *outputs, NOTE], rows


def _auto(names: Names) -> Beginning:
    words = (("approve", _("承認する")), ("reject", _("承認しない")), ("human", _("職員が決める")))
    allowed = '"approve", "reject", "human"'
    outcome = GridColumn("output", "扱い", "outcome", "string", allowed, words=words)
    return "FIRST", [_likely(names, "boolean", "number"), outcome, NOTE], [["-", '"human"', ""]]


def _condition(names: Names) -> Beginning:
    result = GridColumn("output", "結果", "value", "boolean", default="false")
    return "UNIQUE", [_likely(names, "boolean", "number"), result, NOTE], [["-", "true", ""]]


_BEGINNINGS: Mapping[str, Callable[[Names], Beginning]] = {
    "fee": _fee, "eligibility": _eligibility, "checks": _checks, "auto": _auto, "condition": _condition,
}  # fmt: skip
