"""The main job while its processes die: web and worker by ``kill -9``, the database's connections cut, at any moment.

Afterwards nothing is lost and nothing was done twice, whatever the moment: people simply press again.
``KILL_SEED=7 pytest tests/kills`` throws other dice.
"""

import contextlib
import http.client
import io
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string
from pytest_django import Settings

from tests.journeys.city import City, build_city
from tocho.core.accounts.models import User
from tocho.core.files import api as files
from tocho.core.jobs.testing import StartWorker, _test_database_url, wait_until
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import SYSTEM, Actor, Subject
from tocho.core.notify.models import Message
from tocho.core.org import api as org
from tocho.core.org.tests.factories import make_user
from tocho.modules.decisions import actions as deciding
from tocho.modules.decisions.models import Decision
from tocho.modules.notices.models import Notice
from tocho.modules.payments.models import PaymentIntent, Receipt
from tocho.modules.payments.tests.payer import Double, fetch, open_order
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import current_version
from tools.processes import wait_for
from tools.run import web_command
from tools.settings import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]
PATIENCE = 90
ANSWERS = {
    "tax_kind": "car", "fiscal_year": "2026", "applicant_kind": "individual", "plate_number": "品川 300 あ 12-34",
    "purpose": "general", "copies": 1, "applicant_birthday": "1990-04-01", "applicant_phone": "03-5321-1111",
    "applicant_name": {"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ"},
    "applicant_address": {"postal_code": "163-8001", "prefecture": "東京都", "city": "新宿区", "town": "西新宿",
                          "rest": "2-8-1"},
    "applicant_email": "hanako@mail.example",
}  # fmt: skip


