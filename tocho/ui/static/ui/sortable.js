// Lists that are put in order by dragging or by Alt+↑↓. The order itself is the server's: the page's form
// [data-sort-form] sends act=move:<from>:<to>; without JavaScript the items' own buttons do the same, one place at a time.

const form = document.querySelector("form[data-sort-form]");
let dragged = null;

function depth(place) {
  return place.split("-").length;
}

function move(from, to) {
  form.elements.act.value = `move:${from}:${to}`;
  form.requestSubmit();
}

function clear() {
  for (const one of document.querySelectorAll(".is-before, .is-over")) one.classList.remove("is-before", "is-over");
}

// The place at which a dragged item would land: before the item under the pointer, or at the end of the list.
function landing(event) {
  const item = event.target.closest("[data-place]");
  const list = event.target.closest("[data-sortable]");
  if (!list || !dragged) return null;
  const wanted = depth(dragged.dataset.place);
  if (item && item !== dragged && depth(item.dataset.place) === wanted) return { item, list, place: item.dataset.place };
  const end = list.dataset.sortable;
  return !item && end && depth(end) === wanted ? { list, place: end } : null;
}

if (form) {
  for (const item of document.querySelectorAll("[data-sortable] > [data-place]")) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      dragged = item;
      item.classList.add("is-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.dataset.place);
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("is-dragged");
      dragged = null;
      clear();
    });
  }
  document.addEventListener("dragover", (event) => {
    const target = landing(event);
    if (!target) return;
    event.preventDefault();
    clear();
    (target.item ?? target.list).classList.add(target.item ? "is-before" : "is-over");
  });
  document.addEventListener("drop", (event) => {
    const target = landing(event);
    if (!target) return;
    event.preventDefault();
    move(dragged.dataset.place, target.place);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const item = event.target.closest?.("[data-place]");
    const act = `${event.key === "ArrowUp" ? "up" : "down"}:${item?.dataset.place}`;
    const button = item?.querySelector(`button[value="${act}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
