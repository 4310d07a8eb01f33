"""The fixture ``page``: fetches a page as somebody and refuses to go on when its HTML is not worth serving.

Every HTML answer of a test is checked, so that a page with two h1, a label that points nowhere, a ``style=`` that the
CSP would block or a misspelt template variable cannot be committed by anyone who tests the page at all.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

UNDEFINED = "‹undefined %s›"
QUERY_CEILING = 30
TYPES_WITHOUT_LABEL = {"hidden", "submit", "button", "reset", "image"}
FRAGMENT_PARENTS = {"<tr": "tbody", "<td": "tr", "<th": "tr", "<tbody": "table", "<li": "ul", "<option": "select"}


class Page:
    """One answer: ``status``, ``html``, ``text`` (what is read), ``h1``, ``title``, ``links``, ``location``."""

    def __init__(self, response: HttpResponse, *, fragment: bool, query_count: int) -> None:
        self.response, self.fragment, self.query_count = response, fragment, query_count
        self.status = self.status_code = response.status_code
        self.location = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
        self.html = response.content.decode() if not response.streaming and is_html(response) else ""
        self.tree, self.faults = parse(self.html, fragment=fragment)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.response, name)

    def __contains__(self, text: str) -> bool:
        return text in self.text or text in self.html

    @property
    def text(self) -> str:
        """What a reader gets, in one line; scripts and hidden words of the head left out."""
        body = self.tree.find("body")
        return " ".join("".join(words(self.tree if body is None else body)).split())

    @property
    def h1(self) -> str:
        return " ".join("".join(next(self.tree.iter("h1")).itertext()).split())

    @property
    def title(self) -> str:
        return "".join(next(self.tree.iter("title")).itertext()).strip()

    @property
    def links(self) -> dict[str, str]:
        """Address by the words of the link."""
        return {" ".join("".join(a.itertext()).split()): a.get("href", "") for a in self.tree.iter("a")}

    @property
    def fields(self) -> dict[str, str]:
        """Value by name of every control: what a person who changes nothing would send."""
        values = {}
        for control in self.tree.iter("input"):
            if control.get("type") not in ("radio", "checkbox") or "checked" in control.attrib:
                values[control.get("name", "")] = control.get("value", "")
        return {name: value for name, value in values.items() if name}


def words(element: Element) -> Iterator[str]:
    if element.tag in ("script", "style", "template"):
        return
    yield element.text or ""
    for child in element:
        yield from words(child)
        yield child.tail or ""


def is_html(response: HttpResponse) -> bool:
    return str(response.headers.get("Content-Type", "")).startswith("text/html")


def parse(html: str, *, fragment: bool) -> tuple[Element, list[str]]:
    """The tree and what html5lib found wrong with it."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    if fragment:
        start = re.match(r"<[a-z]+", html.lstrip())
        tree = parser.parseFragment(html, container=FRAGMENT_PARENTS.get(start.group() if start else "", "div"))
    else:
        tree = parser.parse(html)
    return tree, [f"line {place[0]}: {code} {data}" for place, code, data in parser.errors]


def faults_of(page: Page) -> list[str]:
    """Everything that is wrong with the page, each with the words to find it."""
    elements = [element for element in page.tree.iter() if isinstance(element.tag, str)]
    faults = [*page.faults, *document_faults(page), *id_faults(elements), *label_faults(page.tree, elements)]
    faults += [fault for element in elements for fault in element_faults(element)]
    faults += [f"template variable: {name}" for name in re.findall(r"‹undefined [^›]*›", page.html)]
    return faults


def document_faults(page: Page) -> Iterator[str]:
    if page.fragment:
        return
    headings = list(page.tree.iter("h1"))
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
    if not page.tree.get("lang"):
        yield "html without lang"
    title = page.tree.find("head/title")
    if title is None or not (title.text or "").split("–")[0].strip():
        yield "no title of its own"


def id_faults(elements: list[Element]) -> Iterator[str]:
    ids = [element.get("id", "") for element in elements if "id" in element.attrib]
    yield from (f"id twice: {name!r}" for name in set(ids) if ids.count(name) > 1 or not name)
    for element in elements:
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            missing = set(element.get(attribute, "").split()) - set(ids)
            if missing:
                yield f"{attribute} points nowhere: {sorted(missing)}"


def label_faults(tree: Element, elements: list[Element]) -> Iterator[str]:
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    inside = {control for label in tree.iter("label") for control in label.iter()}
    for control in elements:
        if control.tag not in ("input", "select", "textarea") or control.get("type") in TYPES_WITHOUT_LABEL:
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("title")
        if not named and control not in inside and control.get("id") not in labelled:
            yield f"no label: {control.tag} {control.get('name')}"


def element_faults(element: Element) -> Iterator[str]:
    """What the CSP would block, and what cannot be read aloud."""
    is_data = element.tag == "script" and element.get("type") == "application/json"  # never run, so never blocked
    if element.tag in ("script", "style") and not is_data and not element.get("src") and not element.get("nonce"):
        yield f"inline <{element.tag}> without nonce"
    for name, value in element.attrib.items():
        if name == "style" or name.startswith("on"):
            yield f"{name}= on <{element.tag}>: the CSP blocks it"
        if name in ("href", "src", "action") and value.startswith("javascript:"):
            yield f"javascript: address on <{element.tag}>"
    if element.tag == "img" and "alt" not in element.attrib:
        yield f"img without alt: {element.get('src')}"
    if element.tag in ("a", "button") and not element.get("aria-label") and not "".join(element.itertext()).strip():
        yield f"<{element.tag}> without words: {element.attrib}"


class Pages:
    """``page.get(url, user=…, htmx=…, queries=N)`` and ``page.post(url, data, …)``; each answer is checked."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, url: str, user: Any = None, htmx: bool = False, queries: int = QUERY_CEILING, **extra: Any) -> Page:
        return self.fetch("get", url, None, user=user, htmx=htmx, queries=queries, **extra)

    def post(
        self,
        url: str,
        data: Mapping[str, Any] | None = None,
        user: Any = None,
        htmx: bool = False,
        queries: int = 2 * QUERY_CEILING,
        **extra: Any,
    ) -> Page:
        return self.fetch("post", url, dict(data or {}), user=user, htmx=htmx, queries=queries, **extra)

    def fetch(self, method: str, url: str, data: Any, *, user: Any, htmx: bool, queries: int, **extra: Any) -> Page:
        """``user`` signs in first; without one the client stays who it was. At most ``queries`` SQL statements."""
        if user is not None:
            self.client.force_login(user)
        headers = {**extra.pop("headers", {}), **({"HX-Request": "true"} if htmx else {})}
        with CaptureQueriesContext(connection) as captured:
            response = getattr(self.client, method)(url, data, headers=headers, **extra)
        page = Page(response, fragment=htmx, query_count=len(captured))
        faults = faults_of(page) if page.html.strip() else []
        assert not faults, f"{method.upper()} {url}:\n" + "\n".join(faults)
        shown = "\n".join(query["sql"][:200] for query in captured.captured_queries)
        assert len(captured) <= queries, (
            f"{method.upper()} {url} made {len(captured)} queries, at most {queries}:\n{shown}"
        )
        return page


@pytest.fixture
def page(db: None, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """Pages as people get them, over Django's test client; an undefined template variable fails the test."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "string_if_invalid", UNDEFINED)
    return Pages()
