"""Tables as spreadsheets: one sheet a table, its head in ten rows, then one row a rule. Excel out and in, CSV too.

What is read back is what was written, ids included (they stand in a hidden row and column). A code that has a word is
shown as the word. A file is taken whole or not at all: every fault is named by sheet, row and column.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocho.engines.rules.faults import Fault
from tocho.engines.rules.grid import ROLES, Grid, GridColumn, GridRow, Role
from tocho.engines.rules.plain import literal
from tocho.lib.csvfile import csv_chunks, guarded_cell, unguarded
from tocho.lib.workbook import WorkbookRefused, read_workbook

HEAD = ("種類", "見出し", "式・名前", "型", "選べる値", "値の呼び方", "既定の値", "列の識別子")
TITLE, POLICY, IDENTITY = "表", "当てはめ方", "規則の識別子"
ROLE_WORDS: Mapping[Role, str] = {
    "input": gettext_noop("条件"),
    "output": gettext_noop("結果"),
    "note": gettext_noop("備考"),
}
KIND_WORDS = {
    "string": gettext_noop("文字"),
    "number": gettext_noop("数"),
    "boolean": gettext_noop("はい・いいえ"),
    "date": gettext_noop("日付"),
}
POLICY_WORDS = {
    "UNIQUE": gettext_noop("当てはまる規則は一つだけ"),
    "FIRST": gettext_noop("上から最初の規則"),
    "ANY": gettext_noop("どれでも結果は同じ"),
    "PRIORITY": gettext_noop("結果の優先順位が高い規則"),
    "COLLECT": gettext_noop("当てはまる規則すべて"),
    "COLLECT SUM": gettext_noop("すべての合計"),
    "COLLECT MIN": gettext_noop("いちばん小さい値"),
    "COLLECT MAX": gettext_noop("いちばん大きい値"),
    "COLLECT COUNT": gettext_noop("当てはまる数"),
    "RULE ORDER": gettext_noop("すべて（規則の順）"),
    "OUTPUT ORDER": gettext_noop("すべて（結果の優先順位の順）"),
}
HELP_SHEET, CHOICE_SHEET = "書き方", "選択肢"
FIRST_RULE = len(HEAD) + 2  # index of the row of the first rule
MOST_SHEETS = 30
MAX_BYTES, MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 5_000_000, 3000, 60, 4000
Matrix = list[list[str]]


@dataclass(frozen=True, slots=True)
class SheetFault:
    """A fault of a spreadsheet: the sheet's name, the row from 1, the column as a spreadsheet names it."""

    sheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = [
            _("シート「%(sheet)s」") % {"sheet": self.sheet} if self.sheet else "",
            _("%(row)s行目") % {"row": self.row} if self.row else "",
            _("%(column)s列") % {"column": self.column} if self.column else "",
        ]
        place = " ".join(part for part in where if part)
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table as it was read, with the rows of its sheet that the rules stand in (from 1) and the sheet's columns of
    the grid's columns (from 0)."""

    grid: Grid
    sheet: str
    rule_rows: tuple[int, ...] = ()
    places: tuple[int, ...] = ()

    def place(self, fault: Fault) -> SheetFault:
        """Where in the sheet a fault of the grid stands."""
        part = {"text": 5, "allowed": 7, "default": 9}.get(fault.part, 4)
        row = self.rule_rows[fault.row - 1] if fault.row else part
        if fault.column is None:
            return SheetFault(self.sheet, 2, "B", fault.message)
        return SheetFault(self.sheet, row, column_name(self.places[fault.column]), fault.message)


class SheetError(ValueError):
    """A file of which nothing was taken; ``faults`` lists every reason."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__(str(faults[0]))
        self.faults = tuple(faults)


def column_name(index: int) -> str:
    """The name of a column counted from 0: A, B, … Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


# --- out


def matrix_of(grid: Grid) -> Matrix:
    """A table as rows of texts: title, hit policy, eight rows of the columns' heads, then the rules."""
    columns = grid.columns
    heads = [
        [ROLE_WORDS[column.role] for column in columns],
        [column.label for column in columns],
        [column.text for column in columns],
        [KIND_WORDS.get(column.kind, column.kind) for column in columns],
        [column.allowed for column in columns],
        ["\n".join(f"{_escaped(value)}={word}" for value, word in column.words) for column in columns],
        [column.default for column in columns],
        [column.id for column in columns],
    ]
    rows = [[TITLE, grid.name, IDENTITY.replace("規則", "表"), grid.id], [POLICY, grid.policy]]
    rows += [[name, *texts, ""] for name, texts in zip(HEAD, heads, strict=True)]
    rows[2][-1] = IDENTITY
    words = [{literal(value, column.kind): word for value, word in column.words} for column in columns]
    for number, row in enumerate(grid.rows, 1):
        cells = [shown.get(text, text) for text, shown in zip(row.cells, words, strict=True)]
        rows.append([str(number), *cells, row.id])
    return rows


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("=", "\\=").replace("\n", "\\n")


