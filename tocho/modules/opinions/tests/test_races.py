"""Two colleagues answer at once: one answer, one friendly no."""

import pytest

from tocho.core.ledger.api import Actor
from tocho.engines.process import api as process
from tocho.engines.process.tests.test_concurrency import together
from tocho.modules.opinions import actions
from tocho.modules.opinions.models import Opinion

from .factories import AT, ask, make_offices

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_colleagues_one_answers() -> None:
    offices = make_offices()
    opinion = ask(offices).opinions.all()[0]

    def answer(user_id: int) -> str:
        actor = Actor(user_id=user_id)
        try:
            actions.answer(opinion_id=opinion.id, verdict="remark", text=f"{user_id}", file_ids=[], actor=actor, at=AT)
        except (actions.OpinionGone, process.TaskGone):
            return "gone"
        return "answered"

    found = together(lambda: answer(offices.first.id), lambda: answer(offices.colleague.id))
    assert sorted(found) == ["answered", "gone"]
    assert Opinion.objects.get(id=opinion.id).verdict == "remark"
