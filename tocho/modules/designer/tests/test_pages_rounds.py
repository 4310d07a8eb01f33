"""A subsidy of several rounds, from its ready shape through the designer's pages to the second examination."""

import pytest

from tocho.modules.decisions.tests.factories import UNIT, Office, make_office
from tocho.modules.designer.models import Design
from tocho.modules.procedures.models import Application, ProcedureVersion
from tocho.modules.procedures.tests.test_rounds import ANSWERS, AT, actions
from tocho.ui.testing import Pages

from .factories import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


def test_a_shape_of_three_rounds_is_published_and_examined_twice(page: Pages, office: Office) -> None:
    start = {"start": "shape:subsidy", "title": "商店街の補助金", "key": "shotengai", "unit": UNIT}
    begun = page.post("/desk/designer/new/", start, user=office.drafter)
    design = Design.objects.get()
    facts = page.get(begun.location, user=office.drafter)
    assert "二次審査（交付の決定）" in facts.html
    changes = {"rounds-1-title.ja": "審査会", "rounds-2-days": "180"}
    assert page.post(begun.location, sent(facts) | changes, user=office.drafter).status == 302
    act = f"/desk/designer/{design.id}/publish/act/"
    page.post(act, {"act": "request"}, user=office.drafter)
    page.post(act, {"act": "approve", "revision": "2"}, user=office.chief)
    page.post(act, {"act": "publish"}, user=office.drafter)
    version = ProcedureVersion.objects.get()
    rounds = version.source["facts"]["rounds"]
    assert [(one["key"], one.get("days")) for one in rounds] == [
        ("screening", None),
        ("grant", None),
        ("settlement", 180),
    ]
    application = actions.start_application(version=version, user_id=None, language="ja", at=AT)
    actions.save_answers(application_id=application.id, answers=ANSWERS, at=AT)
    actions.submit_application(application_id=application.id, at=AT)
    page.post(f"/desk/cases/{application.id}/pass-on/", {"finding": "よい"}, user=office.drafter)
    assert Application.objects.get().round == 2
    assert "2 / 3　審査会" in page.get(f"/desk/cases/{application.id}/", user=office.drafter)
