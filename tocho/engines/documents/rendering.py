"""Typst source and data → PDF/A-2a + PDF/UA-1.

The data goes in as one JSON string (``sys.inputs.data``), never into the source: a name cannot become a command.
The standards are always on, so a character without a glyph is an error here and not a blank box on a citizen's notice.
"""

import functools
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

STANDARDS = ["a-2a", "ua-1"]
SHARED = Path(__file__).parent / "typst"  # the only folder a template can read: /letter.typ
FONT_PACKAGES = (  # npm packages, in order of preference; BIZ UDPGothic lacks 𠮷 and its kind, Noto has them
    "biz-udpgothic/400Regular",
    "biz-udpgothic/700Bold",
    "noto-sans-jp/400Regular",
    "noto-sans-jp/700Bold",
)
_PACKAGE_IMPORT = re.compile(r'"@[\w-]+/')
_compiling = threading.Lock()  # a typst compiler is one borrow at a time; parallel rendering takes processes


class RenderError(ValueError):
    """A template or its data does not make a document; the message says why, in typst's words."""


def render(source: str, data: Mapping[str, Any]) -> bytes:
    """One PDF from a Typst template; the same source and data give the same bytes.

    ``source`` may import ``/letter.typ`` (our shared letter) and nothing else; ``data`` must be JSON-able.

    :raises RenderError: for a mistake in the template, a missing value, or a character that no font can draw.
    """
    import typst

    if _PACKAGE_IMPORT.search(source):
        raise RenderError("a template may not import packages from the network")
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
    import typst

    root = settings.BASE_DIR / "node_modules/@expo-google-fonts"
    missing = [name for name in FONT_PACKAGES if not (root / name).is_dir()]
    if missing:
        raise RenderError(f"fonts are missing below {root}: {', '.join(missing)}; run npm ci")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[root / name for name in FONT_PACKAGES]
    )
    return typst.Compiler(root=SHARED, font_paths=fonts, ignore_system_fonts=True)
