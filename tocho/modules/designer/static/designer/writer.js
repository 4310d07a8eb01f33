// What the panel changes about an element, all through bpmn-js, so that its undo (Ctrl+Z) covers it.

function rootElement(modeler, type, name, values) {
  const root = modeler.getDefinitions();
  let found = root.rootElements.find((each) => each.$type === `bpmn:${type}` && each.name === name);
  if (!found && name) {
    found = modeler.get("moddle").create(`bpmn:${type}`, { id: `${type.toLowerCase()}_${name}`, name, ...values });
    found.$parent = root;
    root.rootElements.push(found);
  }
  return found;
}

export function writer(modeler, element) {
  const modeling = modeler.get("modeling", false);
  const moddle = modeler.get("moddle");
  const formal = (body) => (body ? moddle.create("bpmn:FormalExpression", { body }) : undefined);
  return {
    set: (values) => modeling.updateProperties(element, values),
    part: (owner, values) => modeling.updateModdleProperties(element, owner, values),
    formal,
    condition: (body) => modeling.updateProperties(element, { conditionExpression: formal(body) }),
    otherwise: (on) => modeling.updateProperties(element.source, { default: on ? element.businessObject : undefined }),
    timer: (timer, body) => {
      const isSpan = /^P/.test(body);
      const values = { timeDuration: isSpan ? formal(body) : undefined, timeDate: isSpan ? undefined : formal(body) };
      modeling.updateModdleProperties(element, timer, values);
    },
    message: (owner, name) =>
      modeling.updateModdleProperties(element, owner, { messageRef: rootElement(modeler, "Message", name) }),
    code: (owner, name) => {
      const type = owner.$type === "bpmn:ErrorEventDefinition" ? "error" : "escalation";
      const known = rootElement(modeler, type[0].toUpperCase() + type.slice(1), name, { [`${type}Code`]: name });
      modeling.updateModdleProperties(element, owner, { [`${type}Ref`]: known });
    },
    interrupts: (on) => modeling.updateProperties(element, { cancelActivity: on }),
    repeat: (on) =>
      modeling.updateProperties(element, {
        loopCharacteristics: on ? moddle.create("bpmn:MultiInstanceLoopCharacteristics") : undefined,
      }),
  };
}
