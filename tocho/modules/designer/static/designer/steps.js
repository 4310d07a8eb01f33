// What comes after an element, without drawing: put the next one, lead a way to one that stands there, attach what may
// happen meanwhile, delete. By the keyboard as by the mouse; and the menus of bpmn-js show what can be run only.
import { make, select } from "./fields.js";
import { word } from "./words.js";

const NEXT = ["UserTask", "ServiceTask", "ReceiveTask", "ExclusiveGateway", "ParallelGateway", "InclusiveGateway", "CallActivity", "EndEvent"];
const MEANWHILE = ["Timer", "Message", "Error", "Escalation"];
const KEPT = new RegExp(
  "^(replace-with-(none-start|none-end|terminate-end|error-end|escalation-end|(message|timer)-intermediate-catch" +
    "|(exclusive|parallel|inclusive|event-based)-gateway|event-based-gateway|(user|service|receive)-task" +
    "|expanded-subprocess|call-activity|(non-interrupting-)?(message|timer|error|escalation)-boundary" +
    "|conditional-flow|default-flow|sequence-flow)|toggle-(parallel|sequential)-mi)$",
);

const may = (element, ...types) => types.some((type) => element.type === `bpmn:${type}`);
const isNode = (element) => /Task|Event|Gateway|SubProcess|CallActivity/.test(element.type) && !element.labelTarget;
const called = (element) => element.businessObject.name || `${word(element.type.slice(5))} ${element.id}`;

function button(panel, label, act) {
  const made = make("button", { type: "button", textContent: label });
  made.addEventListener("click", act);
  panel.append(made);
}

/** Hands the panel on to an element: it is selected, so shown, and its name waits to be typed. */
function goTo(panel, modeler, element) {
  modeler.get("canvas").scrollToElement(element, 80);
  modeler.get("selection").select(element);
  panel.querySelector("input")?.focus({ preventScroll: true });
}

function append(modeler, element, kind) {
  const shape = modeler.get("elementFactory").createShape({ type: `bpmn:${kind}` });
  return modeler.get("autoPlace").append(element, shape);
}

function attach(modeler, element, kind) {
  const type = `bpmn:${kind}EventDefinition`;
  const event = modeler.get("elementFactory").createShape({ type: "bpmn:BoundaryEvent", eventDefinitionType: type });
  const place = { x: element.x + element.width - 22 - 36 * element.attachers.length, y: element.y + element.height };
  return modeler.get("modeling").createShape(event, place, element, { attach: true });
}

/** The ways out of an element, each a button that shows it: thin lines are hard to hit. */
function ways(panel, modeler, element) {
  const out = element.outgoing.filter((each) => each.type === "bpmn:SequenceFlow");
  if (out.length) panel.append(make("h3", { textContent: word("ways") }));
  const words = (flow) => [flow.businessObject.name, word("to").replace("{}", called(flow.target))].filter(Boolean).join(" ");
  for (const flow of out) button(panel, words(flow), () => goTo(panel, modeler, flow));
}

/** Every element by name: the way to one that is out of sight, or for whom cannot point at it. */
export function showChooser(panel, modeler, element) {
  const known = modeler.get("elementRegistry").filter((each) => isNode(each) && each !== element);
  const field = select(panel, word("other"), known.map((each) => ({ value: each.id, label: called(each) })));
  field.addEventListener("change", () => field.value && goTo(panel, modeler, modeler.get("elementRegistry").get(field.value)));
}

export function showSteps(panel, modeler, element) {
  const kinds = (names, suffix = "") => names.map((value) => ({ value, label: word(value + suffix) }));
  const others = modeler.get("elementRegistry").filter((each) => isNode(each) && each !== element);
  const targets = others.filter((each) => !may(each, "StartEvent", "BoundaryEvent") && each.parent === element.parent);
  if (isNode(element) && !may(element, "EndEvent")) {
    ways(panel, modeler, element);
    const next = select(panel, word("next"), kinds(NEXT));
    button(panel, word("put"), () => next.value && goTo(panel, modeler, append(modeler, element, next.value)));
    const target = select(panel, word("existing"), targets.map((each) => ({ value: each.id, label: called(each) })));
    const lead = () => modeler.get("modeling").connect(element, modeler.get("elementRegistry").get(target.value));
    button(panel, word("connect"), () => target.value && goTo(panel, modeler, lead()));
  }
  if (may(element, "UserTask", "ServiceTask", "ReceiveTask", "SubProcess", "CallActivity")) {
    const offered = MEANWHILE.filter((kind) => /Timer|Message/.test(kind) || may(element, "SubProcess", "CallActivity") || (kind === "Error" && may(element, "ServiceTask")));
    const meanwhile = select(panel, word("meanwhile"), kinds(offered, "Event"));
    button(panel, word("attach"), () => meanwhile.value && goTo(panel, modeler, attach(modeler, element, meanwhile.value)));
  }
  if (!may(element, "StartEvent")) button(panel, word("delete"), () => modeler.get("modeling").removeElements([element]));
}

function RunnableOnly(popupMenu) {
  const kept = (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => KEPT.test(id)));
  popupMenu.registerProvider("bpmn-replace", 1, {
    getPopupMenuEntries: () => kept,
    getPopupMenuHeaderEntries: () => kept,
  });
}
RunnableOnly.$inject = ["popupMenu"];
export const runnableOnly = { __init__: ["runnableOnly"], runnableOnly: ["type", RunnableOnly] };
