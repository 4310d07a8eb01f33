"""The subset of BPMN 2.0 that this interpreter runs: which elements, and what each may carry."""

import re
from dataclasses import dataclass

from .spec import Kind

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
TOCHO = "https://virtual-tocho.example/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MAX_BYTES = 2_000_000
NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

# Elements that draw or explain and change nothing of what runs.
DRAWING = {
    *("laneSet", "textAnnotation", "association", "group", "documentation"),
    *("dataObject", "dataObjectReference", "dataStoreReference"),
}
# What modellers write into an element beside its meaning: where data are drawn to come from and go to.
DRAWN_DATA = {"ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"}
# Elements beside the process that need no word: a plane of the drawing, a group's name, a store's name.
BESIDE = {"category", "dataStore"}
# What an instance of a repeated activity knows of itself and, in its completion condition, of the others.
COUNTER = "loopCounter"
COUNTS = ("numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances")
# Attributes that modellers write although they only repeat what we do anyway.
DEFAULTS = {
    "isExecutable": {"true", "false"},  # false means "a drawing"; whoever publishes it here wants it to run
    "processType": {"None", "Private", "Public"},
    "isClosed": {"false", "true"},
    "isForCompensation": {"false"},
    "startQuantity": {"1"},
    "completionQuantity": {"1"},
    "instantiate": {"false"},
    "isInterrupting": {"true"},
    "parallelMultiple": {"false"},
    "eventGatewayType": {"Exclusive"},
    "gatewayDirection": {"Unspecified", "Diverging", "Converging", "Mixed"},
    "implementation": {"##unspecified", "##WebService"},
    "isImmediate": {"true"},
    "triggeredByEvent": {"false"},
    "behavior": {"All"},
    "textFormat": {"text/plain", "text/x-comments"},
}


@dataclass(frozen=True)
class Shape:
    """What an element of the subset may carry beside id, name, incoming, outgoing and documentation."""

    kind: Kind
    attributes: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()


def _shape(kind: Kind, attributes: str = "", extensions: str = "", children: str = "") -> Shape:
    return Shape(kind, *(frozenset(words.split()) for words in (attributes, extensions, children)))


EVENTS = "messageEventDefinition timerEventDefinition"
LOOP = "multiInstanceLoopCharacteristics"
SHAPES = {
    "startEvent": _shape(Kind.START),
    "endEvent": _shape(Kind.END, children="terminateEventDefinition errorEventDefinition escalationEventDefinition"),
    "intermediateThrowEvent": _shape(Kind.THROW, children="escalationEventDefinition"),
    "exclusiveGateway": _shape(Kind.EXCLUSIVE, "default"),
    "parallelGateway": _shape(Kind.PARALLEL),
    "inclusiveGateway": _shape(Kind.INCLUSIVE, "default"),
    "eventBasedGateway": _shape(Kind.FIRST_EVENT),
    "serviceTask": _shape(Kind.SERVICE, extensions="handler background outcome"),
    "userTask": _shape(Kind.USER, extensions="kind address title due outcome", children=LOOP),
    "receiveTask": _shape(Kind.RECEIVE, "messageRef", "outcome"),
    "intermediateCatchEvent": _shape(Kind.CATCH, extensions="outcome", children=EVENTS),
    "boundaryEvent": _shape(
        Kind.BOUNDARY,
        "attachedToRef cancelActivity",
        "outcome",
        f"{EVENTS} errorEventDefinition escalationEventDefinition",
    ),
    "subProcess": _shape(Kind.SUBPROCESS, children=LOOP),
    "callActivity": _shape(Kind.CALL, "calledElement", "give take", LOOP),
}
