"""The child of ``sketch``: reads one order as JSON, answers with pages, PDF and typst's words. Loads no Django."""

import base64
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

FONTS = ("biz-udpgothic/400Regular", "biz-udpgothic/700Bold", "noto-sans-jp/400Regular", "noto-sans-jp/700Bold")
PACKAGE = re.compile(r'"@[\w-]+/')
STANDARDS = ["a-2a", "ua-1"]


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Both compilations; the pictures are made even where the standards object, if they can be."""
    import typst

    found: dict[str, Any] = {"pages": [], "pdf": "", "message": "", "diagnostic": ""}
    if PACKAGE.search(order["source"]):
        return {**found, "message": "a template may not import packages from the network"}
    base = Path(order["base"])
    folders = [base / "node_modules/@expo-google-fonts" / name for name in FONTS]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    shared = base / "tocho/engines/documents/typst"
    compiler: Any = typst.Compiler(root=shared, font_paths=fonts, ignore_system_fonts=True)
    given = {"main.typ": order["source"].encode()}
    inputs = {"data": order["data"]}
    try:
        pdf = compiler.compile(given, sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=0)
        found["pdf"] = base64.b64encode(pdf).decode()
    except typst.TypstError as error:
        found |= {"message": str(error), "diagnostic": error.diagnostic or ""}
    try:
        pages = compiler.compile(given, sys_inputs=inputs, format="png", ppi=float(order["dots"]))
    except typst.TypstError:
        return found
    found["pages"] = [base64.b64encode(page).decode() for page in ([pages] if isinstance(pages, bytes) else pages)]
    return found


if __name__ == "__main__":
    command = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (command["memory"], command["memory"]))
    json.dump(answer(command), sys.stdout)
