"""What strangers' XML may not do."""

import pytest

from tocho.lib.xmlfile import XmlError, read_xml

BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
OUTSIDE = '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>'
FILE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d a="&x;"/>'


def kind(data: bytes, *, most: int = 1000) -> str:
    with pytest.raises(XmlError) as caught:
        read_xml(data, most=most)
    return caught.value.kind


def test_a_document_is_read() -> None:
    root = read_xml('<?xml version="1.0" encoding="UTF-8"?>\n<都><区 名="港"/><!-- 区 --></都>'.encode(), most=1000)
    assert (root.tag, root[0].get("名"), len(root)) == ("都", "港", 2)
    assert len(read_xml(b"\xef\xbb\xbf<a><!-- b --></a>", most=100, comments=False)) == 0


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, FILE, BOMB.replace("DOCTYPE", "doctype"), f"<!-- x -->\n{BOMB}"])
def test_a_document_type_is_refused(text: str) -> None:
    assert kind(text.encode()) == "doctype"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_document_type_does_not_hide_in_another_encoding(encoding: str) -> None:
    assert kind(BOMB.encode(encoding)) == "encoding"


@pytest.mark.parametrize("encoding", ["UTF-7", "Shift_JIS", "UTF-16", "IBM037", "ISO-8859-1"])
def test_another_declared_encoding_is_refused(encoding: str) -> None:
    assert kind(f"<?xml version='1.0' encoding='{encoding}'?><a/>".encode()) == "encoding"


def test_ebcdic_is_no_way_in() -> None:
    assert kind(f"<?xml version='1.0' encoding='IBM037'?>{BOMB}".encode("cp037")) == "syntax"


@pytest.mark.parametrize("data", [b"", b"  ", b"words", b"<a>", b"<a></b>", b"<a>&unknown;</a>", b"\xff\xfe<a/>"])
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    assert kind(data) == "syntax"


def test_size_and_depth_have_a_limit() -> None:
    assert kind(b"<a/>", most=3) == "size"
    assert kind(b"<a>" * 300 + b"</a>" * 300, most=10_000) == "syntax"


def test_the_line_of_a_fault_is_told() -> None:
    with pytest.raises(XmlError) as caught:
        read_xml(b"<a>\n<b>\n</a>", most=100)
    assert caught.value.line == 3
    with pytest.raises(XmlError) as caught:
        read_xml(b"<!-- x -->\n<!DOCTYPE a><a/>", most=100)
    assert caught.value.line == 2
