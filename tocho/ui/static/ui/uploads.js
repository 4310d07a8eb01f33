// Files of a form with data-upload go up one by one as soon as they are chosen, each with its progress.
// The answer's elements replace those of the same id in the page, so that the state stands where it belongs.

export function enhance(root) {
  root.querySelectorAll("form[data-upload]:not([data-ready])").forEach(open);
}

function open(form) {
  form.dataset.ready = "1";
  form.querySelector("button[type=submit]").hidden = true;
  form.querySelector("input[type=file]").addEventListener("change", () => sendAll(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll(form);
  });
}

async function sendAll(form) {
  const input = form.querySelector("input[type=file]");
  const files = [...input.files];
  if (!files.length || form.dataset.busy) return;
  form.dataset.busy = "1";
  const list = form.querySelector("[data-uploads]");
  list.hidden = false;
  const rows = files.map((file) => line(list, file));
  input.value = "";
  let answer = null;
  for (const [index, file] of files.entries()) {
    answer = await send(form, file, rows[index]);
    if (!answer || answer.status >= 400) break;
  }
  delete form.dataset.busy;
  if (answer) swap(answer.responseText);
}

function line(list, file) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = file.name;
  const bar = Object.assign(document.createElement("progress"), { max: file.size || 1, value: 0 });
  bar.setAttribute("aria-label", `${file.name} ${list.dataset.sending}`);
  row.append(name, bar);
  list.append(row);
  return row;
}

function send(form, file, row) {
  return new Promise((resolve) => {
    const body = new FormData(form);
    body.delete("files");
    body.append("files", file);
    const request = new XMLHttpRequest();
    const bar = row.querySelector("progress");
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => (bar.value = event.loaded));
    request.addEventListener("load", () => {
      const known = request.status < 400 || request.status === 422;
      if (!known) fail(form, row);
      resolve(known ? request : null);
    });
    request.addEventListener("error", () => {
      fail(form, row);
      resolve(null);
    });
    request.send(body);
  });
}

function fail(form, row) {
  row.querySelector("progress").remove();
  const words = document.createElement("b");
  words.textContent = form.querySelector("[data-uploads]").dataset.failed;
  row.append(words);
}

function swap(html) {
  const parts = new DOMParser().parseFromString(html, "text/html").body.children;
  for (const part of [...parts]) {
    const old = part.id && document.getElementById(part.id);
    if (!old) continue;
    old.replaceWith(part);
    enhance(part);
    part.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: part } }));
  }
}
