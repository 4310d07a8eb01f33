"""Typst source and data → PDF/A-2a + PDF/UA-1.

The data goes in as one JSON string (``sys.inputs.data``), never into the source: a name cannot become a command.
The standards are always on, so a character without a glyph is an error here and not a blank box on a citizen's notice.
"""

import functools
import re
import threading
from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings

from .typesetting import FONT_PACKAGES, PACKAGES_REFUSED, STANDARDS, make_compiler, names_package

_compiling = threading.Lock()  # a typst compiler is one borrow at a time; parallel rendering takes processes


_GLYPH = re.compile(r'the text [`"]+(.+?)[`"]+ could not be displayed')


def missing_glyph(message: str) -> str:
    """The sign that no font can draw, where typst's words are about one; otherwise ""."""
    found = _GLYPH.search(message)
    return found[1] if found else ""


class RenderError(ValueError):
    """A template or its data does not make a document; the message says why, in typst's words."""

    @property
    def missing(self) -> str:
        """The sign that no font can draw; "" when something else is wrong."""
        return missing_glyph(str(self))


def render(source: str, data: Mapping[str, Any]) -> bytes:
    """One PDF from a Typst template; the same source and data give the same bytes.

    ``source`` may import ``/letter.typ`` (our shared letter) and nothing else; ``data`` must be JSON-able.

    :raises RenderError: for a mistake in the template, a missing value, or a character that no font can draw.
    """
    import typst

    if names_package(source):
        raise RenderError(PACKAGES_REFUSED)
    try:
        with _compiling:
            pdf: bytes = _compiler().compile(
                {"main.typ": source.encode()},
                sys_inputs={"data": orjson.dumps(data).decode()},
                pdf_standards=STANDARDS,
                timestamp=0,  # what typst would otherwise take from the clock
            )
    except typst.TypstError as error:
        raise RenderError("; ".join([str(error), *error.hints])) from error
    return pdf


@functools.cache
def _compiler() -> Any:
    root = settings.BASE_DIR / "node_modules/@expo-google-fonts"
    missing = [name for name in FONT_PACKAGES if not (root / name).is_dir()]
    if missing:
        raise RenderError(f"fonts are missing below {root}: {', '.join(missing)}; run npm ci")
    return make_compiler(root)
