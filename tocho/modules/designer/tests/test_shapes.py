"""Ready shapes of processes are valid, run here, and have every element drawn."""

from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import parser as spiff

from tocho.engines.process import api as process
from tocho.modules.designer.rules.process import offers, sentences
from tocho.modules.designer.rules.shapes import SHAPES, process_of
from tocho.modules.procedures.steps import STEPS

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
SCHEMA = Path(spiff.__file__).parent / "schema" / "BPMN20.xsd"


@pytest.mark.django_db
@pytest.mark.parametrize("key", [shape.key for shape in SHAPES])
def test_a_shape_runs_and_is_drawn(key: str) -> None:
    source = process_of(key, process="mihon", name="見本 & 試し").encode()
    outline = process.outline(source)
    assert outline.name == "見本 & 試し"
    assert sentences(outline)[0].text in ("納付を待つ", "自動で点検する")
    tree = etree.fromstring(source)
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(tree), schema.error_log
    drawn = {shape.get("bpmnElement") for shape in tree.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")}
    flow = tree.find("{*}process")
    assert flow is not None
    assert drawn == {child.get("id") for child in flow}


def test_only_what_the_platform_has_is_offered() -> None:
    assert {offer.value for offer in offers()["handlers"]} == set(STEPS)
