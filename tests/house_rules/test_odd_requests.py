"""No request makes a server error: every route is asked with odd paths, queries, bodies and methods.

Some are answered 404, some 400, some with a page; never with 500. Each HTML answer carries the security policy.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from tests.house_rules.test_routes import routes
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.facts.registry import installed
from tocho.engines.rest.registry import scopes_for
from tocho.engines.rest.tests.factories import make_person, make_secret

pytestmark = pytest.mark.django_db

ODD_TEXT = (
    "%00",
    "%ff%fe",
    "７",
    "²",
    "%F0%9F%98%80",
    "..%2f..%2fetc%2fpasswd",
    "%0d%0aX:1",
    "a" * 3000,
    "x-" + "9" * 5000,
)
ODD = {
    "str": ODD_TEXT,
    "": ODD_TEXT,
    "path": ODD_TEXT,
    "slug": ("x", "_-", "a" * 3000, "a" * 300 + "-0", "x-" + "9" * 5000),
    "int": ("0", "9223372036854775808", "9" * 30),
    "form_part": ("form", "parts/x", "parts/" + "a" * 3000, "parts/%00"),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
}
QUERY_NAMES = ("q", "code", "after", "next", "month", "unit", "kind", "state", "encoding", "outcome")
QUERY_VALUES = ("%00", "%ff%fe", "７", "²", "9" * 5000, "-1", "2020-13", "0000-00", "//evil.example", "a%27%3B--")
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
FORM = "application/x-www-form-urlencoded"
BODIES = (
    (b"&".join(b"%s=%%00" % name for name in (b"code", b"login", b"password", b"email", b"method", b"next")), FORM),
    (b"&".join(b"k%d=1" % number for number in range(1100)), FORM),
    (b"a=1", f"{FORM}; charset=nonsense"),
    (b'{"a": [1', "application/json"),
    (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
    (b"a", "multipart/form-data"),
)
COOKIE = '"\\000' + "a" * 31 + '"'


def filled(route: str) -> Iterator[str]:
    """A route's addresses: all parameters odd in the same way, one way after another."""
    if "(?P" in route:  # the two regular expressions of the platform: odd words where they fit
        if route.startswith("/^data"):
            yield from ("/data/７.csv", f"/data/{'a' * 3000}.json", "/data/..xlsx")
        else:
            yield "/accounts/password/reset/key/zzzzzzzzzzzzzzzzzzzz-%00/"
        return
    kinds = PARAMETER.findall(route)
    for number in range(max((len(ODD[kind]) for kind in kinds), default=1)):
        yield PARAMETER.sub(lambda match, number=number: ODD[match[1] or ""][number % len(ODD[match[1] or ""])], route)  # type: ignore[misc]
    if "figures/<" in route:
        yield PARAMETER.sub(next(iter(installed().indicators)), route)


def addresses(access: str) -> list[str]:
    found = {path for path, name, needs in routes(get_resolver()) if needs == access and name != "account_logout"}
    return [address for route in sorted(found) for address in filled(route)]


def plain(access: str) -> list[str]:
    """Addresses whose own parameters are not what makes them odd."""
    return [address for address in addresses(access) if len(address) < 60 and "%" not in address]


def wrong(client: Client, method: str, address: str, body: bytes = b"", kind: str = "") -> list[str]:
    """What is wrong with an answer, in words; an empty list for a good one."""
    answer = client.generic(method, quote(address, safe="%/?&=-._"), body, kind or "text/plain")
    assert isinstance(answer, HttpResponse) or answer.streaming
    said = f"{method} {address[:100]} {kind}: {answer.status_code}"
    is_bare = "html" in answer.get("Content-Type", "") and "Content-Security-Policy" not in answer
    return [said] * (answer.status_code >= 500) + [f"{said} without policy"] * is_bare


@pytest.fixture(params=["public", "signed-in", "token"])
def access(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(access: str) -> Client:
    """Whoever the pages are for: anybody, an officer, or a program that may do everything."""
    client = Client(raise_request_exception=False)
    if access == "signed-in":
        unit = make_unit("TAX", "主税局")
        officer = make_officer("tax", make_post(unit, "主事", serves_as="reform"))
        client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[0])
    if access == "token":
        scopes = [scope.key for scope in scopes_for(is_staff=True)]
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {make_secret(make_person(kind='employee'), scopes)}"
    return client


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", logger="django")


def test_odd_addresses(client: Client, access: str) -> None:
    assert [fault for address in addresses(access) for fault in wrong(client, "GET", address)] == []


def test_odd_queries(client: Client, access: str) -> None:
    queries = ["&".join(f"{name}={value}" for name in QUERY_NAMES) for value in QUERY_VALUES]
    asked = [f"{address}?{query}" for address in plain(access) for query in queries]
    asked += [
        f"{page}?month=2020-10&after={value}" for page in plain(access) if "/records/" in page for value in QUERY_VALUES
    ]
    assert [fault for address in asked for fault in wrong(client, "GET", address)] == []


def test_odd_bodies_and_methods(client: Client, access: str) -> None:
    faults = [
        fault
        for address in plain(access)
        for body, kind in BODIES
        for fault in wrong(client, "POST", address, body, kind)
    ]
    methods = ("HEAD", "PUT", "OPTIONS", "TRACE", "WHAT")
    assert (
        faults + [fault for address in plain(access) for method in methods for fault in wrong(client, method, address)]
        == []
    )


def test_odd_cookies(client: Client) -> None:
    for name in ("sessionid", "csrftoken", "messages", "django_language"):
        client.cookies.load(f"{name}={COOKIE}")
        assert client.cookies[name].value.startswith("\0")
        assert wrong(client, "GET", "/my/") == []


def test_answers_from_outside_the_views_carry_the_policy_too() -> None:
    client = Client(raise_request_exception=False)
    strange_host = client.get("/", headers={"host": "evil.example"})
    forged = Client(enforce_csrf_checks=True).post("/ui/language/", {"language": "en"})
    for answer, status in ((strange_host, 400), (forged, 403), (client.get("/none/"), 404), (client.get("/my"), 301)):
        assert answer.status_code == status
        assert "default-src 'none'" in answer["Content-Security-Policy"]
