"""Pure rules: what a file is, by its content; what may be stored; how its name is written."""

import re
import unicodedata
from io import BytesIO
from zipfile import BadZipFile, ZipFile

# Kinds that people attach to applications: content type → the endings a name may have.
KINDS: dict[str, frozenset[str]] = {
    "application/pdf": frozenset({"pdf"}),
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "image/png": frozenset({"png"}),
    "image/heic": frozenset({"heic", "heif"}),
    "image/tiff": frozenset({"tif", "tiff"}),
    "text/csv": frozenset({"csv"}),
    "text/plain": frozenset({"txt"}),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": frozenset({"docx"}),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": frozenset({"xlsx"}),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": frozenset({"pptx"}),
}
OFFICE = {"word/": "wordprocessingml.document", "xl/": "spreadsheetml.sheet", "ppt/": "presentationml.presentation"}
HEAD = 8192  # bytes that are enough to tell the kind of all but office files
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')


def clean_name(name: str) -> str:
    """A file name without folders, control, direction or reserved characters, NFC, at most 200 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = _FORBIDDEN.sub("_", name).strip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    return f"{stem[:180] or 'file'}{dot}{ending[:15]}"


def ending(name: str) -> str:
    """The ending of a name in small letters, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_of(content: bytes, *, name: str) -> str:
    """The content type by content; the name only tells CSV from plain text. "" when it is none of ``KINDS``."""
    import puremagic

    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if content.startswith((b"II*\x00", b"MM\x00*")):
        return "image/tiff"
    if ending(name) in ("csv", "txt") and (text := _text_kind(content, name)):
        return text  # a byte order mark at its beginning looks like many things
    try:
        found = puremagic.from_string(content[:HEAD], mime=True)
    except (puremagic.PureError, ValueError):
        return _text_kind(content, name)
    return found if found in KINDS else _text_kind(content, name) if found.startswith("text/") else ""


def _office_kind(content: bytes) -> str:
    try:
        names = ZipFile(BytesIO(content)).namelist()
    except (BadZipFile, NotImplementedError, OSError, ValueError):
        return ""
    if any(name.endswith("vbaProject.bin") for name in names):
        return ""
    for folder, kind in OFFICE.items():
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    return ""


def _text_kind(content: bytes, name: str) -> str:
    head = content[:HEAD]
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (b"\x00" in head and not is_wide) or head.lstrip()[:1] == b"<" or head.startswith(b"#!"):
        return ""
    for encoding in ("utf-16",) if is_wide else ("utf-8", "cp932", "euc_jp", "iso2022_jp"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.lstrip("\ufeff \r\n\t")[:1] != "<":
            return "text/csv" if ending(name) == "csv" else "text/plain"
    return ""
