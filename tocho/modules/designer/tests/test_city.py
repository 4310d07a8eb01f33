"""The three procedures of part 1, and two with several parties, are editable in the designer: each opened, changed and
published on its pages."""

from dataclasses import dataclass

import pytest
from django.core.management import call_command

from tests.journeys.city import CULTURE, TAX, WELFARE
from tocho.core.accounts.models import User
from tocho.core.org.models import OrgUnit, Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.engines.search import api as search
from tocho.modules.designer.models import Design
from tocho.modules.designer.rules.guideline import guideline
from tocho.modules.procedures import api as procedures
from tocho.modules.procedures.actions import start_application
from tocho.modules.procedures.definitions import read_folder
from tocho.modules.procedures.models import Application, ProcedureVersion
from tocho.modules.procedures.tests.factories import CITY, FOREST, NONPROFIT, make_parks
from tocho.ui.testing import Pages

from .factories import AT, sent

pytestmark = pytest.mark.django_db
TABS = ("facts", "form", "tables", "process", "notices", "check", "tryout", "publish")
PARTIES = [("rinchi-kaihatsu", FOREST), ("npo-setsuritsu", NONPROFIT)]
ALL = [("nozei-shomei", TAX), ("shisetsu-riyo", CULTURE), ("koza-uketsuke", CULTURE), *PARTIES]


@dataclass
class Desk:
    """The office of one procedure, and its design under way."""

    page: Pages
    key: str
    author: User
    chief: User
    design: Design

    def address(self, tail: str) -> str:
        return f"/desk/designer/{self.design.id}/{tail}"

    def save(self, tail: str, **changes: str) -> None:
        """Open a page, change some of its boxes, send the whole of it back."""
        shown = self.page.get(self.address(tail), user=self.author)
        assert set(changes) <= set(sent(shown))
        saved = self.page.post(self.address(tail), sent(shown) | changes, user=self.author)
        assert saved.status == 302, saved.text
        self.design.refresh_from_db()


@pytest.fixture(params=ALL, ids=[key for key, _unit in ALL])
def desk(request: pytest.FixtureRequest, page: Pages) -> Desk:
    key, unit = request.param
    make_unit(TAX, "徴収課", parent=make_unit("R02-0600", "主税局"))
    make_unit(CULTURE, "地域活動推進課", parent=make_unit("R02-0700", "生活文化局"))
    make_unit(WELFARE, "指導課", parent=make_unit("R02-1200", "福祉保健局"))
    make_parks()
    office = OrgUnit.objects.get(code=unit)
    author = make_officer("author", make_post(office, "主事"))
    chief = make_officer("chief", make_post(office, "課長", Rank.SECTION_CHIEF))
    call_command("load_procedures", verbosity=0)
    begun = page.post(f"/desk/designer/new/{key}/", user=author)
    design = Design.objects.get()
    assert begun.location == f"/desk/designer/{design.id}/facts/"
    return Desk(page, key, author, chief, design)


@pytest.mark.parametrize("key", [key for key, _unit in PARTIES])
def test_it_passes_the_checklist(key: str) -> None:
    assert {check.key: check.findings for check in guideline(read_folder(CITY / key)) if not check.ok} == {}


def test_every_page_of_it_opens(desk: Desk) -> None:
    source = desk.design.source
    pages = [*TABS, *(f"tables/{name}" for name in source["rules"]), *(f"notices/{name}" for name in source["notices"])]
    pages += [f"form/{step}-0" for step in range(len(source["form"]["steps"]))]
    for name in pages:
        assert desk.page.get(desk.address(f"{name}/"), user=desk.author).status == 200, name


def test_it_is_changed_and_published_by_two_people(desk: Desk) -> None:
    page, key = desk.page, desk.key
    running = start_application(
        version=ProcedureVersion.objects.get(procedure__key=key), user_id=None, language="ja", at=AT
    )
    desk.save("facts/", keywords="たぬきの申請")
    desk.save("form/0-0/", label__ja="あらためた質問")
    act = desk.address("publish/act/")
    page.post(act, {"act": "request"}, user=desk.author)
    revision = str(desk.design.revision)
    assert page.post(act, {"act": "approve", "revision": revision}, user=desk.author).status == 422
    page.post(act, {"act": "approve", "revision": revision, "remark": "よい"}, user=desk.chief)
    page.post(act, {"act": "publish"}, user=desk.author)
    desk.design.refresh_from_db()
    assert (desk.design.state, desk.design.published_number) == ("published", 2)
    assert Application.objects.get(id=running.id).version.number == 1
    assert [hit.url for hit in search.search("たぬきの申請")] == [f"/procedures/{key}/"]
    source = procedures.source_of(key)
    assert source is not None
    assert source["form"]["steps"][0]["fields"][0]["label"]["ja"] == "あらためた質問"


def test_a_page_saved_as_it_is_changes_nothing(desk: Desk) -> None:
    before = procedures.source_of(desk.key)
    desk.save("facts/")
    for step, asked in enumerate(desk.design.source["form"]["steps"]):
        desk.save(f"form/{step}/")
        for place in range(len(asked["fields"])):
            desk.save(f"form/{step}-{place}/")
    for name in desk.design.source["notices"]:
        desk.save(f"notices/{name}/")
    after = desk.design.source
    assert before is not None
    assert {**after, "notices": set(after["notices"])} == {**before, "notices": set(before["notices"])}
    for name, letter in before["notices"].items():  # blocks are written with a line between them
        assert after["notices"][name].split() == letter.split()
