// The error summary takes focus, a form is sent once, htmx carries the CSRF token.

const PATIENCE = 10_000; // a download leaves the page as it is: its button comes back; the server refuses doubles anyway

export function enhance(root) {
  root.querySelector("[data-focus]:not(.gallery *)")?.focus();
  for (const button of root.querySelectorAll("[data-print][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

function guard(form) {
  if (form.dataset.sent) return false;
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
  }
  setTimeout(release, PATIENCE, form);
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
  if (form.method === "post" && !guard(form)) event.preventDefault();
});

// A page shown again by the back button may be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form");
  if (form) release(form);
});
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});
