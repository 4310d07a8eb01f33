"""The sample city's matters: as far as their stories go, sound, and not twice."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.decisions.management.commands.load_decisions import GAPS
from tocho.modules.decisions.models import Decision, Step
from tocho.modules.decisions.queries.soundness import faults_of_all

from .factories import make_authority

pytestmark = pytest.mark.django_db


def test_load_decisions_tells_every_story_once() -> None:
    make_authority()
    tax, culture = make_unit("R02-0600", "主税局"), make_unit("R02-0700", "生活文化局")
    general = make_unit("R02-0600-01-01", "総務課", parent=make_unit("R02-0600-01", "総務部", parent=tax))
    section = make_unit("R02-0600-05-01", "徴収課", parent=make_unit("R02-0600-05", "徴収部", parent=tax))
    life = make_unit("R02-0700-03", "都民生活部", parent=culture)
    local = make_unit("R02-0700-03-01", "地域活動推進課", parent=life)
    make_officer("takahashi", make_post(section, "主事"))
    make_officer("ito", make_post(section, "課長代理", Rank.DEPUTY_SECTION_CHIEF))
    make_officer("sato", make_post(section, "課長", Rank.SECTION_CHIEF))
    make_officer("suzuki", make_post(general, "課長代理", Rank.DEPUTY_SECTION_CHIEF, serves_as="legal_review"))
    make_officer("kato", make_post(local, "課長", Rank.SECTION_CHIEF))
    for _ in range(2):
        call_command("load_decisions", verbosity=0)
    assert Decision.objects.count() == 10
    assert [faults for _reference, faults in faults_of_all() if faults] == []
    states = set(Decision.objects.values_list("state", flat=True))
    assert states == {"circulating", "decided", "on_hold", "returned"}
    assert Step.objects.filter(state="objected").exists()
    assert Step.objects.filter(kind="post_review", state="active").count() == 1
    answers = Step.objects.filter(acted_at__isnull=False, kind="line_review")
    assert {one.acted_at - one.activated_at for one in answers if one.acted_at and one.activated_at} <= set(GAPS)
    assert not Step.objects.filter(acted_at__gt=timezone.now()).exists()
