"""Files as other modellers write them: read where we know what is meant, what is theirs is noted, the rest refused."""

import pytest

from tocho.engines.process.bpmn import compile_process
from tocho.engines.process.spec import ProcessError

TOCHO = 'xmlns:tocho="https://virtual-tocho.example/bpmn"'
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
WORK = 'tocho:kind="a.b" tocho:address=\'&quot;unit:1&quot;\' tocho:outcome="fit"'

BPMN_JS = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{MODEL}" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" {TOCHO} id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn"
  exporter="bpmn-js (https://demo.bpmn.io)" exporterVersion="17.9.1">
  <bpmn:process id="Process_1" isExecutable="false">
    <bpmn:startEvent id="StartEvent_1"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="Activity_1" name="書類を&#10;見る" {WORK}>
      <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing>
      <bpmn:property id="Property_1" name="__targetRef_placeholder" />
      <bpmn:dataInputAssociation id="Data_1"><bpmn:sourceRef>DataObjectReference_1</bpmn:sourceRef>
        <bpmn:targetRef>Property_1</bpmn:targetRef></bpmn:dataInputAssociation>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="Flow_1" sourceRef="StartEvent_1" targetRef="Activity_1" />
    <bpmn:endEvent id="Event_1"><bpmn:incoming>Flow_2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_2" sourceRef="Activity_1" targetRef="Event_1" />
    <bpmn:dataObjectReference id="DataObjectReference_1" dataObjectRef="DataObject_1" />
    <bpmn:dataObject id="DataObject_1" />
    <bpmn:textAnnotation id="TextAnnotation_1"><bpmn:text>3日以内</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="Association_1" sourceRef="Activity_1" targetRef="TextAnnotation_1" />
    <bpmn:group id="Group_1" categoryValueRef="CategoryValue_1" />
  </bpmn:process>
  <bpmn:category id="Category_1"><bpmn:categoryValue id="CategoryValue_1" value="窓口" /></bpmn:category>
  <bpmndi:BPMNDiagram id="Diagram_1"><bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="Process_1"/></bpmndi:BPMNDiagram>
</bpmn:definitions>"""

CAMUNDA = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{MODEL}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" {TOCHO}
  xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Platform">
  <bpmn:process id="permit" name="許可" isExecutable="true" camunda:historyTimeToLive="180" tocho:inputs="fee">
    <bpmn:extensionElements><camunda:executionListener class="com.example.Log" event="start" /></bpmn:extensionElements>
    <bpmn:startEvent id="start" camunda:initiator="who" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="check" />
    <bpmn:userTask id="check" name="審査" camunda:assignee="demo" camunda:formKey="app:check.html" {WORK}>
      <bpmn:extensionElements><camunda:taskListener class="com.example.Log" event="create"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="gate" />
    <bpmn:inclusiveGateway id="gate" default="f4" />
    <bpmn:sequenceFlow id="f3" sourceRef="gate" targetRef="pay">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression" language="feel">=fee &gt; 0</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="gate" targetRef="end" />
    <bpmn:userTask id="pay" {WORK} /><bpmn:sequenceFlow id="f5" sourceRef="pay" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>
</bpmn:definitions>"""

SIGNAVIO = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<definitions xmlns="{MODEL}" xmlns:signavio="http://www.signavio.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  {TOCHO} exporter="Signavio Process Editor, http://www.signavio.com" exporterVersion="15.10.0"
  expressionLanguage="http://www.w3.org/1999/XPath" id="sid-1" targetNamespace="http://www.signavio.com">
  <collaboration id="sid-2"><participant id="sid-3" name="都税事務所" processRef="sid-4"/></collaboration>
  <process id="sid-4" isClosed="false" isExecutable="false" name="都税事務所" processType="None">
    <extensionElements><signavio:signavioMetaData metaKey="revisionid" metaValue="0b"/></extensionElements>
    <laneSet id="sid-5"><lane id="sid-6" name="窓口"><flowNodeRef>sid-7</flowNodeRef></lane></laneSet>
    <startEvent id="sid-7" name=""><extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffff"/>
      </extensionElements><outgoing>sid-10</outgoing></startEvent>
    <userTask completionQuantity="1" id="sid-8" implementation="##unspecified" isForCompensation="false" name="受付"
      startQuantity="1" {WORK}><extensionElements><signavio:signavioMetaData metaKey="risklevel"/></extensionElements>
      <incoming>sid-10</incoming><outgoing>sid-11</outgoing></userTask>
    <endEvent id="sid-9" name=""><incoming>sid-11</incoming></endEvent>
    <sequenceFlow id="sid-10" isImmediate="true" sourceRef="sid-7" targetRef="sid-8"/>
    <sequenceFlow id="sid-11" isImmediate="true" sourceRef="sid-8" targetRef="sid-9"/>
  </process>
</definitions>"""


def test_a_file_of_bpmn_js() -> None:
    spec = compile_process(BPMN_JS.encode())
    assert [node.name for node in spec.steps] == ["書類を 見る"]
    assert {note.what for note in spec.notes} == {"property", "dataInputAssociation"}


def test_a_file_of_camunda() -> None:
    spec = compile_process(CAMUNDA.encode())
    assert [(note.element, note.what) for note in spec.notes] == [
        ("permit", "historyTimeToLive"),
        ("permit", "camunda:executionListener"),
        ("start", "initiator"),
        ("check", "assignee"),
        ("check", "formKey"),
        ("check", "camunda:taskListener"),
    ]
    (flow, _default) = spec.nodes["gate"].outgoing
    assert flow.condition is not None
    assert flow.condition({"fee": 400}) is True


def test_a_file_of_signavio() -> None:
    spec = compile_process(SIGNAVIO.encode())
    assert [node.id for node in spec.steps] == ["sid-8"]
    assert {note.what for note in spec.notes} == {"signavio:signavioMetaData"}


@pytest.mark.parametrize(
    ("source", "before", "after", "where"),
    [
        (CAMUNDA, "=fee &gt; 0", "${fee &gt; 0}", "14行目 要素「f3」: 式が読めません"),
        (BPMN_JS, "userTask", "manualTask", "7行目 要素「Activity_1（書類を 見る）」: 「manualTask」は使えません"),
        (SIGNAVIO, "userTask", "task", "12行目 要素「sid-8（受付）」: 「task」は使えません"),
        (CAMUNDA, "tocho:address", "tocho:title", "9行目 要素「check（審査）」: tocho:address"),
        (SIGNAVIO, 'processRef="sid-4"/>', 'processRef="sid-4"/><participant id="x"/>', "プールは一つ"),
    ],
)  # fmt: skip
def test_what_we_cannot_run_is_refused_by_name_and_line(source: str, before: str, after: str, where: str) -> None:
    changed = source.replace(before, after)
    with pytest.raises(ProcessError) as refusal:
        compile_process(changed.encode())
    assert any(where in problem.message for problem in refusal.value.problems), refusal.value.problems
