"""schemathesis throws requests at the REST API by its own description: no server error, nothing undescribed."""

import itertools
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tocho.engines.rest.tests.factories import make_secret
from tocho.modules.procedures.actions import start_application
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.tests.factories import AT, make_world, submit

SCOPES = [
    *("applications:read", "applications:write", "cases:read", "cases:write", "decisions:read", "decisions:write"),
    "mandates:read",
]
DOCUMENTS = [{"key": "plan", "title": "平面図", "later": True}, {"key": "photos", "title": "写真", "optional": True}]
ROLES = [{"key": "chief", "title": "代表者", "least": 0, "level": "link", "declaration": "同意します。"}]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KEYS = itertools.count(1)

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def aim(case: schemathesis.Case, turn: int) -> None:
    """Two of three requests are about things that are there: what is deep in an operation is reached, too."""
    own = list(Application.objects.order_by("-id"))
    there = {
        "public_id": str(own[turn % 2].public_id),
        "case_id": own[-1].id,
        "key": "mihon" if case.path.startswith("/procedures") else "plan",
    }
    if turn % 3:
        case.path_parameters.update({name: there[name] for name in there if name in case.path_parameters})


@pytest.fixture
def secret(db: None) -> Iterator[str]:
    """Of an officer who has a case in the own section; requests share the test's connection and transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    world = make_world(documents=DOCUMENTS, cosign={"roles": ROLES})
    submit(world.version, kind="free")
    submit(world.version, kind="free", user_id=world.office.drafter.pk)
    start_application(version=world.version, user_id=world.office.drafter.pk, language="ja", at=AT)
    yield make_secret(world.office.drafter, SCOPES)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered_as_described(secret: str, case: schemathesis.Case) -> None:
    aim(case, turn := next(KEYS))
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"key-{turn}"}
    case.call_and_validate(headers=headers, checks=CHECKS)
