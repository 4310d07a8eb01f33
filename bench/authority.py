"""Promise (i): what the authority table says of a matter, and the whole route in the organisation of that day.

Wall milliseconds, PostgreSQL included: the table of the day, posts and delegations are read as for a draft.
"""

import time
from collections.abc import Callable
from statistics import median

from bench.decide import DRAFTER
from bench.meter import report
from bench.server import City

LOOKUP_MS, ROUTE_MS = 1, 5
ROUNDS, ASKED = 20, 50


def run(city: City, *, quick: bool) -> bool:
    from django.utils import timezone

    from tocho.core.accounts.models import User
    from tocho.core.ledger.api import Actor
    from tocho.core.org import api as org
    from tocho.modules.decisions.queries.routes import find_authority, find_route, words_of

    at = timezone.now()
    on = org.office_day(at)
    drafter = Actor(user_id=User.objects.get(username=DRAFTER).id)
    unit = org.posts_of(drafter.user_id or 0, at=at)[0].unit_code
    kinds = [code for code, _words in words_of(on)["category"]]
    facts = {"amount": 86_000}

    def lookup(number: int) -> None:
        find_authority(category=kinds[number % len(kinds)], facts=facts, on=on)

    def route(number: int) -> None:
        find_route(category=kinds[number % len(kinds)], facts=facts, unit=unit, drafter=drafter, at=at)

    kept = report("authority_lookup", _typical(lookup), "ms", LOOKUP_MS)
    return report("authority_route", _typical(route), "ms", ROUTE_MS) and kept


def _typical(ask: Callable[[int], None]) -> float:
    """Median over the rounds of what one question takes."""
    costs = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        for number in range(ASKED):
            ask(number)
        costs.append((time.perf_counter() - started) * 1000 / ASKED)
    return median(costs[1:])  # the first compiles
