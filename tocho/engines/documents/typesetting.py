"""What both ways to typst have in common; loads no Django, for the child of ``sketch`` loads it, too."""

import re
from pathlib import Path
from typing import Any

STANDARDS = ["a-2a", "ua-1"]
SHARED = Path(__file__).parent / "typst"  # the only folder a template can read: /letter.typ
FONT_PACKAGES = (  # npm packages, in order of preference; BIZ UDPGothic lacks 𠮷 and its kind, Noto has them
    "biz-udpgothic/400Regular",
    "biz-udpgothic/700Bold",
    "noto-sans-jp/400Regular",
    "noto-sans-jp/700Bold",
)
PACKAGES_REFUSED = "a template may not import packages from the network"
_PACKAGE = re.compile(r'"(@|\\u\{0*40\})')  # a text that begins with @, however it is written


def names_package(source: str) -> bool:
    """Whether a template has a text that could name a package. One that is put together while it runs finds none, for
    the sketch that every template must pass has no network.
    """
    return bool(_PACKAGE.search(source))


def make_compiler(fonts_at: Path) -> Any:
    """A typst compiler that knows our fonts and our letter, and no package of this machine."""
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[fonts_at / name for name in FONT_PACKAGES],
    )
    nowhere = SHARED / "packages"  # does not exist
    return typst.Compiler(
        root=SHARED, font_paths=fonts, ignore_system_fonts=True, package_path=nowhere, package_cache_path=nowhere
    )
