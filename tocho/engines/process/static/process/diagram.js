// Draws the BPMN diagram of a running case into <process-diagram> with bpmn-js (global BpmnJS, loaded before).
// Data: the JSON of #process-diagram-data = {xml, current, finished, flows, heat?}. Without it the list below says the same.

const SMALLEST = 0.7; // smaller than this nobody can read it: then full size, and scroll
const MARGIN = 24;

function box(parent, css) {
  const div = document.createElement("div");
  div.className = css;
  parent.append(div);
  return div;
}

function fit(host, canvas, viewer) {
  const drawn = viewer.get("canvas").viewbox().inner; // in diagram units
  const room = host.clientWidth - 2 * MARGIN;
  const fitting = Math.min(1, room / drawn.width);
  const scale = fitting < SMALLEST ? 1 : fitting;
  canvas.style.width = `${Math.ceil(drawn.width * scale) + 2 * MARGIN}px`;
  canvas.style.height = `${Math.ceil(drawn.height * scale) + 2 * MARGIN}px`;
  const view = viewer.get("canvas");
  view.resized();
  view.viewbox({
    x: drawn.x - MARGIN / scale,
    y: drawn.y - MARGIN / scale,
    width: canvas.clientWidth / scale,
    height: canvas.clientHeight / scale,
  });
}

function mark(viewer, data, words) {
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const shown = viewer.get("elementRegistry");
  const badge = (id, css, text, position) => {
    const html = document.createElement("span");
    html.className = css;
    html.textContent = text;
    overlays.add(id, { position, html });
  };
  for (const [id, heat] of Object.entries(data.heat ?? {})) {
    if (!shown.get(id)) continue;
    canvas.addMarker(id, `process-heat-${heat.level}`);
    badge(id, "process-time", heat.words, { bottom: 6, left: shown.get(id).width / 2 });
  }
  for (const id of data.flows) if (shown.get(id)) canvas.addMarker(id, "process-taken");
  for (const id of data.finished) {
    const element = shown.get(id);
    if (!element) continue;
    canvas.addMarker(id, "process-done");
    if (element.type.endsWith("Task")) badge(id, "process-tick", "✓", { top: -11, right: 11 });
  }
  for (const id of data.current) {
    if (!shown.get(id)) continue;
    canvas.addMarker(id, "process-now");
    badge(id, "process-here", words.here, { bottom: 22, left: shown.get(id).width / 2 });
  }
}

async function draw(host) {
  const data = JSON.parse(document.getElementById("process-diagram-data").textContent);
  const scroller = box(host, "process-scroller");
  const canvas = box(scroller, "process-canvas");
  scroller.tabIndex = 0; // the keyboard scrolls it
  host.hidden = false;
  const font = { fontFamily: getComputedStyle(host).fontFamily, fontSize: 14 };
  const viewer = new BpmnJS({
    container: canvas,
    zoomScroll: { enabled: false }, // the page scrolls, not the picture
    textRenderer: { defaultStyle: font, externalStyle: { ...font, fontSize: 13 } },
  });
  await viewer.importXML(data.xml);
  fit(host, canvas, viewer);
  host.append(canvas.querySelector(".bjs-powered-by")); // the makers' mark stays in sight
  mark(viewer, data, { here: host.dataset.here });
  const now = canvas.querySelector(".process-now");
  if (now) {
    const place = now.getBoundingClientRect();
    scroller.scrollLeft += place.left - host.getBoundingClientRect().left - (host.clientWidth - place.width) / 2;
  }
  addEventListener("resize", () => fit(host, canvas, viewer));
}

for (const host of document.querySelectorAll("process-diagram")) {
  draw(host).catch((error) => {
    host.hidden = true; // the list remains
    console.error(error);
  });
}
