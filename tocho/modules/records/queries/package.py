"""A file as the archive takes it over: a BagIt package (RFC 8493) with metadata and PDF/A, as a zip.

Each document is a folder: what it is (``metadata.json``: number, day, digest, ledger entries) and its content. Reading
it needs nothing of ours: JSON, PDF/A and the SHA-512 of every file.
"""

import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from tocho.core.files import api as files
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org

from ..models import Document, RecordFile
from .sources import source_of

VERSION = "1"


def write_bag(file: RecordFile, *, folder: Path, at: datetime) -> Path:
    """Write the package of a file into an empty folder; returns the path of the zip.

    :raises FileNotFoundError: the content of a document is missing.
    """
    import bagit

    root = folder / f"{file.unit}-{file.reference}"
    root.mkdir()
    _write(root / "file.json", file_metadata(file, at=at))
    for document in file.documents.select_related("stored").order_by("id").iterator(chunk_size=200):
        _document(root / f"{document.pk:08d}", document)
    info = {
        "Source-Organization": org.label_of(file.unit, on=file.opened_on),
        "External-Description": " ".join(file.title.split()),
        "External-Identifier": f"{file.unit}:{file.reference}",
        "Bagging-Date": org.office_day(at).isoformat(),
        "Bag-Software-Agent": "Virtual Tocho records",
    }
    bagit.make_bag(str(root), info, checksums=["sha512"])
    made = folder / f"{root.name}.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return made


def file_metadata(file: RecordFile, *, at: datetime) -> dict[str, Any]:
    """What is said about a file: names as in the glossary, days ISO 8601, the ledger's last entry as the anchor."""
    entries = ledger.entries_of(Subject("record_file", file.pk))
    return {
        "version": VERSION,
        "reference": file.reference,
        "title": file.title,
        "unit": file.unit,
        "unit_name": org.label_of(file.unit, on=file.opened_on),
        "fiscal_year": file.fiscal_year,
        "classification": {"code": file.classification.code, "title": file.classification.title},
        "retention": file.retention,
        "opened_on": _day(file.opened_on),
        "closed_on": _day(file.closed_on),
        "ends_on": _day(file.ends_on),
        "packaged_at": at.isoformat(),
        "acts": [{"kind": entry.kind, "at": entry.at.isoformat(), "entry": entry.id} for entry in entries],
    }


def _document(folder: Path, document: Document) -> None:
    folder.mkdir()
    about: dict[str, Any] = {
        "kind": document.kind,
        "number": document.number,
        "title": document.title,
        "dated_on": _day(document.dated_on),
        "digest": document.digest,
        "content": [],
    }
    source = source_of(document.subject_type) if document.subject_id is not None else None
    if source is not None and document.subject_id is not None:
        rendered = source.render(document.subject_id)
        about |= dict(rendered.metadata)
        _keep(folder, about, "document.pdf", rendered.pdf)
        for number, (name, content) in enumerate(rendered.attachments, start=1):
            _keep(folder, about, f"attachment-{number:02d}{Path(name).suffix.lower()[:10]}", content, name=name)
    if document.stored_id is not None:
        stored = files.view(document.stored_id)
        path = f"original{Path(stored.name).suffix.lower()[:10]}"
        with files.open_file(stored.id) as stream, (folder / path).open("wb") as target:
            shutil.copyfileobj(stream, target)
        about["content"].append({"path": path, "name": stored.name, "bytes": stored.size, "sha256": stored.digest_hex})
    _write(folder / "metadata.json", about)


def _keep(folder: Path, about: dict[str, Any], path: str, content: bytes, *, name: str = "") -> None:
    (folder / path).write_bytes(content)
    about["content"].append({"path": path, "name": name or path, "bytes": len(content)})


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
