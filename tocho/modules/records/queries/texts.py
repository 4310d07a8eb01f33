"""The text of stored files, as far as it can be read: plain text, tables, Office Open XML, PDF with a layer of text.

Scans without one say nothing; they are found by their title.
"""

import re
import shutil
import zipfile
from io import BytesIO
from pathlib import Path

from tocho.core.files import api as files
from tocho.lib.caged import DiedError, run_program
from tocho.lib.xmlfile import XmlError, read_xml

MOST_BYTES = 20_000_000
MOST_PART = 10_000_000  # of one part of an Office document, unpacked
MOST_PARTS = 60
SECONDS, MEMORY, MOST_SAID = 60, 1_000_000_000, 10_000_000  # of a program: wall clock; bytes
PARTS = re.compile(
    r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml|xl/(sharedStrings|worksheets/sheet\d+)\.xml"
    r"|ppt/slides/slide\d+\.xml"
)
ENCODINGS = ("utf-8-sig", "cp932", "utf-16")


def text_of_file(file_id: int, *, most: int) -> str:
    """What a stored file says, at most so many characters; "" where that cannot be told or its content is erased."""
    stored = files.view(file_id)
    if stored.size > MOST_BYTES:
        return ""
    try:
        with files.open_file(file_id) as stream:
            content = stream.read()
    except FileNotFoundError:
        return ""
    reader = READERS.get(Path(stored.name).suffix.lower())
    return reader(content)[:most].replace("\x00", " ") if reader else ""


def _plain(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = [each for each in archive.infolist() if PARTS.fullmatch(each.filename)][:MOST_PARTS]
            return "\n".join(_words(archive.read(part)) for part in parts if part.file_size <= MOST_PART)
    except (zipfile.BadZipFile, XmlError, OSError, RuntimeError, NotImplementedError):
        return ""


def _words(part: bytes) -> str:
    """The text of one part: that of a paragraph or cell stands together, as it is read."""
    lines = []
    for element in read_xml(part, most=MOST_PART, comments=False).iter():
        name = str(element.tag).rpartition("}")[2]
        if name in ("p", "si", "c"):
            lines.append("".join(str(text) for text in element.itertext()))
    return "\n".join(lines)


def _pdf(content: bytes) -> str:
    """By ``pdftotext`` (Poppler) where the machine has it, in a process of its own with bounds of time, memory and of
    what it may say: strangers' files may unfold without end."""
    program = shutil.which("pdftotext")
    if program is None:
        return ""
    command = [program, "-q", "-enc", "UTF-8", "-", "-"]
    try:
        said = run_program(command, content, seconds=SECONDS, memory=MEMORY, most=MOST_SAID)
    except (DiedError, OSError):
        return ""
    return said.decode("utf-8", "replace")


READERS = {
    ".txt": _plain,
    ".csv": _plain,
    ".docx": _office,
    ".xlsx": _office,
    ".pptx": _office,
    ".pdf": _pdf,
}
