"""Whatever is done to a process file, the answer is a compiled process or a refusal that says where."""

import re
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocho.engines.process.bpmn import compile_process
from tocho.engines.process.move import Move
from tocho.engines.process.spec import ProcessError, Spec, StepError

CITY = Path(__file__).resolve().parents[4] / "city/procedures"
SOURCES = [path.read_text() for path in sorted(CITY.glob("*/process.bpmn"))]
WORDS = ["", "examine", "fee_gate", "end", "auto", "P3B", "((", "<x/>", "tocho:kind", "parallelGateway", "\x00", "＜"]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A process file with one to three lines dropped or doubled, or words in quotes and between tags replaced."""
    lines = draw(st.sampled_from(SOURCES)).partition("<bpmndi:BPMNDiagram")[0].splitlines()
    for _change in range(draw(st.integers(1, 3))):
        number = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "replace"])):
            case "drop":
                lines[number] = ""
            case "double":
                lines[number] *= 2
            case _:
                places = list(re.finditer(r'(?<=")[^"]*(?=")|(?<=>)[^<]+(?=<)|(?<=<)\w+', lines[number]))
                if places:
                    place, word = draw(st.sampled_from(places)), draw(st.sampled_from(WORDS))
                    lines[number] = lines[number][: place.start()] + word + lines[number][place.end() :]
    return ("\n".join(lines) + "\n</definitions>").encode()


def compiled(source: bytes) -> tuple[Spec | None, tuple[ProcessError, ...]]:
    try:
        return compile_process(source), ()
    except ProcessError as error:
        return None, error.problems


@settings(max_examples=300, deadline=None, derandomize=True)
@given(source=mutated())
def test_a_changed_file_compiles_or_says_where_it_is_wrong(source: bytes) -> None:
    spec, problems = compiled(source)
    assert all(problem.line for problem in problems)
    assert spec or problems
    if spec:
        with suppress(StepError):  # a gateway without a way out is found when a case gets there
            Move(spec, context={"fee": 0}, call=lambda node, context: None).begin()
