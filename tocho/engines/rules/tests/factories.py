"""DMN files for tests, written the short way."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

DMN13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(*body: str, namespace: str = DMN13) -> str:
    """A DMN file around decisions and other elements."""
    head = f'<definitions xmlns="{namespace}" xmlns:tocho="https://virtual-tocho.example/dmn" id="m" name="m">'
    return "\n".join([head, *body, "</definitions>"])


def rule(*cells: str, outputs: int = 1, note: str = "") -> str:
    """One rule on one line; the last ``outputs`` cells are outputs."""
    split = len(cells) - outputs
    inputs = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[:split])
    results = "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in cells[split:])
    annotation = f"<annotationEntry><text>{note}</text></annotationEntry>" if note else ""
    return f"<rule>{inputs}{results}{annotation}</rule>"


def table(
    inputs: Sequence[str],
    rules: Sequence[str],
    *,
    policy: str = 'hitPolicy="UNIQUE"',
    outputs: str = '<output name="fee" label="手数料"/>',
    name: str = "手数料",
    needs: str = "",
) -> str:
    """A decision with a table; each input is ``expression``, or ``expression:type``."""
    columns = "".join(_input(text) for text in inputs)
    head = f'<decision id="{name}" name="{name}">{needs}<decisionTable {policy}>{columns}{outputs}'
    return "\n".join([head, '<annotation name="根拠"/>', *rules, "</decisionTable></decision>"])


def literal(name: str, text: str, *, needs: str = "") -> str:
    """A decision that is an expression."""
    logic = f"<literalExpression><text>{escape(text)}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}">{needs}{logic}</decision>'


def requires(name: str) -> str:
    """The requirement of another decision."""
    return f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>'


def _input(text: str) -> str:
    expression, _colon, kind = text.partition(":")
    value = f'<inputExpression typeRef="{kind}"><text>{expression}</text></inputExpression>'
    return f'<input label="{expression}">{value}</input>'
