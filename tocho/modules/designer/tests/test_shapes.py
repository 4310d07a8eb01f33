"""Ready shapes of processes are valid, run here, and have every element drawn."""

from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import parser as spiff

from tocho.engines.process import api as process
from tocho.modules.designer.definitions import problems, shape, shapes, with_process_id
from tocho.modules.designer.rules.process import offers, sentences
from tocho.modules.procedures.steps import STEPS

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
SCHEMA = Path(spiff.__file__).parent / "schema" / "BPMN20.xsd"


@pytest.mark.django_db
@pytest.mark.parametrize("name", [shape.name for shape in shapes()])
def test_a_shape_runs_and_is_drawn(name: str) -> None:
    whole = shape(name)
    assert whole is not None
    assert [one for one in problems(whole) if one.is_error] == []
    source = with_process_id(whole["process"], "mihon").encode()
    assert len(sentences(process.outline(source))) > 2
    tree = etree.fromstring(source)
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(tree), schema.error_log
    drawn = {shape.get("bpmnElement") for shape in tree.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")}
    flow = tree.find("{*}process")
    assert flow is not None
    assert flow.get("id") == "mihon"
    assert drawn == {child.get("id") for child in flow if not child.tag.endswith("documentation")}


def test_only_what_the_platform_has_is_offered() -> None:
    assert {offer.value for offer in offers()["handlers"]} == set(STEPS)
