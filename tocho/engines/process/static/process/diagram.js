// Draws the BPMN diagram of a running case into <process-diagram> with bpmn-js (global BpmnJS, loaded before).
// Data: the JSON of #process-diagram-data = {xml, current, finished, flows}. Without it the list below says the same.

const SMALLEST = 0.8; // below this nobody can read it: scroll instead
const MARGIN = 24;

function sizeOf(viewer) {
  return viewer.get("canvas").viewbox().inner; // what is drawn, in diagram units
}

function fit(host, canvas, viewer) {
  const drawn = sizeOf(viewer);
  const room = host.clientWidth - 2 * MARGIN;
  const scale = Math.min(1, Math.max(SMALLEST, room / drawn.width));
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
    badge(id, "process-here", words.here, { top: -14, left: 0 });
  }
}

async function draw(host) {
  const data = JSON.parse(document.getElementById("process-diagram-data").textContent);
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  host.append(canvas);
  host.hidden = false;
  const font = { fontFamily: getComputedStyle(host).fontFamily, fontSize: 13 };
  const viewer = new BpmnJS({
    container: canvas,
    zoomScroll: { enabled: false }, // the page scrolls, not the picture
    textRenderer: { defaultStyle: font, externalStyle: { ...font, fontSize: 12 } },
  });
  await viewer.importXML(data.xml);
  fit(host, canvas, viewer);
  mark(viewer, data, { here: host.dataset.here });
  const now = canvas.querySelector(".process-now");
  if (now) {
    const place = now.getBoundingClientRect();
    host.scrollLeft += place.left - host.getBoundingClientRect().left - (host.clientWidth - place.width) / 2;
  }
  addEventListener("resize", () => fit(host, canvas, viewer));
}

for (const host of document.querySelectorAll("process-diagram")) {
  draw(host).catch((error) => {
    host.hidden = true; // the list remains
    console.error(error);
  });
}
