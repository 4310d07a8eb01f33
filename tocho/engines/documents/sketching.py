"""The child of ``sketch``: reads one order as JSON, answers with pages, PDF and typst's words. Loads no Django."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from tocho.engines.documents.typesetting import PACKAGES_REFUSED, STANDARDS, make_compiler, names_package


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Both compilations; the pictures are made even where the standards object, if they can be."""
    import typst

    found: dict[str, Any] = {"pages": [], "pdf": "", "message": "", "diagnostic": ""}
    if names_package(order["source"]):
        return {**found, "message": PACKAGES_REFUSED}
    compiler = make_compiler(Path(order["base"]) / "node_modules/@expo-google-fonts")
    given = {"main.typ": order["source"].encode()}
    inputs = {"data": order["data"]}
    try:
        pdf = compiler.compile(given, sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=0)
        found["pdf"] = base64.b64encode(pdf).decode()
    except typst.TypstError as error:
        found |= {"message": str(error), "diagnostic": error.diagnostic or ""}
    if not order["dots"]:
        return found
    try:
        pages = compiler.compile(given, sys_inputs=inputs, format="png", ppi=float(order["dots"]))
    except typst.TypstError:
        return found
    found["pages"] = [base64.b64encode(page).decode() for page in ([pages] if isinstance(pages, bytes) else pages)]
    return found


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
