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
from tocho.modules.procedures.tests.factories import make_world, submit

SCOPES = ["applications:read", "applications:write", "cases:read", "cases:write", "decisions:read", "decisions:write"]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KEYS = itertools.count(1)

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture
def secret(db: None) -> Iterator[str]:
    """Of an officer who has a case in the own section; requests share the test's connection and transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    world = make_world()
    submit(world.version, kind="free")
    yield make_secret(world.office.drafter, SCOPES)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered_as_described(secret: str, case: schemathesis.Case) -> None:
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"key-{next(KEYS)}"}
    case.call_and_validate(headers=headers, checks=CHECKS)
