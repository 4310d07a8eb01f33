"""What is wrong with a DMN file before it is published, beyond what keeps it from compiling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocho.engines.rules.decisions import DecisionTable, compile_definitions
from tocho.engines.rules.errors import Place, TableError
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.parser import parse_tests
from tocho.engines.rules.model import Definitions, TableBox
from tocho.engines.rules.reader import read_definitions
from tocho.engines.rules.tables import TableLogic, indexes
from tocho.engines.rules.workshop import Workshop

MAX_OVERLAPS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where, what to mend, and whether it forbids publishing or only asks for a second look."""

    place: Place
    message: str
    is_error: bool = True

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}: {self.message}" if where else self.message


def problems_of(xml: bytes, *, inputs: Iterable[str] | None, file: str) -> tuple[Problem, ...]:
    """All findings of a file, in the order: faults, values not allowed, overlaps, missing citations.

    :param inputs: the names that will be given when the table is asked; None leaves names unchecked.
    """
    try:
        definitions = read_definitions(xml, file=file)
        workshop = Workshop(definitions, inputs=None if inputs is None else frozenset(inputs))
        tables = compile_definitions(definitions, workshop)
    except TableError as error:
        return tuple(Problem(problem.place, problem.reason) for problem in error.problems)
    found = [*_not_allowed(definitions)]
    for table in tables.values():
        found += [*_overlaps(table), *_uncited(table, file)]
    return tuple(found)


def _not_allowed(definitions: Definitions) -> Iterator[Problem]:
    """Constants in cells that the column's list of input values does not hold: mostly a slip of the pen."""
    for element in definitions.decisions:
        if not isinstance(element.logic, TableBox):
            continue
        for index, clause in enumerate(element.logic.inputs):
            allowed = clause.allowed and Compiler().tests(parse_tests(clause.allowed.text))
            if not allowed or allowed.constants is None:
                continue
            for row in element.logic.rules:
                text = row.inputs[index]
                test = Compiler().tests(parse_tests(text.text))
                for value in test.constants or ():
                    if type(value) is str and allowed.run(value, {}) is not True:
                        place = Place(definitions.file, text.line, element.name, row.number, clause.label)
                        yield Problem(place, _("「%(value)s」は入力値の一覧にありません。") % {"value": value})


def _overlaps(table: DecisionTable) -> Iterator[Problem]:
    """Pairs of rules of a UNIQUE table that some input satisfies together, as far as regions of constants tell."""
    logic = table.steps[-1].logic
    if not isinstance(logic, TableLogic) or logic.hit_policy != "UNIQUE":
        return
    together = [(1 << len(logic.rules)) - 1] * len(logic.rules)
    for column in logic.columns:
        reach = [0] * len(logic.rules)
        for mask in column.cells.region_masks():
            for index in indexes(mask):
                reach[index] |= mask
        together = [before & now for before, now in zip(together, reach, strict=True)]
    pairs = [(a, b) for a, mask in enumerate(together) for b in indexes(mask) if a < b]
    for a, b in pairs[:MAX_OVERLAPS]:
        first, second = logic.rules[a], logic.rules[b]
        message = _("規則%(first)sと同時に当てはまる入力があります（UNIQUE は一つだけ）。") % {"first": first.number}
        yield Problem(Place(logic.place.file, second.line, table.name, second.number), message, is_error=False)


def _uncited(table: DecisionTable, file: str) -> Iterator[Problem]:
    """Rules without 根拠, in a table where others have it."""
    if not any(rule.citation for rule in table.rules):
        return
    for rule in table.rules:
        if not rule.citation:
            message = _("この規則に根拠が書かれていません。")
            yield Problem(Place(file, rule.line, table.name, rule.number), message, is_error=False)
