"""A design as a zip of the files that ``city/procedures/<key>/`` holds; writing and reading again is exact."""

import io
import json
import re
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from tocho.lib.errors import Refused
from tocho.lib.tomlfile import dump_toml

from .kinds import languages
from .parts import Source, is_storable

MAX_FILES, MAX_BYTES = 200, 5_000_000
FILES = {"rules": "dmn", "notices": "typ", "parts": "json"}
NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")


class UnreadableFolder(Refused):
    """The zip does not hold a procedure; the message names the file and what is wrong."""


def to_zip(source: Source, *, folder: str) -> bytes:
    """The files of a source below one folder, in a zip whose bytes depend on nothing but them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files_of(source):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}"), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def files_of(source: Source) -> Iterator[tuple[str, str]]:
    """(name, text) of each file."""
    yield "procedure.toml", dump_toml(source["facts"], on_one_line=languages())
    yield "form.json", _json(source["form"])
    yield "process.bpmn", source["process"]
    for part, ending in FILES.items():
        for name, value in source.get(part, {}).items():
            yield f"{part}/{name}.{ending}", _json(value) if ending == "json" else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def from_zip(data: bytes) -> dict[str, Any]:
    """The source in a zip: the files themselves, or one folder of them. It may have faults; it must be readable.

    :raises UnreadableFolder: no zip, too large, a file is missing or is not what its name says.
    """
    texts = _texts(data)
    source: dict[str, Any] = {
        "facts": _toml(_needed(texts, "procedure.toml")),
        "form": _object("form.json", _needed(texts, "form.json")),
        "process": _needed(texts, "process.bpmn"),
        "rules": {},
        "notices": {},
    }
    for name, text in sorted(texts.items()):
        part, _slash, rest = name.partition("/")
        stem, _dot, ending = rest.rpartition(".")
        if FILES.get(part) == ending and NAME.fullmatch(stem):
            source.setdefault(part, {})[stem] = _object(name, text) if ending == "json" else text
    if not is_storable(source):
        raise UnreadableFolder(_("保存できない値（制御文字、日付、深すぎる入れ子など）があります。"))
    return source


def _texts(data: bytes) -> dict[str, str]:
    """The files by their names below the folder that holds them all."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_BYTES:
            raise UnreadableFolder(_("zipが大きすぎます。手続のフォルダーだけを入れてください。"))
        root = next(
            (str(PurePosixPath(i.filename).parent) for i in infos if i.filename.endswith("procedure.toml")), None
        )
        if root is None:
            raise UnreadableFolder(_("zipの中に procedure.toml がありません。"))
        prefix = "" if root == "." else f"{root}/"
        inside = [info for info in infos if info.filename.startswith(prefix)]
        return {info.filename.removeprefix(prefix): archive.read(info).decode() for info in inside if _is_ours(info)}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise UnreadableFolder(_("zipとして読めません。")) from error
    except UnicodeDecodeError as error:
        raise UnreadableFolder(_("UTF-8ではないファイルがあります。")) from error


def _is_ours(info: zipfile.ZipInfo) -> bool:
    return info.filename.rpartition(".")[2] in ("toml", "json", "bpmn", "dmn", "typ")


def _needed(texts: dict[str, str], name: str) -> str:
    if name not in texts:
        raise UnreadableFolder(_("zipの中に %s がありません。") % name)
    return texts[name]


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFolder(_("procedure.toml をTOMLとして読めません（%s）。") % error) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFolder(_too_much("procedure.toml")) from error


def _object(name: str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        words = {"name": name, "line": error.lineno}
        raise UnreadableFolder(_("%(name)s の%(line)s行目をJSONとして読めません。") % words) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFolder(_too_much(name)) from error
    if not isinstance(found, dict):
        raise UnreadableFolder(_("%s はオブジェクトではありません。") % name)
    return found


def _too_much(name: str) -> str:
    """What is said of a number too long or a nesting too deep for any reader."""
    return _("%s に、長すぎる数か、深すぎる入れ子があります。") % name


# --- a new procedure from another ------------------------------------------------------------------------------------

_PROCESS = re.compile(r'<((?:\w+:)?process)\b([^>]*?)\bid="([^"]*)"')


def renamed(source: Source, *, key: str, title: str, office: str) -> dict[str, Any]:
    """A copy as a procedure of its own: key, title and office are its own, and its process is called as it is."""
    facts = {**source["facts"], "key": key, "title": title, "office": office}
    form = {**source["form"], "title": title}
    return {**source, "facts": facts, "form": form, "process": with_process_id(source["process"], key)}


def with_process_id(process: str, key: str) -> str:
    """A process under another id: that of the procedure it is to belong to."""
    found = _PROCESS.search(process)
    if not found:
        return process
    process = _PROCESS.sub(rf'<\1\2id="{key}"', process, count=1)
    return process.replace(f'bpmnElement="{found[3]}"', f'bpmnElement="{key}"')
