"""The public DMN TCK (dmn-tck/tck on GitHub, Apache-2.0), compliance level 2: every case of every model.

The models are read where they lie, ``../shared/conformance`` beside this repository or ``$TOCHO_SHARED/conformance``,
and are not part of it; without them the test is skipped.
"""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tocho.engines.rules.api import compile_tables

SHARED = Path(os.environ.get("TOCHO_SHARED") or Path(__file__).parents[3] / "shared")
MODELS = SHARED / "conformance/dmn-tck-level-2"
CASES = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
PRECISION = Decimal("1e-8")  # the TCK's own runner compares numbers no closer
READERS = {"boolean": lambda text: text == "true", "decimal": Decimal, "string": str}


def cases() -> Iterator[Any]:
    """(file, case, decision): one parameter set for each expected result."""
    for path in sorted(MODELS.glob("*/*-test-*.xml")):
        root = etree.parse(path).getroot()
        model = path.parent / root.findtext(f"{CASES}modelName", "")
        for case in root.iter(f"{CASES}testCase"):
            for result in case.iter(f"{CASES}resultNode"):
                name = f"{model.stem}-{case.get('id')}-{result.get('name')}"
                yield pytest.param(model, case, result, id=name.replace(" ", "_"))


def value(node: Any) -> Any:
    """The value that an input or expected element holds."""
    if node.find(f"{CASES}list") is not None:
        return [value(item) for item in node.find(f"{CASES}list")]
    if components := node.findall(f"{CASES}component"):
        return {component.get("name"): value(component) for component in components}
    found = node.find(f"{CASES}value")
    if found is None or found.get(f"{XSI}nil") == "true":
        return None
    return READERS[found.get(f"{XSI}type").rpartition(":")[2]](found.text or "")


def same(found: Any, expected: Any) -> bool:
    if type(found) is not type(expected):
        return False
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in expected)
    return abs(found - expected) <= PRECISION if isinstance(expected, Decimal) else found == expected


@pytest.mark.skipif(not MODELS.is_dir(), reason=f"the DMN TCK models are not at {MODELS}")
@pytest.mark.parametrize(("model", "case", "result"), list(cases()))
def test_tck(model: Path, case: Any, result: Any) -> None:
    table = compile_tables(model.read_bytes(), file=model.name)[result.get("name")]
    answer = table.decide({node.get("name"): value(node) for node in case.findall(f"{CASES}inputNode")})
    assert same(answer.value, value(result.find(f"{CASES}expected"))), answer
