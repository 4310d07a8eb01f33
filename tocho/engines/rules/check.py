"""What is wrong with a DMN file before it is published, beyond what keeps it from compiling."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocho.engines.rules.coverage import coverage_of
from tocho.engines.rules.decisions import DecisionTable, compile_definitions
from tocho.engines.rules.errors import Place, TableError
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.parser import parse_tests
from tocho.engines.rules.grid import read_grids
from tocho.engines.rules.model import Definitions, TableBox
from tocho.engines.rules.pieces import Domain
from tocho.engines.rules.reader import read_definitions
from tocho.engines.rules.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where, what to mend, and whether it forbids publishing or only asks for a second look."""

    place: Place
    message: str
    is_error: bool = True

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}: {self.message}" if where else self.message


def problems_of(
    xml: bytes, *, inputs: Iterable[str] | None, file: str, domains: Mapping[str, Domain] | None = None
) -> tuple[Problem, ...]:
    """All findings of a file, in the order: faults, values not allowed, gaps and overlaps, missing citations.

    :param inputs: the names that will be given when the table is asked; None leaves names unchecked.
    :param domains: what is known of the values of an input column, by its expression.
    """
    try:
        definitions = read_definitions(xml, file=file)
        workshop = Workshop(definitions, inputs=None if inputs is None else frozenset(inputs))
        tables = compile_definitions(definitions, workshop)
    except TableError as error:
        return tuple(Problem(problem.place, problem.reason) for problem in error.problems)
    found = [*_not_allowed(definitions)]
    for grid in read_grids(xml, file=file):
        table = tables.get(grid.name)
        lines = {rule.number: rule.line for rule in table.rules} if table else {}
        for finding in coverage_of(grid, domains=domains, names=workshop.declared).findings:
            row = finding.rows[0] if finding.rows else None
            found.append(Problem(Place(file, lines.get(row or 0), grid.name, row), finding.message, is_error=False))
    for table in tables.values():
        found += _uncited(table, file)
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


def _uncited(table: DecisionTable, file: str) -> Iterator[Problem]:
    """Rules without 根拠, in a table where others have it."""
    if not any(rule.citation for rule in table.rules):
        return
    for rule in table.rules:
        if not rule.citation:
            message = _("この規則に根拠が書かれていません。")
            yield Problem(Place(file, rule.line, table.name, rule.number), message, is_error=False)