def csv_of(grid: Grid, *, encoding: str = "utf-8") -> bytes:
    """A table as CSV, in UTF-8 with byte order mark or in cp932; no text runs as a formula."""
    first, *rest = [[guarded_cell(text) for text in row] for row in matrix_of(grid)]
    return b"".join(csv_chunks(first, rest, encoding=encoding))


def excel_of(grids: Iterable[Grid]) -> bytes:
    """A workbook with one sheet a table, lists to choose from, and a sheet that says how to fill them in."""
    import xlsxwriter  # heavy, and most processes never write Excel

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    writer = _BookWriter(book)
    for number, grid in enumerate(grids, 1):
        writer.write(grid, number)
    writer.finish()
    book.close()
    return file.getvalue()


class _BookWriter:
    """Writes the sheets of one workbook; lists of choices stand in a hidden sheet, for they may be long."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.lists: list[list[str]] = []
        look = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#c8c8cb", "num_format": "@"}
        self.cell = book.add_format(look)
        self.head = book.add_format({**look, "bold": True, "bg_color": "#e8f1fe"})
        self.result = book.add_format({**look, "bold": True, "bg_color": "#e6f5ec"})
        self.name = book.add_format({**look, "bold": True, "bg_color": "#f2f2f2"})

    def write(self, grid: Grid, number: int) -> None:
        sheet = self.book.add_worksheet(sheet_name(grid.name, number))
        matrix = matrix_of(grid)
        for at, texts in enumerate(matrix):
            for place, text in enumerate(texts):
                sheet.write_string(at, place, text, self.look(grid, at, place))
        sheet.freeze_panes(FIRST_RULE, 1)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, len(grid.columns), 24)
        sheet.set_column(len(grid.columns) + 1, len(grid.columns) + 1, 12, None, {"hidden": True})
        sheet.set_row(FIRST_RULE - 1, None, None, {"hidden": True})
        self.validate(sheet, 1, 1, [f"{key}（{word}）" for key, word in POLICY_WORDS.items()])
        for place, column in enumerate(grid.columns, 1):
            self.validate(sheet, 2, place, list(ROLE_WORDS.values()))
            self.validate(sheet, 5, place, list(KIND_WORDS.values()))
            choices = choices_of(column)
            if choices:
                self.validate(sheet, FIRST_RULE, place, choices, last=MAX_ROWS - 1)

    def look(self, grid: Grid, at: int, place: int) -> Any:
        """The format of a cell: names at the left, conditions blue, results green."""
        if place == 0:
            return self.name
        if 2 <= at < FIRST_RULE and place <= len(grid.columns):
            return self.result if grid.columns[place - 1].role == "output" else self.head
        return self.cell

    def validate(self, sheet: Any, row: int, column: int, choices: list[str], *, last: int | None = None) -> None:
        """Offers choices; other texts stay possible."""
        if choices not in self.lists:
            self.lists.append(choices)
        name = column_name(self.lists.index(choices))
        source = f"='{CHOICE_SHEET}'!${name}$1:${name}${len(choices)}"
        sheet.data_validation(
            row, column, last or row, column, {"validate": "list", "source": source, "show_error": False}
        )

    def finish(self) -> None:
        self.explain()
        sheet = self.book.add_worksheet(CHOICE_SHEET)
        for place, choices in enumerate(self.lists):
            for row, text in enumerate(choices):
                sheet.write_string(row, place, text)
        sheet.hide()

    def explain(self) -> None:
        """The sheet that says how to fill in the others."""
        sheet = self.book.add_worksheet(HELP_SHEET)
        sheet.set_column(0, 0, 26, self.name)
        sheet.set_column(1, 1, 90, self.cell)
        for row, (name, text) in enumerate(_help()):
            sheet.write_string(row, 0, name, self.name)
            sheet.write_string(row, 1, text, self.cell)


def _help() -> list[tuple[str, str]]:
    """How to fill in a sheet, line by line."""
    return [
        (_("規則"), _("11行目から、1行に1つの規則を書きます。行の入替え・追加・削除は自由です。")),
        (_("条件の欄"), _("10以上、10未満、1～10、「車」、「車」以外、はい、いいえ のように書けます。")),
        (_("FEEL で書くとき"), _('>= 10、< 10、[1..10]、"車"、not("車")、true、false')),
        (_("問わない条件"), "-"),
        (_("結果の欄"), _('数、文字（"…"）、はい・いいえ、または式（400 * copies）を書きます。')),
        (_("値の呼び方"), _("コード=呼び方 を1行に1つ書くと、欄に呼び方で書けます。")),
        (_("根拠"), _("規則が拠る条文を書くと、判断の理由と一緒に示されます。")),
        (_("隠した行と列"), _("識別子です。消しても困りませんが、残すと規則の履歴がつながります。")),
        *((f"{POLICY}: {key}", word) for key, word in POLICY_WORDS.items()),
    ]


def choices_of(column: GridColumn) -> list[str]:
    """What a cell of the column may well hold: the words of its codes, else the listed values; 「-」 in conditions."""
    if column.role == "note":
        return []
    found = [word for _value, word in column.words] or re.findall(r'"(?:[^"\\]|\\.)*"', column.allowed)
    if column.kind == "boolean" and not found:
        found = ["true", "false"]
    return [*found, "-"] if found and column.role == "input" else found


def sheet_name(name: str, number: int) -> str:
    """A name that a workbook takes: at most 31 signs, none of them reserved, different from all others."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name)
    return f"{number} {plain}"[:31].strip().strip("'")


