"""Signing while the applicant changes the content: either the change asks again, or the signature is refused."""

from typing import Any

import pytest

from tocho.core.ledger.api import SYSTEM, Actor
from tocho.modules.cosigning import api as cosigning
from tocho.modules.decisions.tests.factories import make_office
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import content_digest

from .factories import ANSWERS, AT, source
from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROLES = {"roles": [{"key": "officer", "title": "役員", "level": "link", "declaration": "同意します。"}]}


@pytest.fixture
def draft(transactional_db: None) -> Application:
    make_office()
    version = actions.publish_version(source=source(cosign=ROLES), actor=SYSTEM, at=AT)
    application = actions.start_application(version=version, user_id=None, language="ja", at=AT)
    return actions.save_answers(application_id=application.id, answers={**ANSWERS, "kind": "free"}, at=AT)


def ask(draft: Application, email: str = "ito@example.jp") -> int:
    person = {"role": "officer", "name": "伊藤", "email": email}
    return actions.invite_cosigner(application_id=draft.id, **person, actor=Actor(), at=AT)


def sign(draft: Application, asked: int, seen: str) -> object:
    values: dict[str, Any] = {"answers": {}, "method": "link:code", "actor": Actor(), "at": AT}
    return actions.sign_application(application_id=draft.id, invitation_id=asked, seen=seen, **values)


def test_nobody_has_signed_what_was_changed(draft: Application) -> None:
    asked = ask(draft)
    for copies in (2, 3, 4, 5):
        application = Application.objects.get(id=draft.id)
        seen = content_digest(application, at=AT)
        answers = {"copies": copies + 1}
        ends = at_once(
            lambda seen=seen: sign(draft, asked, seen),  # type: ignore[misc]
            lambda answers=answers: actions.save_answers(application_id=draft.id, answers=answers, at=AT),  # type: ignore[misc]
        )
        assert ends in ({"done": 2}, {"done": 1, "refused": 1})
        one = cosigning.invitations_of(actions.subject_of(draft))[0]
        assert (one.state, one.signature) == ("invited", None)


def test_submitted_or_changed_with_the_signature_it_needs(draft: Application) -> None:
    asked = ask(draft)
    sign(draft, asked, content_digest(Application.objects.get(id=draft.id), at=AT))
    ends = at_once(
        lambda: actions.submit_application(application_id=draft.id, at=AT),
        lambda: actions.save_answers(application_id=draft.id, answers={"copies": 9}, at=AT),
    )
    assert ends == {"done": 1, "refused": 1}
    application = Application.objects.get(id=draft.id)
    signed = cosigning.invitations_of(actions.subject_of(draft))[0].signature is not None
    assert (application.state == "examining") == signed


def test_the_same_person_signs_once(draft: Application) -> None:
    asked = ask(draft)
    seen = content_digest(Application.objects.get(id=draft.id), at=AT)
    assert at_once(*[lambda: sign(draft, asked, seen)] * 3) == {"done": 3}
    assert cosigning.invitations_of(actions.subject_of(draft))[0].state == "signed"


def test_asked_twice_at_once_is_asked_once(draft: Application) -> None:
    assert at_once(*[lambda: ask(draft)] * 3) == {"done": 1, "refused": 2}
