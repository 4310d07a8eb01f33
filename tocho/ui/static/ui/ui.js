// Small sharpening of pages that work without it. Each part exports enhance(root), which may be called again.
import * as dialogs from "./dialogs.js";
import * as files from "./files.js";
import * as forms from "./forms.js";
import * as uploads from "./uploads.js";
import "./keys.js";
import * as live from "./live.js";
import * as map from "./map.js";
import "./typed.js";

const parts = [dialogs, files, forms, uploads, live, map];
const enhance = (root) => parts.forEach((part) => part.enhance(root));

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
