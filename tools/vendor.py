"""Copies the few browser files we use from node_modules to var/vendor-static, where Django finds them as static files.

No third-party file is committed and no bundler runs: design tokens, BPMN viewer and modeller are served as they were
published. Run it after ``npm ci``; it can be run again at any time.
"""

import os
import shutil
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
NODE_MODULES = BASE_DIR / "node_modules"
VENDOR = Path(os.environ.get("TOCHO_VAR", BASE_DIR / "var")) / "vendor-static" / "vendor"

# (file or folder in node_modules, where it is served below /static/vendor/)
FILES = (
    ("@digital-go-jp/design-tokens/dist/tokens.css", "design-tokens/tokens.css"),
    ("@digital-go-jp/design-tokens/LICENSE", "design-tokens/LICENSE"),
    ("bpmn-js/dist/bpmn-navigated-viewer.production.min.js", "bpmn-js/viewer.min.js"),
    ("bpmn-js/dist/bpmn-modeler.production.min.js", "bpmn-js/modeler.min.js"),
    ("bpmn-js/dist/assets", "bpmn-js/assets"),
    ("bpmn-js/LICENSE", "bpmn-js/LICENSE"),
)


def copy_vendor_files(target: Path = VENDOR) -> list[Path]:
    """Copy every file of ``FILES`` below ``target`` and return what was written; a missing package is an error."""
    written = []
    for source, destination in FILES:
        path = target / destination
        path.parent.mkdir(parents=True, exist_ok=True)
        if (NODE_MODULES / source).is_dir():
            shutil.copytree(NODE_MODULES / source, path, dirs_exist_ok=True)
        else:
            shutil.copyfile(NODE_MODULES / source, path)
        written.append(path)
    return written


if __name__ == "__main__":
    for path in copy_vendor_files():
        print(path)
