"""Promise (g): a decision table (DMN) of 100 rules asked once, all that is said for "why" included.

The dearest hit policy, UNIQUE, which looks at every rule; four inputs: text, number ranges, dates, a list.
"""

import time
from statistics import median
from typing import Any

from bench.meter import report
from bench.server import City

PROMISE_MS = 0.2
RULES, ROUNDS, ASKED = 100, 30, 100
COLUMNS = (("kind", "string"), ("amount", "number"), ("on", "date"), ("area", "string"))
HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="bench" id="d" name="bench">'
    '<decision id="fee" name="fee"><variable name="fee"/><decisionTable id="t" hitPolicy="UNIQUE">'
)


def table_xml() -> str:
    """Ten kinds with ten ranges of the amount each."""
    inputs = "".join(
        f'<input id="i-{name}" label="{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression>'
        "</input>"
        for name, kind in COLUMNS
    )
    rules = "".join(
        _rule(number, f'"kind-{number % 10}"', f"[{number // 10 * 1000}..{number // 10 * 1000 + 1000})")
        for number in range(RULES)
    )
    output = '<output id="o" name="fee" label="fee" typeRef="number"/><annotation name="根拠"/>'
    return f"{HEAD}{inputs}{output}{rules}</decisionTable></decision></definitions>"


def _rule(number: int, kind: str, amount: str) -> str:
    cells = (kind, amount, '&gt;= date("2020-04-01")', '"千代田区", "中央区", "新宿区"')
    entries = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells)
    end = f"<outputEntry><text>{number * 10}</text></outputEntry><annotationEntry><text>第{number}条</text>"
    return f'<rule id="r{number}">{entries}{end}</annotationEntry></rule>'


def scope_of(number: int) -> dict[str, Any]:
    """The values that rule ``number`` alone is for."""
    from datetime import date

    amount = number // 10 * 1000 + 500
    return {"kind": f"kind-{number % 10}", "amount": amount, "on": date(2020, 11, 20), "area": "新宿区"}


def run(city: City, *, quick: bool) -> bool:
    from tocho.engines.rules.api import compile_table

    table = compile_table(table_xml())
    scopes = [scope_of(number) for number in range(RULES)]
    if [table.decide(scope).outputs for scope in scopes] != [{"fee": number * 10} for number in range(RULES)]:
        raise AssertionError("the table does not answer as it is written")
    costs = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for scope in scopes:
            table.decide(scope).why  # noqa: B018  the sentence is made when it is read
        costs.append((time.process_time() - started) * 1000 / ASKED)
    print(f"  a table of {RULES} rules: median {median(costs):.3f} ms, worst round {max(costs):.3f} ms", flush=True)
    return report("dmn_table", median(costs), "ms", PROMISE_MS)
