"""Decisions ready to be asked, with the decisions they require (DMN 1.3, clause 6) worked out first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from tocho.engines.rules.answer import Answer, Fired
from tocho.engines.rules.build import build_box, build_table
from tocho.engines.rules.errors import Place, RuleError, TableError
from tocho.engines.rules.feel.values import Function, Scope, Value
from tocho.engines.rules.model import DecisionElement, Definitions, TableBox
from tocho.engines.rules.tables import TableLogic
from tocho.engines.rules.workshop import Workshop, reader_of


@dataclass(frozen=True, slots=True)
class Input:
    """What a table asks for in one column: its heading, the expression and the declared type."""

    label: str
    expression: str
    kind: str


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """One decision of a DMN file, compiled: mostly a table, else an expression (then without rules and hit policy).

    ``names`` are the inputs it needs, those of the decisions it requires included. It holds no state.
    """

    name: str
    id: str
    hit_policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    rules: tuple[Fired, ...]
    names: frozenset[str]
    steps: tuple["Step", ...] = field(repr=False)
    functions: dict[str, Function] = field(repr=False)
    readers: tuple[tuple[str, Callable[[str], Value]], ...] = field(repr=False)

    def decide(self, context: Mapping[str, object]) -> Answer:
        """The answer for these inputs; names that are missing are null.

        Text given for an input declared as number, date, time or duration is read as one, since JSON has no dates.
        :raises TableError: when the table contradicts itself: two rules match in UNIQUE, or disagree in ANY.
        :raises RuleError: when an expression takes too many steps.
        """
        try:
            scope = self._scope(context)
            if len(self.steps) == 1:
                return self.steps[0].decide(scope)
            return self._in_steps({**scope})
        except RecursionError:
            raise RuleError(_("「%(name)s」の計算が終わりません。") % {"name": self.name}) from None

    def _scope(self, context: Mapping[str, object]) -> Scope:
        read = {name: reader(text) for name, reader in self.readers if type(text := context.get(name)) is str}
        return {**context, **self.functions, **read} if read or self.functions else context

    def _in_steps(self, scope: dict[str, Value]) -> Answer:
        answers: dict[str, Answer] = {}
        for step in self.steps:
            required = tuple(answers[name] for name in step.requires)
            answer = answers[step.variable] = step.decide(scope, required)
            scope[step.variable] = answer.value
        return answer


@dataclass(frozen=True, slots=True)
class Step:
    """One decision on the way: its logic, the name its value gets, and the steps whose values it uses."""

    variable: str
    logic: TableLogic | Callable[[Scope], Value]
    names: frozenset[str]
    requires: tuple[str, ...] = ()

    def decide(self, scope: Scope, required: tuple[Answer, ...] = ()) -> Answer:
        """The answer of this decision alone."""
        if not isinstance(self.logic, TableLogic):
            value = self.logic(scope)
            return Answer(self.variable, {self.variable: value}, (), value, required=required, from_table=False)
        answer = self.logic.decide(scope)
        if not required:
            return answer
        return replace(answer, required=required)


def compile_definitions(definitions: Definitions, workshop: Workshop | None = None) -> dict[str, DecisionTable]:
    """All decisions of a file by name, in its order.

    :raises TableError: holding every fault of the file.
    """
    workshop = workshop or Workshop(definitions)
    functions: dict[str, Function] = {}
    for knowledge in definitions.knowledge:
        code, _names = build_box(knowledge.function, knowledge.name, workshop, known=workshop.known)
        functions[knowledge.name] = code.run(functions)  # the scope of each is this dict: they may call each other
    elements = {element.id or element.name: element for element in definitions.decisions}
    orders = {key: order_of(key, elements, definitions.file) for key in elements}
    steps = {key: _step(element, elements, workshop) for key, element in elements.items()}
    workshop.finish()
    tables = {}
    for key, element in elements.items():
        if element.name in tables:
            raise TableError(_("同じ名前の判断が二つあります。"), Place(definitions.file, element.line, element.name))
        tables[element.name] = _table(element, [steps[each] for each in orders[key]], definitions, functions)
    return tables


def top_decision(definitions: Definitions) -> str | None:
    """The name of the one decision that no other requires; None when there are several."""
    required = {key for element in definitions.decisions for key in element.requires}
    tops = [element.name for element in definitions.decisions if element.id not in required]
    return tops[0] if len(tops) == 1 else None


def order_of(key: str, elements: Mapping[str, DecisionElement], file: str) -> list[str]:
    """The ids of the decisions to work out for this one, each after those it requires, itself last."""
    done: dict[str, None] = {}
    waiting = [(key, iter(elements[key].requires))]
    while waiting:
        current, rest = waiting[-1]
        required = next((each for each in rest if each not in done), None)
        element = elements[current]
        if required is None:
            done[current] = None
            waiting.pop()
        elif required not in elements:
            raise TableError(_("必要とする判断がファイルにありません。"), Place(file, element.line, element.name))
        elif any(required == open_key for open_key, _rest in waiting):
            raise TableError(_("判断が互いを必要とし合っています。"), Place(file, element.line, element.name))
        else:
            waiting.append((required, iter(elements[required].requires)))
    return list(done)


def _step(element: DecisionElement, elements: Mapping[str, DecisionElement], workshop: Workshop) -> Step:
    requires = tuple(elements[key].variable for key in element.requires)
    if isinstance(element.logic, TableBox):
        logic, names = build_table(element.logic, element.name, workshop, known=workshop.known)
        return Step(element.variable, logic, names, requires)
    code, names = build_box(element.logic, element.name, workshop, known=workshop.known)
    return Step(element.variable, code.run, names, requires)


def _table(
    element: DecisionElement, steps: list[Step], definitions: Definitions, functions: dict[str, Function]
) -> DecisionTable:
    logic = steps[-1].logic
    table = logic if isinstance(logic, TableLogic) else None
    inner = {step.variable for step in steps} | functions.keys()
    names = frozenset().union(*(step.names for step in steps)) - inner
    readers = [(name, reader_of(definitions.inputs.get(name, ""))) for name in sorted(names)]
    return DecisionTable(
        name=element.name,
        id=element.id,
        hit_policy=table.hit_policy if table else "",
        inputs=tuple(Input(c.label, c.expression, c.kind) for c in table.columns) if table else (),
        outputs=table.outputs if table else (element.variable,),
        rules=table.rules if table else (),
        names=names,
        steps=tuple(steps),
        functions=functions,
        readers=tuple((name, read) for name, read in readers if read),
    )
