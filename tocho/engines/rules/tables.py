"""Decision tables at work: cells and outputs compiled, hit policies applied (DMN 1.3, clause 8.2.8)."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from django.utils.translation import gettext as _

from tocho.engines.rules.answer import Answer, Fired, Wording
from tocho.engines.rules.cells import CellIndex
from tocho.engines.rules.errors import Place, TableError
from tocho.engines.rules.feel.code import Run
from tocho.engines.rules.feel.functions.collections import max_, min_, sum_
from tocho.engines.rules.feel.values import Scope, Value, equal, feel_value

logger = logging.getLogger(__name__)

Row = Callable[[Scope], dict[str, Value]]
AGGREGATES: dict[str, Callable[..., Value]] = {"SUM": sum_, "MIN": min_, "MAX": max_}


@dataclass(frozen=True, slots=True)
class Column:
    """An input column: heading, the expression as written, its code, and its cells."""

    label: str
    expression: str
    kind: str
    run: Run
    cells: CellIndex


@dataclass(frozen=True, slots=True)
class TableLogic:
    """A compiled decision table. ``rows`` gives the outputs of the rule of that index, ``ranks`` orders outputs."""

    name: str
    place: Place
    hit_policy: str
    aggregation: str
    columns: tuple[Column, ...]
    outputs: tuple[str, ...]
    wording: Wording
    rules: tuple[Fired, ...]
    rows: tuple[Row, ...]
    default: Row | None
    ranks: tuple[tuple[str, list[Value]], ...]

    def decide(self, scope: Scope) -> Answer:
        """The answer for the values in scope.

        :raises TableError: when the table contradicts itself (UNIQUE, ANY).
        """
        mask = (1 << len(self.rules)) - 1
        inputs = []
        for column in self.columns:
            value = column.run(scope)
            inputs.append((column.label, value))
            if mask:
                mask &= column.cells.rules(value, scope)
        given = tuple(inputs)
        return POLICIES[self.hit_policy](self, mask, scope, given)

    # --- one rule decides

    def unique(self, mask: int, scope: Scope, inputs: "Inputs") -> Answer:
        """UNIQUE: no two rules may match."""
        if mask & (mask - 1):
            self.contradict(_("二つ以上の規則が同時に当てはまりました（UNIQUE は一つだけ）。"), mask, inputs)
        return self.single(mask.bit_length() - 1, scope, inputs)

    def first(self, mask: int, scope: Scope, inputs: "Inputs") -> Answer:
        """FIRST: the first in the order of the table."""
        return self.single((mask & -mask).bit_length() - 1, scope, inputs)

    def agreed(self, mask: int, scope: Scope, inputs: "Inputs") -> Answer:
        """ANY: all that match must agree; all of them are named as fired."""
        rows = [self.rows[index](scope) for index in indexes(mask)]
        if any(equal(rows[0], row) is not True for row in rows[1:]):
            self.contradict(_("当てはまった規則の出力が一致しません（ANY はすべて同じ）。"), mask, inputs)
        answer = self.single(mask.bit_length() - 1, scope, inputs)
        return self.answer(rows[0], self.fired(mask), inputs) if rows else answer

    def priority(self, mask: int, scope: Scope, inputs: "Inputs") -> Answer:
        """PRIORITY: the one whose output stands first among the output values."""
        ordered = self.ordered(mask, scope)
        return self.answer(*ordered[0], inputs) if ordered else self.single(-1, scope, inputs)

    def single(self, index: int, scope: Scope, inputs: "Inputs") -> Answer:
        """The answer of the rule of that index; of none (-1), the default."""
        if index >= 0:
            return self.answer(self.rows[index](scope), (self.rules[index],), inputs)
        if self.default is not None:
            return self.answer(self.default(scope), (), inputs)
        return Answer(self.name, dict.fromkeys(self.outputs), (), None, inputs, self.wording)

    def answer(self, row: dict[str, Value], fired: "Fires", inputs: "Inputs") -> Answer:
        """An answer with one set of outputs."""
        return Answer(self.name, row, fired, self.value(row), inputs, self.wording)

    # --- several rules answer

    def collect(self, mask: int, scope: Scope, inputs: "Inputs") -> Answer:
        """COLLECT and RULE ORDER: all, in the order of the table; with an aggregation, one figure of them."""
        rows = [self.rows[index](scope) for index in indexes(mask)]
        if not self.aggregation:
            return self.several(rows, self.fired(mask), scope, inputs)
        (name,) = self.outputs
        figures = [row[name] for row in rows]
        figure = feel_value(len(figures)) if self.aggregation == "COUNT" else AGGREGATES[self.aggregation](figures)
        if not rows and self.default is not None:
            return self.single(-1, scope, inputs)
        return Answer(self.name, {name: figure}, self.fired(mask), figure, inputs, self.wording)

    def output_order(self, mask: int, scope: Scope, inputs: "Inputs") -> Answer:
        """OUTPUT ORDER: all, in the order of the output values."""
        ordered = self.ordered(mask, scope)
        fired = tuple(rule for _row, fires in ordered for rule in fires)
        return self.several([row for row, _fires in ordered], fired, scope, inputs)

    def several(self, rows: list[dict[str, Value]], fired: "Fires", scope: Scope, inputs: "Inputs") -> Answer:
        """An answer with a list of outputs."""
        if not rows and self.default is not None:
            rows = [self.default(scope)]
        return Answer(self.name, rows, fired, [self.value(row) for row in rows], inputs, self.wording)

    # --- shared

    def value(self, row: dict[str, Value]) -> Value:
        """A row without its name, when the table has one output."""
        return row[self.outputs[0]] if len(self.outputs) == 1 else row

    def fired(self, mask: int) -> "Fires":
        """The rules of a mask."""
        return tuple(self.rules[index] for index in indexes(mask))

    def ordered(self, mask: int, scope: Scope) -> list[tuple[dict[str, Value], "Fires"]]:
        """The rows of a mask with their rule, by output values; equal ones in the order of the table."""
        pairs = [(self.rows[index](scope), (self.rules[index],)) for index in indexes(mask)]
        return sorted(pairs, key=lambda pair: [rank_of(pair[0][name], values) for name, values in self.ranks])

    def contradict(self, reason: str, mask: int, inputs: "Inputs") -> NoReturn:
        """Logs and raises that the table is at odds with itself, naming the rules and the inputs."""
        rules = "、".join(str(fired.number) for fired in self.fired(mask))
        logger.error("table %s contradicts itself: rules %s", self.name, rules)
        reason += _("規則: %(rules)s。") % {"rules": rules}
        raise TableError(reason, Place(self.place.file, self.place.line, self.name))


Inputs = tuple[tuple[str, Value], ...]
Fires = tuple[Fired, ...]
POLICIES: dict[str, Callable[[TableLogic, int, Scope, Inputs], Answer]] = {
    "UNIQUE": TableLogic.unique,
    "FIRST": TableLogic.first,
    "ANY": TableLogic.agreed,
    "PRIORITY": TableLogic.priority,
    "COLLECT": TableLogic.collect,
    "RULE ORDER": TableLogic.collect,
    "OUTPUT ORDER": TableLogic.output_order,
}


def indexes(mask: int) -> Iterator[int]:
    """The indexes of the set bits, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def rank_of(value: Value, values: list[Value]) -> int:
    """The place of a value among the output values; those not listed come last."""
    for rank, listed in enumerate(values):
        if equal(listed, value) is True:
            return rank
    return len(values)
