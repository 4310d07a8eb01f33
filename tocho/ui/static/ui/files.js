// Files may be dropped, texts copied.

export function enhance(root) {
  root.querySelectorAll("[data-drop]:not([data-ready])").forEach(openZone);
  if (navigator.clipboard) root.querySelectorAll("[data-copy]:not([data-ready])").forEach(openCopy);
}

function openZone(zone) {
  const input = zone.querySelector("input[type=file]");
  zone.dataset.ready = "1";
  zone.querySelector(".drop-words").hidden = false;
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function openCopy(button) {
  button.dataset.ready = "1";
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 3000);
  });
}