# --- in


def read_excel(data: bytes) -> tuple[SheetTable, ...]:
    """The tables of a workbook (xlsx, xls, ods), as ``excel_of`` lays them out.

    :raises SheetError: with every fault; then nothing is taken.
    """
    if len(data) > MAX_BYTES:
        raise SheetError([SheetFault("", 0, "", _("ファイルが大きすぎます（上限5MB）。"))])
    try:
        book = read_workbook(data, most_sheets=MOST_SHEETS)
    except WorkbookRefused as error:
        raise SheetError([SheetFault("", 0, "", _("Excel のファイルとして読めません。"))]) from error
    sheets = {name: rows for name, rows in book.items() if name not in (HELP_SHEET, CHOICE_SHEET)}
    return read_matrices({name: [[_cell(value) for value in row] for row in rows] for name, rows in sheets.items()})


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932")


def read_csv(data: bytes) -> tuple[SheetTable, ...]:
    """The table of a CSV file in UTF-8 or cp932, as ``csv_of`` lays it out.

    :raises SheetError: with every fault; then nothing is taken.
    """
    if len(data) > MAX_BYTES:
        raise SheetError([SheetFault("", 0, "", _("ファイルが大きすぎます（上限5MB）。"))])
    unreadable = SheetError([SheetFault("", 0, "", _("文字コードは UTF-8 か Shift_JIS にしてください。"))])
    try:
        text = _decoded(data)
    except UnicodeDecodeError as error:
        raise unreadable from error
    if "\0" in text:
        raise unreadable
    try:
        rows = [[unguarded(text) for text in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise SheetError([SheetFault("", 0, "", _("CSV のファイルとして読めません。"))]) from error
    return read_matrices({"": rows})


def _cell(value: object) -> str:
    """A cell of a spreadsheet as FEEL would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return f'date("{value.date().isoformat()}")' if is_day else f'date and time("{value.isoformat()}")'
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return str(value).replace("\r\n", "\n").strip()


def read_matrices(sheets: Mapping[str, Matrix]) -> tuple[SheetTable, ...]:
    """The tables of sheets that are read as rows of texts; sheets that are empty are passed over.

    :raises SheetError: with every fault of every sheet.
    """
    readers = [_SheetReader(name, rows) for name, rows in sheets.items() if any(map(any, rows))]
    tables = [reader.table() for reader in readers]
    faults = [fault for reader in readers for fault in reader.faults]
    seen: set[str] = set()
    for table in tables:
        if table.grid.id in seen:
            faults.append(SheetFault(table.sheet, 1, "D", _("同じ識別子の表が二つあります。")))
        seen |= {table.grid.id} - {""}
    if not tables:
        faults.append(SheetFault("", 0, "", _("表のシートがありません。")))
    if faults:
        raise SheetError(faults)
    return tuple(tables)


class _SheetReader:
    """Reads one sheet; faults are collected, not raised."""

    def __init__(self, sheet: str, rows: Matrix) -> None:
        self.sheet = sheet
        self.rows = rows
        self.faults: list[SheetFault] = []

    def note(self, row: int, column: int, message: str) -> None:
        """A fault at a row and column counted from 0."""
        self.faults.append(SheetFault(self.sheet, row + 1, column_name(column), message))

    def at(self, row: int, column: int) -> str:
        line = self.rows[row] if row < len(self.rows) else []
        return line[column].strip() if column < len(line) else ""

    def table(self) -> SheetTable:
        for row, wanted in enumerate((TITLE, POLICY, *HEAD)):
            if self.at(row, 0) != wanted:
                message = _("ここには「%(wanted)s」とあるはずです。書き出したファイルの形を変えないでください。")
                self.note(row, 0, message % {"wanted": wanted})
        width = max(map(len, self.rows))
        if len(self.rows) > MAX_ROWS or width > MAX_COLUMNS:
            message = _("表が大きすぎます（%(rows)s行、%(columns)s列まで）。")
            self.note(0, 0, message % {"rows": MAX_ROWS, "columns": MAX_COLUMNS})
        if self.faults:
            return SheetTable(Grid("", "", "UNIQUE", (), ()), self.sheet)
        identity = next((place for place in range(1, width) if self.at(2, place) == IDENTITY), width)
        places = [place for place in range(1, width) if place != identity and self.is_used(place)]
        columns = [(place, self.column(place)) for place in places]
        columns.sort(key=lambda pair: ROLES.index(pair[1].role))
        rules = [row for row in range(FIRST_RULE, len(self.rows)) if any(map(str.strip, self.rows[row]))]
        rows = [self.rule(row, columns, identity) for row in rules]
        heads = tuple(column for _place, column in columns)
        grid = Grid(self.at(0, 3), self.title(), self.policy(), heads, tuple(rows))
        if not grid.places("output"):
            self.note(2, 1, _("「結果」の列が一つは必要です。"))
        return SheetTable(grid, self.sheet, tuple(row + 1 for row in rules), tuple(place for place, _column in columns))

    def is_used(self, place: int) -> bool:
        """Whether a column holds anything below the two rows of the table's own head."""
        return any(self.at(row, place) for row in range(2, len(self.rows)))

    def title(self) -> str:
        if not self.at(0, 1):
            self.note(0, 1, _("表の名前を書いてください。"))
        return self.at(0, 1)

    def policy(self) -> str:
        text = self.at(1, 1)
        named = re.split("[（(]", text)[0].strip().upper()
        by_word = {word: key for key, word in POLICY_WORDS.items()}
        found = named if named in POLICY_WORDS else by_word.get(text, "")
        if not found:
            self.note(1, 1, _("当てはめ方は一覧から選んでください。"))
        return found or "UNIQUE"

    def column(self, place: int) -> GridColumn:
        role = next((key for key, word in ROLE_WORDS.items() if word == self.at(2, place)), None)
        if role is None:
            self.note(2, place, _("列の種類は「条件」「結果」「備考」のどれかです。"))
        kind = next((key for key, word in KIND_WORDS.items() if word == self.at(5, place)), self.at(5, place))
        if not re.fullmatch(r"[A-Za-z][\w :.]*|", kind):
            self.note(5, place, _("型は「文字」「数」「はい・いいえ」「日付」のどれかです。"))
        words = tuple(self.words(place))
        texts = [self.at(row, place) for row in (3, 4, 6, 8, 9)]
        return GridColumn(role or "note", texts[0], texts[1], kind, texts[2], texts[3], words, texts[4])

    def words(self, place: int) -> Iterable[tuple[str, str]]:
        for text in filter(None, self.at(7, place).split("\n")):
            value, sign, word = _split(text)
            if not sign:
                self.note(7, place, _("「コード=呼び方」の形で書いてください。"))
            yield value, word.strip()

    def rule(self, row: int, columns: Sequence[tuple[int, GridColumn]], identity: int) -> GridRow:
        cells = []
        for place, column in columns:
            text = self.at(row, place)
            if len(text) > MAX_TEXT:
                self.note(row, place, _("長すぎます（%(count)s文字まで）。") % {"count": MAX_TEXT})
            codes = {word: literal(value, column.kind) for value, word in column.words}
            cells.append(codes.get(text, text))
        return GridRow(tuple(cells), self.at(row, identity))


def _split(text: str) -> tuple[str, str, str]:
    """``code=word``, where the code may hold an escaped equals sign."""
    found = re.match(r"((?:[^=\\]|\\.)*)(=?)(.*)", text, re.DOTALL)
    assert found is not None
    value = re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], found[1])
    return value, found[2], found[3]
