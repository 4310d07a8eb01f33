// Small sharpening of pages that work without it. Each part lives in its own module.
import "./dialogs.js";
import "./files.js";
import "./forms.js";
import "./keys.js";
