// The error summary takes focus, a form is sent once, htmx swaps keep the reader's place.

const focusSummary = (root) => root.querySelector("[data-focus]")?.focus();

function guard(form) {
  if (form.dataset.sent) return false;
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
  }
  return true;
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (!guard(form)) event.preventDefault();
});

// A page shown again by the back button may be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form");
  if (form) release(form);
});
document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.target));
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

focusSummary(document);
