"""What belongs to one person or office is out of everybody else's reach, on every route of the platform.

Two people and two offices have everything that a route can name (``crowd.py``). Whoever asks for what is the other's
gets no word of it and changes nothing; a child of one is not reached through a parent of another; pages about a person
stay in no cache; no form is taken from another site; nobody is led off the site.
"""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from tests.house_rules.crowd import Side, make_sides
from tests.house_rules.test_routes import routes
from tocho.core.accounts.models import User
from tocho.core.ledger.models import LedgerEntry as Entry

pytestmark = pytest.mark.django_db

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Words that name nothing of anybody's.
WORDS = {
    "username": "x",
    "name": "approved",
    "place": "0",
    "part": "form",
    "number": "1",
    "form": "csv",
    "group": "basics",
    "state": "planned",
    "step": "who",
    "provider_id": "gbizid",
    "layout": "x",
    "source": "x",
    "rest": "x",
    "code": "T-01",
    "pk": "1",
    "verb": "hold",
}
# A sandbox of a design; the inventory, the sealed papers, the delegations and the authority table, which all employees
# read (its proposed changes: those who check documents); a notice (needs its seal); a link that opens a session; what
# stands still (for those who tend the system).
WITHOUT_SAMPLE = {
    ("decisions", "change_id"),
    ("decisions", "delegation_id"),
    (
        "decisions",
        "sheet_id",
    ),  # of all who keep the table: decisions/tests/test_pages_sheets.py
    ("decisions", "table_id"),
    ("designer", "token"),
    ("inventory", "entry_id"),
    ("notices", "authorisation_id"),  # of a bureau, too. See notices/tests/test_pages_seals.py
    ("notices", "token"),
    ("portal", "month"),  # of a bureau; both sides are of one. See portal/tests/test_pages_returns.py
    ("portal", "thing_id"),
    ("portal", "unit"),
    ("procedures", "token"),
    ("seals", "bureau"),
    ("seals", "requirement_id"),
    ("seals", "return_id"),
    ("seals", "rule_id"),
    ("seals", "survey_id"),
}
OPEN = {"key", "event_id", "procedure", *WORDS}  # what these name, anybody may know
# Signed by their senders, not by a session; and a check of a file that changes nothing and knows nobody.
WITHOUT_TOKEN = {"line:webhook", "payments:provider_callback", "notices:verify_file"}
ELSEWHERE = ("//evil.example", "https://evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)")


@cache
def known() -> list[tuple[str, str, str]]:
    found = {(f"/{path.lstrip('/')}", name, needs) for path, name, needs in routes(get_resolver())}
    return sorted(route for route in found if "(?P" not in route[0] and route[1] != "account_logout")


def value(side: Side, name: str, parameter: str) -> str | None:
    """What a parameter of a route names of a side's; None where the side has nothing of the kind."""
    if parameter in WORDS:
        return WORDS[parameter]
    if name in ("procedures:signing_detail", "procedures:signing_decline"):
        return str(side.things["signing"])
    if name == "procedures:signing_open":
        return None
    own = f"{name.split(':')[0]}:{parameter}"
    found = side.things.get(own, side.things.get(parameter))
    return None if found is None else str(found)


def address(path: str, name: str, *sides: Side) -> str | None:
    """A route with its parameters filled: the first from the first side, those after it from the next."""
    for number, parameter in enumerate(PARAMETER.findall(path)):
        filled = value(sides[min(number, len(sides) - 1)], name, parameter)
        if filled is None:
            return None
        path = PARAMETER.sub(filled, path, count=1)
    return path


def addresses(*sides: Side, private: bool = True) -> Iterator[tuple[str, str, str]]:
    """Name, address and need of each route that names something private of the sides, or of all routes."""
    for path, name, needs in known():
        wanted = set(PARAMETER.findall(path)) - OPEN
        found = address(path, name, *sides)
        if found is not None and (not private or wanted):
            yield name, found, needs


