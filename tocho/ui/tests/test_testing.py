import pytest
from django.http import HttpResponse

from tocho.ui.testing import Page, faults_of

GOOD = '<!doctype html><html lang="ja"><head><title>申請 – 都庁</title></head><body>{}</body></html>'


def faults(body, fragment=False):
    html = body if fragment else GOOD.format(body)
    return faults_of(Page(HttpResponse(html), fragment=fragment, query_count=0))


def test_good_page_has_no_faults():
    assert faults('<h1>申請</h1><label for="a">名</label><input id="a" name="a"><a href="/">戻る</a>') == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p>x</p>", "0 h1 instead of one"),
        ("<h1>a</h1><h1>b</h1>", "2 h1 instead of one"),
        ('<h1>a</h1><p id="x"></p><p id="x"></p>', "id twice: 'x'"),
        ('<h1>a</h1><input name="q">', "no label: input q"),
        ('<h1>a</h1><label for="z">x</label>', "for points nowhere: ['z']"),
        ('<h1>a</h1><p style="color:red">x</p>', "style= on <p>: the CSP blocks it"),
        ('<h1>a</h1><button onclick="x()">x</button>', "onclick= on <button>: the CSP blocks it"),
        ("<h1>a</h1><script>x</script>", "inline <script> without nonce"),
        ('<h1>a</h1><a href="/"><svg></svg></a>', "<a> without words: {'href': '/'}"),
        ("<h1>a</h1>‹undefined user.nmae›", "template variable: ‹undefined user.nmae›"),
        ('<h1>a</h1><img src="/x.png">', "img without alt: /x.png"),
    ],
)
def test_fault_is_named(body, fault):
    assert fault in faults(body)


def test_unclosed_elements_are_faults():
    assert any("end-tag-too-early" in fault for fault in faults("<h1>a</h1><div><p>x</div></section>"))


def test_fragment_needs_no_heading_but_may_not_lie():
    assert faults("<tr><td>1</td></tr>", fragment=True) == []
    assert faults('<li id="a"></li><li id="a"></li>', fragment=True) == ["id twice: 'a'"]


def test_text_leaves_scripts_out():
    assert Page(HttpResponse(GOOD.format("<h1>a</h1> b")), fragment=False, query_count=0).text == "a b"
