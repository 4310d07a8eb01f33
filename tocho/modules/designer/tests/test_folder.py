"""Out as a zip and in again: exact; what is no folder of a procedure is refused in plain words."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from tocho.modules.designer.definitions import UnreadableFolder, from_zip, problems, renamed, to_zip
from tocho.modules.procedures.api import read_folder

CITY = Path(settings.BASE_DIR) / "city" / "procedures"
FOLDERS = sorted(path.name for path in CITY.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_exporting_and_importing_is_exact(folder: str) -> None:
    source = read_folder(CITY / folder)
    packed = to_zip(source, folder=folder)
    assert from_zip(packed) == source
    assert to_zip(from_zip(packed), folder=folder) == packed


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_zip_of_the_folder_itself_is_the_same(folder: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in (CITY / folder).rglob("*"):
            archive.write(path, path.relative_to(CITY))
    assert from_zip(out.getvalue()) == read_folder(CITY / folder)


def test_a_renamed_copy_has_a_process_of_its_own() -> None:
    copy = renamed(read_folder(CITY / "nozei-shomei"), key="inkan-shomei", title="別の証明", office="R02-0600-05-01")
    assert 'id="inkan-shomei"' in copy["process"]
    assert 'bpmnElement="inkan-shomei"' in copy["process"]
    assert [one for one in problems(copy) if one.is_error] == []


def broken() -> bytes:
    """A zip whose compressed bytes are damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("procedure.toml", b"a = 1\n" * 400)
    data = bytearray(out.getvalue())
    start = data.index(b"procedure.toml") + len(b"procedure.toml")
    data[start : start + 6] = b"\xff" * 6
    return bytes(data)


def procedure(toml: bytes = b"a=1", form: bytes = b"{}") -> bytes:
    return zipped(procedure_dot_toml=toml, form_dot_json=form, process_dot_bpmn=b"")


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no zip", "zipとして読めません"),
        (zipped(a_dot_txt=b""), "procedure.toml がありません"),
        (zipped(procedure_dot_toml=b"a ="), "form.json がありません|TOML"),
        (zipped(procedure_dot_toml=b"a=1", form_dot_json=b"{", process_dot_bpmn=b""), "form.json の1行目"),
        (zipped(procedure_dot_toml=b"a=1", form_dot_json=b"[]", process_dot_bpmn=b""), "オブジェクト"),
        (zipped(procedure_dot_toml=b"\xff"), "UTF-8"),
        (broken(), "zipとして読めません"),
        (procedure(form=b"[" * 200_000), "form.json に、長すぎる数か"),
        (procedure(form=b'{"a":' + b"9" * 5000 + b"}"), "form.json に、長すぎる数か"),
        (procedure(toml=b"a=" + b"9" * 5000), "procedure.toml に、長すぎる数か"),
        (procedure(toml=b"a=" + b"[" * 20_000), "procedure.toml に、長すぎる数か"),
        (procedure(form=b'{"a":' + b"[" * 99 + b"]" * 99 + b"}"), "保存できない値"),
        (procedure(form=b'{"title": "\\u0000"}'), "保存できない値"),
        (procedure(form=b'{"\\ud800": 1}'), "保存できない値"),
        (procedure(form=b'{"a": NaN}'), "保存できない値"),
        (procedure(toml=b"a=2020-11-01"), "保存できない値"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFolder, match=said):
        from_zip(data)
