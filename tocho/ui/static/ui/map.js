// The mark on a schematic map: set by a click, by arrow keys, by the device's own position; the inputs beside it hold it.

const DIGITS = 5; // about a metre
const STEP = 0.002; // degrees an arrow key moves

function inputs(map) {
  const find = (part) => document.getElementsByName(`${map.dataset.map}-${part}`)[0];
  return { lat: find("lat"), lon: find("lon") };
}

function draw(map) {
  const { lat, lon } = inputs(map);
  const { south, west, north, east } = map.dataset;
  const svg = map.querySelector("svg");
  const mark = svg.querySelector(".mark");
  const { width, height } = svg.viewBox.baseVal;
  const x = ((Number(lon.value) - west) / (east - west)) * width;
  const y = ((north - Number(lat.value)) / (north - south)) * height;
  const isThere = lat.value && lon.value && x >= 0 && x <= width && y >= 0 && y <= height;
  mark.setAttribute("visibility", isThere ? "visible" : "hidden");
  if (isThere) mark.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
}

function put(map, lat, lon) {
  const found = inputs(map);
  found.lat.value = lat.toFixed(DIGITS);
  found.lon.value = lon.toFixed(DIGITS);
  const said = map.querySelector("[data-said]");
  said.textContent = said.dataset.said.replace("%(lat)s", found.lat.value).replace("%(lon)s", found.lon.value);
  found.lon.dispatchEvent(new Event("change", { bubbles: true }));
  draw(map);
}

function click(map, event) {
  const box = event.currentTarget.getBoundingClientRect();
  const { south, west, north, east } = map.dataset;
  const right = (event.clientX - box.left) / box.width;
  const down = (event.clientY - box.top) / box.height;
  put(map, Number(north) - down * (north - south), Number(west) + right * (east - west));
}

const MOVES = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
function press(map, event) {
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  const { lat, lon } = inputs(map);
  const { south, west, north, east } = map.dataset;
  const from = lat.value && lon.value ? [Number(lat.value), Number(lon.value)] : [(+north + +south) / 2, (+east + +west) / 2];
  put(map, from[0] + move[0] * STEP, from[1] + move[1] * STEP);
}

function here(map, button) {
  button.classList.add("is-busy");
  const done = () => button.classList.remove("is-busy");
  const failed = () => {
    done();
    const said = map.querySelector("[data-said]");
    said.textContent = said.dataset.failed;
  };
  const found = ({ coords }) => {
    done();
    put(map, coords.latitude, coords.longitude);
  };
  navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 10_000 });
}

function open(map) {
  map.dataset.ready = "1";
  const svg = map.querySelector("svg");
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-label", `${svg.getAttribute("aria-label")} ${svg.dataset.help}`);
  svg.addEventListener("click", (event) => click(map, event));
  svg.addEventListener("keydown", (event) => press(map, event));
  const button = map.querySelector("[data-here]");
  if (navigator.geolocation) button.hidden = false;
  button.addEventListener("click", () => here(map, button));
  for (const input of Object.values(inputs(map))) input.addEventListener("input", () => draw(map));
}

export function enhance(root) {
  root.querySelectorAll("[data-map]:not([data-ready])").forEach(open);
}
