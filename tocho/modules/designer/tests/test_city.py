"""The three procedures of the sample city are editable: each opened, changed, published; running cases stay."""

from copy import deepcopy

import pytest
from django.core.management import call_command

from tests.journeys.city import CULTURE, TAX, WELFARE
from tocho.core.org.models import OrgUnit, Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.search import api as search
from tocho.modules.designer import actions
from tocho.modules.procedures import api as procedures
from tocho.modules.procedures.actions import start_application
from tocho.modules.procedures.models import Application, ProcedureVersion
from tocho.modules.procedures.tests.factories import make_parks

from .factories import AT, by

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "unit"), [("nozei-shomei", TAX), ("shisetsu-riyo", CULTURE), ("koza-uketsuke", CULTURE)]
)
def test_a_procedure_of_the_city_is_changed_and_published(key: str, unit: str) -> None:
    make_unit(TAX, "徴収課", parent=make_unit("R02-0600", "主税局"))
    make_unit(CULTURE, "地域活動推進課", parent=make_unit("R02-0700", "生活文化局"))
    make_unit(WELFARE, "指導課", parent=make_unit("R02-1200", "福祉保健局"))
    make_parks()
    office = OrgUnit.objects.get(code=unit)
    author = make_officer("author", make_post(office, "主事"))
    chief = make_officer("chief", make_post(office, "課長", Rank.SECTION_CHIEF))
    call_command("load_procedures", verbosity=0)
    running = start_application(
        version=ProcedureVersion.objects.get(procedure__key=key), user_id=None, language="ja", at=AT
    )
    source = procedures.source_of(key)
    assert source is not None
    design = actions.start_design(source=source, unit=unit, base_number=1, actor=by(author), at=AT)
    facts = deepcopy(design.source["facts"])
    facts["keywords"] = [*facts.get("keywords", []), "たぬきの申請"]
    design = actions.save_part(design_id=design.id, part="facts", value=facts, revision=1, actor=by(author), at=AT)
    actions.request_review(design_id=design.id, actor=by(author), at=AT)
    actions.approve_design(design_id=design.id, revision=2, actor=by(chief), at=AT)
    done = actions.publish_design(design_id=design.id, actor=by(author), at=AT)
    assert done.published_number == 2
    assert Application.objects.get(id=running.id).version.number == 1
    assert [hit.url for hit in search.search("たぬきの申請")] == [f"/procedures/{key}/"]
