"""An asked section answers while the case ends or others answer, on real connections: nobody waits for ever."""

from functools import partial

import pytest

from tocho.core.ledger.api import Actor
from tocho.engines.process.models import Instance, Task
from tocho.modules.opinions.models import Opinion
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import ProcedureVersion

from .factories import AT
from .test_consulted_flow import answer, clerks, office, steps_now, submit, version
from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["clerks", "office", "version"]


@pytest.fixture(autouse=True)
def _real(transactional_db: None) -> None:
    """Before the fixtures that write."""


def test_all_sections_answer_at_the_same_moment(clerks: dict[str, Actor], version: ProcedureVersion) -> None:
    application = submit(version)
    acts = [partial(answer, application, code, actor) for code, actor in clerks.items()]
    assert at_once(*acts) == {"done": 3}
    assert steps_now(application) == ["審査する"]
    context = Instance.objects.get(subject_id=application.id).context
    assert [one["verdict"] for one in context["opinions"]] == ["none"] * 3


def test_answered_while_the_application_is_withdrawn(clerks: dict[str, Actor], version: ProcedureVersion) -> None:
    for _round in range(4):
        application = submit(version, purpose="event", area=50)
        code = "R02-1600-06-02"
        ends = at_once(
            partial(answer, application, code, clerks[code]),
            partial(actions.withdraw_application, application_id=application.id, reason="", at=AT),
        )
        assert ends in ({"done": 2}, {"done": 1, "refused": 1})
        application.refresh_from_db()
        assert application.state == "withdrawn"
        assert not Task.objects.filter(subject_id=application.id, subject_type="application", done_at=None).exists()
        asked = Opinion.objects.get(inquiry__subject_id=application.id)
        assert not asked.is_open