def as_user(user: User | None, **settings_of_client: object) -> Client:
    client = Client(raise_request_exception=False, **settings_of_client)
    if user is not None:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def said(answer: object) -> str:
    """All that an answer tells: where it leads and its words."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return answer.get("Location", "") + body.decode(errors="replace")  # type: ignore[attr-defined]


@pytest.fixture
def sides() -> tuple[Side, Side]:
    ours, theirs, _office = make_sides()
    return ours, theirs


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", logger="django")


def test_nobody_reaches_what_is_anothers(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    faults = []
    for who, user in (("anybody", None), ("resident", theirs.resident), ("officer", theirs.officer)):
        client, before = as_user(user), Entry.objects.count()
        for name, there, _needs in addresses(ours):
            if "token" in there or ours.things.get(f"{name.split(':')[0]}:token", "-") in there:
                continue  # who holds a mailed link may use it
            for method in ("GET", "POST"):
                answer = client.generic(method, there)
                if answer.status_code not in (302, 401, 403, 404, 405) or ours.secret in said(answer):
                    faults.append(f"{who} {method} {name}: {answer.status_code}")
        if Entry.objects.count() != before:
            faults.append(f"{who} left {Entry.objects.count() - before} entries")
    assert faults == []


def test_what_is_anothers_is_not_reached_through_ones_own(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    faults, tried = [], 0
    for user in (theirs.resident, theirs.officer):
        client = as_user(user)
        for path, name, _needs in known():
            if len(set(PARAMETER.findall(path)) - OPEN) < 2 or (there := address(path, name, theirs, ours)) is None:
                continue
            tried += 1
            for method in ("GET", "POST"):
                answer = client.generic(method, there)
                if answer.status_code not in (302, 401, 403, 404, 405) or ours.secret in said(answer):
                    faults.append(f"{method} {name}: {answer.status_code}")
    assert faults == []
    assert tried >= 14


def test_pages_about_a_person_stay_in_no_cache(sides: tuple[Side, Side]) -> None:
    ours = sides[0]
    faults, shown = [], 0
    for user in (ours.resident, ours.officer):
        client = as_user(user)
        for name, there, needs in addresses(ours, private=False):
            answer = client.get(there)
            if answer.status_code >= 500:
                faults.append(f"{name}: {answer.status_code}")
            shown += ours.secret in said(answer)
            if needs != "token" and answer.status_code == 200 and "max-age" not in answer.get("Cache-Control", ""):
                faults += [f"{name}: {answer.get('Cache-Control')}"] * (
                    "no-store" not in answer.get("Cache-Control", "")
                )
    assert faults == []
    assert shown >= 30  # the tests above had something to find


def test_whoever_holds_a_mailed_link_leaves_nothing_in_a_cache(sides: tuple[Side, Side]) -> None:
    ours = sides[0]
    for name in ("consultations:token", "events:token", "payments:token"):
        (there,) = {found for one, found, _needs in addresses(ours) if found.endswith(f"{ours.things[name]}/")}
        answer = as_user(None).get(there)
        assert answer.status_code == 200
        assert "no-store" in answer.get("Cache-Control", ""), there


def test_no_form_is_taken_from_another_site(sides: tuple[Side, Side]) -> None:
    ours = sides[0]
    for user in (None, ours.resident, ours.officer):
        client = as_user(user, enforce_csrf_checks=True)
        taken = {
            name
            for name, there, needs in addresses(ours, private=False)
            if needs != "token" and client.post(there, {"a": "1"}).status_code not in (403, 404)
        }
        assert {name for name in taken if not name.startswith("rest:")} <= WITHOUT_TOKEN


def test_nobody_is_led_off_the_site(sides: tuple[Side, Side]) -> None:
    ours = sides[0]
    ask = "&".join(("next={0}", "back={0}", "return={0}", "url={0}", "to={0}"))
    faults = []
    for user in (None, ours.resident, ours.officer):
        client = as_user(user)
        for name, there, _needs in addresses(ours, private=False):
            for elsewhere in ELSEWHERE if "/accounts/" in there or name.startswith("ui:") else ELSEWHERE[:1]:
                query = ask.format(elsewhere)
                for answer in (
                    client.get(f"{there}?{query}", headers={"referer": elsewhere}),
                    client.post(there, query, "application/x-www-form-urlencoded", headers={"referer": elsewhere}),
                ):
                    goes = urlsplit(answer.get("Location", "") or answer.get("HX-Redirect", ""))
                    linked = re.search(r'(href|action|src)="(//evil|https:/*evil|/\\evil|javascript)', said(answer))
                    if goes.netloc not in ("", "testserver") or goes.scheme == "javascript" or linked:
                        faults.append(f"{name}: {answer.get('Location')} {linked and linked[0]}")
    assert sorted(set(faults)) == []


def test_the_two_have_something_of_every_kind(sides: tuple[Side, Side]) -> None:
    missing = {
        (name.split(":")[0], parameter)
        for path, name, _needs in known()
        for parameter in PARAMETER.findall(path)
        if value(sides[0], name, parameter) is None
    }
    assert missing <= WITHOUT_SAMPLE, "give both sides one of these in crowd.py, or say here why not"