class Web:
    """The real web server (granian, as ``make run`` starts it), which may be killed and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port(18000)
        self.url = f"http://localhost:{self.port}"
        self.environment = {**os.environ, **environment, "SITE_URL": self.url, "WEB_WORKERS": "1"}

    def start(self) -> None:
        self.process = subprocess.Popen(web_command(self.port), env=self.environment, start_new_session=True)
        wait_for(f"{self.url}/healthz", seconds=PATIENCE)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Person:
    """Somebody signed in, who sends forms and does not trust an answer that never came."""

    def __init__(self, web: Web, user: User) -> None:
        client = Client()
        client.force_login(user)
        token = get_random_string(32)
        session = client.cookies[configured.SESSION_COOKIE_NAME].value
        self.web, self.token = web, token
        self.cookies = f"{configured.SESSION_COOKIE_NAME}={session}; {configured.CSRF_COOKIE_NAME}={token}"

    def post(self, path: str, form: dict[str, str]) -> None:
        headers = {"Cookie": self.cookies, "X-CSRFToken": self.token, "Origin": self.web.url}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        with contextlib.suppress(OSError, http.client.HTTPException):
            link = http.client.HTTPConnection("localhost", self.web.port, timeout=15)
            link.request("POST", path, urlencode(form), headers)
            link.getresponse().read()
            link.close()


class Chaos:
    """Lets something begin and strikes at a random moment of it; then the person goes on until it is done."""

    def __init__(self, web: Web, seed: int) -> None:
        self.web, self.dice = web, random.Random(seed)

    def strike(self) -> None:
        if self.dice.random() < 0.3:
            cut_connections()
        else:
            self.web.kill()
            self.web.start()

    def during(self, act: Callable[[], None], *, done: Callable[[], bool], again: bool = True) -> None:
        thread = threading.Thread(target=act)
        thread.start()
        time.sleep(self.dice.uniform(0, 0.12))
        self.strike()
        thread.join()
        until = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < until, "it was never done"
            if again:
                act()
            time.sleep(0.05)


def cut_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )


@pytest.fixture
def city(transactional_db: None, settings: Settings, tmp_path: Path) -> City:
    settings.VAR_DIR = tmp_path
    return build_city()


@pytest.fixture
def environment(city: City, settings: Settings) -> dict[str, str]:
    settings.PAY_SECRET = "a secret of the kills"
    return {
        "DATABASE_URL": _test_database_url(),
        "TOCHO_VAR": str(settings.VAR_DIR),
        "CERTIFICATES_DIR": str(settings.CERTIFICATES_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
        "PAY_SECRET": settings.PAY_SECRET,
    }


@pytest.fixture
def web(environment: dict[str, str]) -> Iterator[Web]:
    server = Web(environment)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def double(web: Web, settings: Settings, tmp_path: Path) -> Iterator[Double]:
    with Double(secret=settings.PAY_SECRET, site=web.url, folder=tmp_path) as started:
        settings.PAY_URL, settings.SITE_URL = started.url, web.url
        yield started


def draft_of(user: User) -> Application:
    at = timezone.now()
    version = current_version("nozei-shomei")
    application = actions.start_application(version=version, user_id=user.id, language="ja", at=at)
    kept = files.store(io.BytesIO(b"%PDF-1.7 licence"), name="licence.pdf", by=SYSTEM, at=at)
    proof = [{"id": kept.id, "name": kept.name, "size": kept.size}]
    return actions.save_answers(application_id=application.id, answers={**ANSWERS, "identity_document": proof}, at=at)


def actor(user: User) -> Actor:
    return Actor(user_id=user.id, post_id=org.posts_of(user.id, at=timezone.now())[0].id)


def is_in(application: Application, *states: str) -> bool:
    application.refresh_from_db()
    return application.state in states


def submit_and_pay(chaos: Chaos, resident: Person, application: Application) -> None:
    submit = f"/apply/{application.public_id}/submit/"
    chaos.during(lambda: resident.post(submit, {}), done=lambda: is_in(application, "fee_due"))
    intent = PaymentIntent.objects.get(subject_id=application.id)
    order = open_order(intent, method="emoney", at=timezone.now())

    def pay() -> None:
        fetch("POST", order, {"plan": "twice"})

    chaos.during(pay, done=lambda: is_in(application, "examining"), again=False)  # the provider calls again by itself


def decide(chaos: Chaos, city: City, application: Application) -> None:
    words = {"outcome": "approve", "reasons": "", "body": ""}
    officer = actor(city.officer)
    decision_id = actions.draft_decision(application_id=application.id, actor=officer, at=timezone.now(), **words)
    decision = Decision.objects.get(id=decision_id)
    for user in (city.deputy, city.reviewer):
        step = decision.steps.get(state="active")
        deciding.approve_step(decision_id=decision_id, step_id=step.id, actor=actor(user), at=timezone.now())
    chief, form = Person(chaos.web, city.chief), {"step": str(decision.steps.get(state="active").id)}
    approve = f"/desk/decisions/{decision_id}/approve/"
    chaos.during(
        lambda: chief.post(approve, form), done=lambda: Decision.objects.get(id=decision_id).decided_at is not None
    )


def kill_workers_until(done: Callable[[], bool], start: Callable[[], Any], dice: random.Random) -> None:
    """Workers that live for a moment only; the last one may finish."""
    for _ in range(2):
        worker = start()
        time.sleep(dice.uniform(0, 0.8))
        worker.kill()
    start()
    wait_until(done, seconds=PATIENCE)


def test_nothing_is_lost_and_nothing_done_twice(
    city: City, web: Web, double: Double, environment: dict[str, str], start_worker: StartWorker
) -> None:
    chaos, user = Chaos(web, int(os.environ.get("KILL_SEED", "1"))), make_user("hanako")
    resident = Person(web, user)
    applications = [draft_of(user) for _ in range(2)]
    for application in applications:
        submit_and_pay(chaos, resident, application)
        decide(chaos, city, application)

    def all_closed() -> bool:
        released = Notice.objects.filter(state="released").count() == len(applications)
        return released and all(is_in(one, "closed") for one in applications)

    names = {**environment, "SITE_URL": web.url, "PAY_URL": configured.PAY_URL}
    kill_workers_until(all_closed, lambda: start_worker(**names), chaos.dice)
    wait_until(lambda: not Message.objects.exclude(state="sent").exists(), seconds=PATIENCE)
    for application in applications:
        assert_once(application)
    assert sorted(Decision.objects.values_list("number", flat=True)) == [1, 2]


def assert_once(application: Application) -> None:
    acts = Counter(entry.kind for entry in ledger.entries_of(Subject("application", application.id)))
    for kind in ("submitted", "fee_collected", "examined", "closed"):
        assert acts[f"application.{kind}"] == 1, (kind, acts)
    for kind in ("composed", "sealed", "released"):
        assert acts[f"notice.{kind}"] == 1, (kind, acts)
    decision = Decision.objects.get(subject_type="application", subject_id=application.id)
    assert decision.state == "issued"
    decided = Counter(entry.kind for entry in ledger.entries_of(Subject("decision", decision.id)))
    assert (decided["decision.decided"], decided["decision.issued"]) == (1, 1)
    assert Notice.objects.filter(subject_id=application.id).count() == 1
    assert Receipt.objects.filter(intent__subject_id=application.id).count() == 1
    mails = Message.objects.filter(key__startswith=f"application:{application.id}:application_received")
    assert mails.count() == 1
