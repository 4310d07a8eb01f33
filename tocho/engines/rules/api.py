"""The door of the rule engine: FEEL expressions and DMN decision tables, compiled once, asked in microseconds.

Eligibility, fees, form conditions, routing, gateways and authority are all written in this one language.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from tocho.engines.rules import edits, presses
from tocho.engines.rules.answer import CITATION, Answer, Fired, shown
from tocho.engines.rules.check import Problem, problems_of
from tocho.engines.rules.coverage import Coverage, Finding, coverage_of, heading
from tocho.engines.rules.decisions import DecisionTable, compile_definitions, top_decision
from tocho.engines.rules.errors import Place, RuleError, TableError
from tocho.engines.rules.faults import Fault, faults_of, names_in
from tocho.engines.rules.feel import expression as feel
from tocho.engines.rules.feel.expression import Expression
from tocho.engines.rules.feel.portable import Tree, bind, encode, portable
from tocho.engines.rules.feel.values import Value, YearsMonths
from tocho.engines.rules.grid import POLICIES, Grid, GridColumn, GridRow, identified, read_grid, read_grids, write_grid
from tocho.engines.rules.grid_page import Asked, ColumnView, GridPage, PolicyView, Version, grid_page
from tocho.engines.rules.merging import Merge, merged
from tocho.engines.rules.pieces import Domain
from tocho.engines.rules.plain import Speech, meant, speech_of, spoken
from tocho.engines.rules.portable_tables import portable_decision
from tocho.engines.rules.reader import read_definitions
from tocho.engines.rules.sheets import (
    KIND_WORDS,
    MAX_BYTES,
    POLICY_WORDS,
    ROLE_WORDS,
    SheetError,
    SheetFault,
    choices_of,
    csv_of,
    excel_of,
    read_csv,
    read_excel,
)
from tocho.engines.rules.workshop import Workshop

__all__ = [
    "CITATION",
    "KIND_WORDS",
    "MAX_BYTES",
    "POLICIES",
    "POLICY_WORDS",
    "ROLE_WORDS",
    "Answer",
    "Asked",
    "ColumnView",
    "Coverage",
    "DecisionTable",
    "Domain",
    "Expression",
    "Fault",
    "Finding",
    "Fired",
    "Grid",
    "GridColumn",
    "GridPage",
    "GridRow",
    "Merge",
    "Place",
    "PolicyView",
    "Problem",
    "RuleError",
    "SheetError",
    "SheetFault",
    "Speech",
    "TableError",
    "Tree",
    "Value",
    "Version",
    "YearsMonths",
    "bind",
    "check_table",
    "choices_of",
    "compile_expression",
    "compile_table",
    "compile_tables",
    "coverage_of",
    "csv_of",
    "edits",
    "encode",
    "excel_of",
    "faults_of",
    "grid_page",
    "heading",
    "identified",
    "meant",
    "merged",
    "names_in",
    "portable_expression",
    "portable_table",
    "presses",
    "read_csv",
    "read_excel",
    "read_grid",
    "read_grids",
    "shown",
    "speech_of",
    "spoken",
    "write_grid",
]

KEPT_FILES = 256

_compiled: OrderedDict[tuple[bytes, str, frozenset[str]], tuple[dict[str, DecisionTable], str | None]] = OrderedDict()


@lru_cache(maxsize=4096)
def compile_expression(text: str, names: tuple[str, ...] = ()) -> Expression:
    """Compiles a FEEL expression (OMG DMN 1.3, clause 10); the same text is compiled once.

    Call the result with the values by name: ``compile_expression("age >= 18")({"age": 20})`` is True. Its ``names``
    are those it uses; a name that is not given is null, and null makes comparisons null (three-valued logic).

    :param names: names that hold signs, such as ``Approved/Declined``; blanks need not be told.
    :raises RuleError: in Japanese, with the position of the fault.
    """
    return feel.compile_expression(text, names=names)


@lru_cache(maxsize=4096)
def portable_expression(text: str) -> Tree | None:
    """The expression as JSON for the browser's interpreter (``feel/portable.py``); None where only the server computes
    it.

    :raises RuleError: the text is no expression.
    """
    return portable(text)


def portable_table(xml: bytes | str, *, offered: Iterable[str] = ()) -> Tree | None:
    """What ``compile_table`` decides with, as JSON for the browser's interpreter: its value, for the same names. None
    where only the server computes it (several outputs, functions of its own, contexts, times of day).

    :raises TableError: the file has faults, or no decision that no other requires.
    """
    definitions = read_definitions(_bytes(xml), file="")
    return portable_decision(definitions, compile_table(xml, offered=offered), offered=offered)


def compile_tables(xml: bytes | str, *, file: str = "") -> dict[str, DecisionTable]:
    """All decisions of a DMN file (1.1 to 1.5) by name; the same file is compiled once, by its SHA-256 digest.

    :param file: the file's name, for messages.
    :raises TableError: in Japanese, naming file, line, rule, column and reason; ``problems`` lists every fault.
    """
    return dict(_compile(xml, file)[0])


def compile_table(
    xml: bytes | str, name: str | None = None, *, file: str = "", offered: Iterable[str] = ()
) -> DecisionTable:
    """One decision of a DMN file: by name or id, else the one that no other decision requires.

    :param offered: names that will be given beside those that its columns look at: its cells may use them too.
    :raises TableError: as ``compile_tables``; also when the name is unknown, or needed and not given.
    """
    tables, top = _compile(xml, file, frozenset(offered))
    if name is None:
        name = top
    for table in tables.values():
        if name in (table.name, table.id):
            return table
    known = "、".join(tables) or "—"
    if name is None:
        raise TableError(_("どの判断を使うか指定してください（%(known)s）。") % {"known": known}, Place(file))
    raise TableError(
        _("「%(name)s」という判断がありません（あるのは %(known)s）。") % {"name": name, "known": known}, Place(file)
    )


def check_table(
    xml: bytes | str,
    *,
    inputs: Iterable[str] | None = None,
    file: str = "",
    domains: Mapping[str, Domain] | None = None,
) -> tuple[Problem, ...]:
    """What an officer should mend before publishing; empty when nothing was found.

    Errors: whatever keeps the file from compiling, names that are not among ``inputs`` (if given), values that an
    allowed list does not hold. Warnings: cases that no rule answers, rules that can match together where they must
    not, rules that are never used, rules without 根拠.

    :param domains: what values an expression (mostly a form field) can have, so that cases that
        cannot come are left out.
    """
    return problems_of(_bytes(xml), inputs=inputs, file=file, domains=domains)


def _bytes(xml: bytes | str) -> bytes:
    return xml.encode() if isinstance(xml, str) else xml


def _compile(
    xml: bytes | str, file: str, offered: frozenset[str] = frozenset()
) -> tuple[dict[str, DecisionTable], str | None]:
    data = _bytes(xml)
    key = hashlib.sha256(data).digest(), file, offered
    found = _compiled.get(key)
    if found is None:
        definitions = read_definitions(data, file=file)
        tables = compile_definitions(definitions, Workshop(definitions, offered=offered))
        found = _compiled[key] = tables, top_decision(definitions)
        while len(_compiled) > KEPT_FILES:
            _compiled.popitem(last=False)
    return found
