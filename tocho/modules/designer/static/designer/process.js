// Draws and edits the process of a procedure with bpmn-js (global BpmnJS). The form below carries the XML; without this
// file it is exchanged as a file. Every change is checked by the server at once, and shown on the picture and as text.
import { showPanel } from "./panel.js";
import { runnableOnly } from "./steps.js";
import { translate } from "./theirs.js";

const host = document.querySelector("process-editor");
const text = document.getElementById("xml");
const offers = JSON.parse(host.dataset.offers);
const editable = Boolean(host.dataset.editable);
let faulty = [];

function fit(modeler) {
  const canvas = modeler.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const left = editable ? 120 : 20; // beside the palette
  const scale = Math.max(0.6, Math.min(1, (outer.width - left - 20) / inner.width)); // smaller letters help nobody
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({ x: inner.x - left / scale, y: inner.y - Math.max(20, (height - inner.height) / 2), width, height });
}

function mark(modeler) {
  const canvas = modeler.get("canvas");
  const known = modeler.get("elementRegistry");
  for (const id of faulty) if (known.get(id)) canvas.removeMarker(id, "is-faulty");
  faulty = [...document.querySelectorAll("#reading [data-element]")].map((item) => item.dataset.element).filter(Boolean);
  for (const id of faulty) if (known.get(id)) canvas.addMarker(id, "is-faulty");
}

function check() {
  const xml = text.value;
  const csrfmiddlewaretoken = text.form.csrfmiddlewaretoken.value;
  htmx.ajax("POST", host.dataset.check, { values: { csrfmiddlewaretoken, xml }, target: "#reading", swap: "innerHTML" });
}

function select(modeler, id) {
  const element = modeler.get("elementRegistry").get(id);
  if (!element) return;
  modeler.get("selection").select(element);
  modeler.get("canvas").scrollToElement(element);
  host.scrollIntoView({ block: "nearest" });
}

async function start() {
  const canvas = host.querySelector("[data-canvas]");
  const font = { fontFamily: getComputedStyle(host).fontFamily, fontSize: 13 };
  host.hidden = false;
  const modeler = new BpmnJS({
    container: canvas,
    textRenderer: { defaultStyle: font, externalStyle: { ...font, fontSize: 12 } },
    additionalModules: [{ translate: ["value", translate] }, ...(editable ? [runnableOnly] : [])],
  });
  try {
    await modeler.importXML(text.value);
  } catch (error) {
    host.hidden = true; // the list of faults says why; the file can be replaced below
    return;
  }
  fit(modeler);
  mark(modeler);
  const panel = host.querySelector("[data-panel]");
  const show = (element) => showPanel(panel, modeler, element, offers, editable);
  show(null);
  modeler.on("selection.changed", ({ newSelection }) => show(newSelection.length === 1 ? newSelection[0] : null));
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target?.id === "reading" && mark(modeler));
  document.getElementById("reading").addEventListener("click", (event) => {
    const link = event.target.closest("[data-element] a");
    if (!link) return;
    event.preventDefault();
    select(modeler, link.closest("[data-element]").dataset.element);
  });
  if (!editable) return; // the viewer moves the paper, never what is drawn on it
  document.getElementById("save").hidden = false;
  let waiting;
  modeler.on("commandStack.changed", () => {
    document.getElementById("dirty").hidden = false;
    clearTimeout(waiting);
    waiting = setTimeout(check, 600);
    modeler.saveXML({ format: true }).then(({ xml }) => (text.value = xml)); // what the form sends
  });
}

start();
