// The panel beside the drawing: what an element does, chosen from what the platform offers (lists of {value, label,
// outcome}), and what comes after it.
import { choice, line, make, tick } from "./fields.js";
import { showChooser, showSteps } from "./steps.js";
import { word } from "./words.js";
import { writer } from "./writer.js";

const read = (element, name) => element.businessObject.get(name) ?? "";
const definition = (element) => element.businessObject.get("eventDefinitions")?.[0];
const is = (element, ...types) => types.some((type) => element.type === `bpmn:${type}`);
const days = (due) => /^P(\d+)B$/.exec(due)?.[1] ?? "";

function work(panel, element, offers, write) {
  const set = (name) => (value) => write.set({ [name]: value || undefined });
  const offered = (name, more = {}) => (value, offer) =>
    write.set({ [name]: value || undefined, "tocho:outcome": offer?.outcome || undefined, ...more });
  if (is(element, "ServiceTask")) {
    choice(panel, word("handler"), read(element, "tocho:handler"), offers.handlers, offered("tocho:handler"));
  } else if (is(element, "UserTask")) {
    const change = offered("tocho:kind", { "tocho:title": read(element, "tocho:title") || "title" });
    choice(panel, word("kind"), read(element, "tocho:kind"), offers.kinds, change);
    choice(panel, word("address"), read(element, "tocho:address"), offers.addresses, set("tocho:address"), true);
    const due = (value) => write.set({ "tocho:due": value ? `P${value}B` : undefined });
    line(panel, word("days"), days(read(element, "tocho:due")), due, "number");
  } else if (is(element, "CallActivity")) {
    choice(panel, word("called"), read(element, "calledElement"), offers.calls, set("calledElement"));
    line(panel, word("give"), read(element, "tocho:give"), set("tocho:give"));
    line(panel, word("take"), read(element, "tocho:take"), set("tocho:take"));
  }
  if (is(element, "UserTask", "CallActivity", "SubProcess")) repeat(panel, element, write);
}

function repeat(panel, element, write) {
  const loop = element.businessObject.loopCharacteristics;
  tick(panel, word("repeat"), Boolean(loop), (on) => write.repeat(on) ?? write.again());
  if (!loop) return;
  const part = (name, made = (value) => value || undefined) => (value) => write.part(loop, { [name]: made(value) });
  line(panel, word("collection"), loop.get("tocho:collection") ?? "", part("tocho:collection"));
  line(panel, word("item"), loop.get("tocho:item") ?? "", part("tocho:item"));
  line(panel, word("results"), loop.get("tocho:results") ?? "", part("tocho:results"));
  line(panel, word("until"), loop.completionCondition?.body ?? "", part("completionCondition", write.formal));
  tick(panel, word("sequential"), Boolean(loop.isSequential), (on) => write.part(loop, { isSequential: on }));
}

function happening(panel, element, offers, write) {
  const event = definition(element);
  const kind = is(element, "ReceiveTask") ? "Message" : event?.$type.slice(5, -"EventDefinition".length);
  if (kind === "Message") {
    const owner = event ?? element.businessObject;
    const change = (value, offer) => write.message(owner, value) ?? write.set({ "tocho:outcome": offer?.outcome || undefined });
    choice(panel, word("message"), owner.messageRef?.name ?? "", offers.messages, change);
  } else if (kind === "Timer") {
    const now = (event.timeDate ?? event.timeDuration)?.body ?? "";
    line(panel, word("days"), days(now), (value) => write.timer(event, value && `P${value}B`), "number");
    choice(panel, word("moment"), now, offers.moments, (value) => write.timer(event, value), true);
  } else if (kind === "Error" || kind === "Escalation") {
    const now = (event.errorRef ?? event.escalationRef)?.name ?? "";
    line(panel, word("code"), now, (value) => write.code(event, value));
  }
  const stays = kind === "Error"; // an error always ends the work
  if (is(element, "BoundaryEvent") && !stays) {
    tick(panel, word("interrupts"), element.businessObject.cancelActivity !== false, write.interrupts);
  }
}

function way(panel, element, offers, write) {
  if (!is(element, "SequenceFlow") || !is(element.source, "ExclusiveGateway", "InclusiveGateway")) return;
  tick(panel, word("otherwise"), element.source.businessObject.default === element.businessObject, write.otherwise);
  const now = element.businessObject.conditionExpression?.body ?? "";
  choice(panel, word("condition"), now, offers.conditions, (value) => write.condition(value), true);
}

export function showPanel(panel, modeler, element, offers, editable) {
  const about = element?.labelTarget ?? element;
  panel.replaceChildren();
  if (!about || is(about, "Process")) {
    panel.append(make("p", { textContent: panel.dataset.empty }));
    return showChooser(panel, modeler);
  }
  const write = { ...writer(modeler, about), again: () => showPanel(panel, modeler, element, offers, editable) };
  panel.append(make("h2", { textContent: word(about.type.slice(5)) }));
  line(panel, word("name"), read(about, "name"), (value) => write.set({ name: value }));
  for (const part of [work, happening, way]) part(panel, about, offers, write);
  panel.append(make("p", { textContent: about.id }));
  if (editable) showSteps(panel, modeler, about);
  else for (const field of panel.querySelectorAll("input, select")) field.disabled = true;
  showChooser(panel, modeler, about);
}
