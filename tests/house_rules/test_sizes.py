"""Sizes (docs/develop/house.md): the list of exceptions may only shrink."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE, FUNCTION, CLASS, PARAMETERS, TEMPLATE, SCRIPT, TEST = 500, 60, 300, 7, 150, 100, 40
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "managers", "services", "handlers"}
EXCEPTIONS: set[str] = set()


def sources() -> list[Path]:
    folders = ("tocho", "config", "tools", "bench", "doubles", "tests")
    return [p for f in folders for p in (ROOT / f).rglob("*.py") if "migrations" not in p.parts]


def too_large(path: Path) -> Iterator[str]:
    text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
    is_test = "tests" in path.parts
    if text.count("\n") > (FILE + 300 if is_test else FILE):
        yield f"{name}: {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            limit = TEST if is_test and node.name.startswith("test_") else FUNCTION
            if lines > limit:
                yield f"{name}:{node.name}: {lines} lines"
            positional = [a for a in node.args.posonlyargs + node.args.args if a.arg not in ("self", "cls")]
            if not is_test and (
                len(positional) > PARAMETERS or len(positional + node.args.kwonlyargs) > PARAMETERS + 3
            ):
                yield f"{name}:{node.name}: {len(positional + node.args.kwonlyargs)} parameters"
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno + 1 > CLASS:
            yield f"{name}:{node.name}: class of {(node.end_lineno or 0) - node.lineno + 1} lines"


def test_nothing_is_too_large() -> None:
    assert {fault for path in sources() for fault in too_large(path)} - EXCEPTIONS == set()


def test_no_exception_is_left_over() -> None:
    assert EXCEPTIONS - {fault for path in sources() for fault in too_large(path)} == set()


@pytest.mark.parametrize(("suffix", "limit"), [("html", TEMPLATE), ("js", SCRIPT)])
def test_templates_and_scripts_are_short(suffix: str, limit: int) -> None:
    lengths = {str(p.relative_to(ROOT)): p.read_text().count("\n") for p in (ROOT / "tocho").rglob(f"*.{suffix}")}
    assert {name for name, lines in lengths.items() if lines > limit} == set()


def test_no_name_that_says_nothing() -> None:
    assert [str(p) for p in sources() if p.stem in FORBIDDEN_NAMES or p.parent.name in FORBIDDEN_NAMES] == []
