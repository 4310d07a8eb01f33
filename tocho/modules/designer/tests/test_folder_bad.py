"""A zip that is none of ours is refused politely, whatever is wrong with it."""

import io
import zipfile

import pytest

from tocho.modules.designer.definitions import from_zip, shape, to_zip
from tocho.modules.designer.definitions.folder import UnreadableFolder


def packed(**files: str) -> bytes:
    """The empty procedure as a zip, with some of its files replaced (``form_json`` is ``form.json``)."""
    source = shape("blank")
    assert source is not None
    out = io.BytesIO()
    names = {name.replace("_", "."): text for name, text in files.items()}
    with zipfile.ZipFile(io.BytesIO(to_zip(source, folder="blank"))) as before, zipfile.ZipFile(out, "w") as after:
        for info in before.infolist():
            text = names.get(info.filename.rpartition("/")[2])
            after.writestr(info.filename, before.read(info) if text is None else text)
    return out.getvalue()


def test_what_is_written_is_read() -> None:
    assert from_zip(packed()) == shape("blank")


@pytest.mark.parametrize(
    "files",
    [
        {"form_json": "[" * 100_000},
        {"form_json": '{"a": ' + "9" * 5_000 + "}"},
        {"form_json": '{"title": "a\\u0000b", "steps": []}'},
        {"procedure_toml": "a = " + "[" * 100_000},
        {"procedure_toml": "a = " + "9" * 5_000},
    ],
)
def test_numbers_nests_and_characters_that_nobody_needs(files: dict[str, str]) -> None:
    with pytest.raises(UnreadableFolder):
        from_zip(packed(**files))


def test_a_broken_zip() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/procedure.toml", "x = 1\n" * 500)
    data = bytearray(out.getvalue())
    data[60:70] = b"\xff" * 10
    with pytest.raises(UnreadableFolder):
        from_zip(bytes(data))
