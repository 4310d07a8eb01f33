"""Compiling the texts of one DMN file: every fault is noted with its place, so that an officer mends them in one go."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tocho.engines.rules.errors import Place, RuleError, TableError
from tocho.engines.rules.feel.code import Code, Run, Test, constant
from tocho.engines.rules.feel.compiler import Compiler
from tocho.engines.rules.feel.functions import conversion, times
from tocho.engines.rules.feel.parser import parse_expression, parse_tests
from tocho.engines.rules.feel.tokens import Names
from tocho.engines.rules.feel.unary import ANYTHING
from tocho.engines.rules.feel.values import Scope, Value, YearsMonths
from tocho.engines.rules.model import Definitions, Text

# How text is read where a type is declared: answers of forms and process data come as JSON, which has no dates.
READERS: dict[str, Callable[[str], Decimal | date | time | datetime | timedelta | YearsMonths | None]] = {
    "number": conversion.number,
    "date": times.parse_date,
    "time": times.parse_time,
    "dateTime": times.parse_date_and_time,
    "date and time": times.parse_date_and_time,
    "dayTimeDuration": times.parse_duration,
    "days and time duration": times.parse_duration,
    "yearMonthDuration": times.parse_duration,
    "years and months duration": times.parse_duration,
}


class Workshop:
    """The tools for one file. ``known`` is None when the file declares no input data: then any name may occur in the
    columns of a table, and in its cells what its columns name and what is ``offered`` to it."""

    def __init__(
        self, definitions: Definitions, *, inputs: Collection[str] | None = None, offered: Collection[str] = ()
    ) -> None:
        declared = {*definitions.inputs} if inputs is None else {*inputs}
        results = {decision.variable for decision in definitions.decisions}
        self.file = definitions.file
        self.functions = frozenset(element.name for element in definitions.knowledge)
        self.declared = frozenset(declared | results | self.functions | {*offered})
        self.known: frozenset[str] | None = self.declared if declared else None
        self.names = Names(self.declared | definitions.components)
        self.problems: list[TableError] = []

    def expression(self, text: Text, place: Place, *, known: Collection[str] | None) -> tuple[Code, frozenset[str]]:
        """The code of an expression and the names it uses; null where it has a fault."""
        compiler = Compiler(text.text, functions=self.functions, known=known)
        try:
            return compiler.compile(parse_expression(text.text, self.names)), frozenset(compiler.names)
        except RuleError as error:
            self.note(error, place)
            return constant(None), frozenset()

    def tests(self, text: Text, place: Place, *, known: Collection[str] | None) -> tuple[Test, frozenset[str]]:
        """The code of a cell and the names it uses; anything passes where it has a fault."""
        compiler = Compiler(text.text, functions=self.functions, known=known)
        try:
            return compiler.tests(parse_tests(text.text, self.names)), frozenset(compiler.names)
        except RuleError as error:
            self.note(error, place)
            return ANYTHING, frozenset()

    def note(self, error: RuleError, place: Place) -> None:
        """Keeps a fault together with where it stands."""
        self.problems.append(TableError(error.reason, place, text=error.text, position=error.position))

    def finish(self) -> None:
        """:raises TableError: holding every fault that was noted."""
        if self.problems:
            raise TableError.of(self.problems)


def reader_of(kind: str) -> Callable[[str], Value] | None:
    """How text is read for a declared type (typeRef); None where it stays text."""
    return READERS.get(kind.rpartition(":")[2])


def typed(run: Run, kind: str) -> Run:
    """The code, with text read as the declared type; what cannot be read becomes null."""
    read = reader_of(kind)
    if read is None:
        return run

    def converted(scope: Scope) -> Value:
        value = run(scope)
        return read(value) if type(value) is str else value

    return converted
