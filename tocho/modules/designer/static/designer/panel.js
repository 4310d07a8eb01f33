// The panel beside the drawing: what an element does, chosen from what the platform offers (lists of {value, label,
// outcome}). All is written through bpmn-js, so that its undo (Ctrl+Z) covers it.
import { word } from "./words.js";

const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);
const read = (element, name) => element.businessObject.get(name) ?? "";
const definition = (element) => element.businessObject.get("eventDefinitions")?.[0];
const is = (element, type) => element.type === `bpmn:${type}`;

function writer(modeler, element) {
  const modeling = modeler.get("modeling");
  const moddle = modeler.get("moddle");
  const formal = (body) => (body ? moddle.create("bpmn:FormalExpression", { body }) : undefined);
  return {
    set: (values) => modeling.updateProperties(element, values),
    condition: (body) => modeling.updateProperties(element, { conditionExpression: formal(body) }),
    otherwise: (on) => modeling.updateProperties(element.source, { default: on ? element.businessObject : undefined }),
    timer: (timer, body) => {
      const isSpan = /^P/.test(body);
      const values = { timeDuration: isSpan ? formal(body) : undefined, timeDate: isSpan ? undefined : formal(body) };
      modeling.updateModdleProperties(element, timer, values);
    },
    message: (owner, name) => {
      const root = modeler.getDefinitions();
      let found = root.rootElements.find((each) => each.$type === "bpmn:Message" && each.name === name);
      if (!found && name) {
        found = moddle.create("bpmn:Message", { id: `message_${name}`, name });
        found.$parent = root;
        root.rootElements.push(found);
      }
      modeling.updateModdleProperties(element, owner, { messageRef: found });
    },
  };
}

function choice(panel, label, value, options, change, free = false) {
  const id = `panel-${panel.children.length}`;
  panel.append(make("label", { htmlFor: id, textContent: label }));
  const select = make("select", { id });
  const known = options.some((option) => option.value === value);
  select.append(make("option", { value: "", textContent: word("choose") }));
  for (const option of options) select.append(make("option", { value: option.value, textContent: option.label }));
  if (value && !known) select.append(make("option", { value, textContent: value })); // written by hand, kept
  select.value = value;
  select.addEventListener("change", () => change(select.value, options.find((each) => each.value === select.value)));
  panel.append(select);
  if (free) line(panel, word("feel"), value, change);
}

function line(panel, label, value, change, type = "text") {
  const id = `panel-${panel.children.length}`;
  panel.append(make("label", { htmlFor: id, textContent: label }));
  const input = make("input", { id, type, value });
  if (type === "number") input.min = 0;
  input.addEventListener("change", () => change(input.value));
  panel.append(input);
}

const days = (due) => /^P(\d+)B$/.exec(due)?.[1] ?? "";

function details(panel, element, offers, write) {
  const event = definition(element);
  if (is(element, "ServiceTask")) {
    const change = (value, offer) => write.set({ "tocho:handler": value || undefined, "tocho:outcome": offer?.outcome || undefined });
    choice(panel, word("handler"), read(element, "tocho:handler"), offers.handlers, change);
  } else if (is(element, "UserTask")) {
    const change = (value, offer) => write.set({ "tocho:kind": value || undefined, "tocho:outcome": offer?.outcome || undefined, "tocho:title": "title" });
    choice(panel, word("kind"), read(element, "tocho:kind"), offers.kinds, change);
    choice(panel, word("address"), read(element, "tocho:address"), offers.addresses, (value) => write.set({ "tocho:address": value || undefined }));
    line(panel, word("days"), days(read(element, "tocho:due")), (value) => write.set({ "tocho:due": value ? `P${value}B` : undefined }), "number");
  } else if (is(element, "ReceiveTask") || event?.$type === "bpmn:MessageEventDefinition") {
    const owner = is(element, "ReceiveTask") ? element.businessObject : event;
    const change = (value, offer) => write.message(owner, value) ?? write.set({ "tocho:outcome": offer?.outcome || undefined });
    choice(panel, word("message"), owner.messageRef?.name ?? "", offers.messages, change);
  } else if (event?.$type === "bpmn:TimerEventDefinition") {
    const now = (event.timeDate ?? event.timeDuration)?.body ?? "";
    line(panel, word("days"), days(now), (value) => write.timer(event, value && `P${value}B`), "number");
    choice(panel, word("moment"), now, offers.moments, (value) => write.timer(event, value), true);
  } else if (is(element, "SequenceFlow") && /Exclusive|Inclusive/.test(element.source.type)) {
    const box = make("input", { type: "checkbox", id: "panel-default", checked: element.source.businessObject.default === element.businessObject });
    box.addEventListener("change", () => write.otherwise(box.checked));
    const label = make("label", { htmlFor: "panel-default", textContent: ` ${word("otherwise")}` });
    label.prepend(box);
    panel.append(label);
    const now = element.businessObject.conditionExpression?.body ?? "";
    choice(panel, word("condition"), now, offers.conditions, (value) => write.condition(value), true);
  }
}

export function showPanel(panel, modeler, element, offers, editable) {
  const about = element?.labelTarget ?? element;
  panel.replaceChildren();
  if (!about || is(about, "Process")) return panel.append(make("p", { textContent: panel.dataset.empty }));
  const write = writer(modeler, about);
  panel.append(make("h2", { textContent: word(about.type.slice(5)) }));
  line(panel, word("name"), read(about, "name"), (value) => write.set({ name: value }));
  details(panel, about, offers, write);
  panel.append(make("p", { textContent: about.id }));
  if (!editable) for (const field of panel.querySelectorAll("input, select")) field.disabled = true;
}
