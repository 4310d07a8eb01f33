"""Which authority table binds what is on its way when a new one comes into force: that of the day of the decision."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest

from tocho.core.files import api as files
from tocho.core.org.models import OrgUnit, Rank
from tocho.core.org.tests.factories import make_officer, make_post
from tocho.engines.rules.api import edits, read_grid, write_grid
from tocho.lib.errors import Refused
from tocho.modules.decisions import actions
from tocho.modules.decisions.models import AuthorityTable, Decision
from tocho.ui.testing import Pages

from ..queries.binding import rule_change
from .factories import AT, Office, approve, circulate, make_draft, make_office

pytestmark = pytest.mark.django_db
LAST_MOMENT = datetime(2020, 11, 20, 14, 59, 59, tzinfo=UTC)  # 23:59:59 in Tokyo
MIDNIGHT = LAST_MOMENT + timedelta(seconds=1)
NEW_DAY = date(2020, 11, 21)
LATER = MIDNIGHT + timedelta(days=4)


@pytest.fixture
def office() -> Office:
    return make_office()


def changed(cells: dict[str, str], *, on: date = NEW_DAY, keeps_pending: bool = False) -> AuthorityTable:
    """A table from that day on in which the rule of simple certificates has other results."""
    old = AuthorityTable.objects.order_by("id")[0]
    grid = read_grid(old.xml)
    row = next(at for at, row in enumerate(grid.rows) if row.id == "certificate_2")
    places = {column.text: place for place, column in enumerate(grid.columns)}
    xml = write_grid(edits.with_texts(grid, {(row, places[name]): text for name, text in cells.items()}), old.xml)
    return AuthorityTable.objects.create(
        name="改正", xml=xml, digest=f"{on} {cells}"[:64], effective_from=on, keeps_pending=keeps_pending
    )


def waiting_for_the_chief(office: Office) -> Decision:
    decision = circulate(office, make_draft(office))
    for name in ("deputy", "reviewer"):
        approve(office, decision, name)
    return decision


def test_who_decided_until_midnight_does_not_decide_after_it(office: Office) -> None:
    one, other = waiting_for_the_chief(office), circulate(office, make_draft(office, 2))
    for name in ("deputy", "reviewer"):
        approve(office, other, name)
    changed({"decider_rank": "5", "deputies": "[4]"})
    approve(office, one, "chief", at=LAST_MOMENT)
    with pytest.raises(actions.RuleChanged, match="課長 → 部長"):
        approve(office, other, "chief", at=MIDNIGHT)
    states = Decision.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["decided", "circulating"]


def test_what_comes_back_is_routed_anew(office: Office, page: Pages) -> None:
    head = make_post(OrgUnit.objects.get(code="T-01-01"), "部長", Rank.DIVISION_CHIEF)
    make_officer("head", head)
    decision = waiting_for_the_chief(office)
    changed({"decider_rank": "5", "deputies": "[4]"})
    step = decision.steps.get(state="active", kind="decide")
    actions.return_draft(
        decision_id=decision.id, step_id=step.id, actor=office.actor("chief"), reason="改正", at=MIDNIGHT
    )
    draft = make_draft(office)
    assert draft.id == decision.id
    assert draft.steps.get(circuit=draft.circuit, kind="decide").post_id == office.posts["chief"].id  # drafted at AT
    with pytest.raises(actions.RuleChanged, match="起案を直して"):
        actions.circulate_draft(decision_id=draft.id, actor=office.actor("drafter"), at=MIDNIGHT)


def test_who_is_asked_counts_and_deputies_only_for_who_deputises(office: Office) -> None:
    decision = waiting_for_the_chief(office)
    new = changed({"reviews": "[]"})
    with pytest.raises(actions.RuleChanged, match="審査: 文書審査 → なし"):
        approve(office, decision, "chief", at=MIDNIGHT)
    new.delete()
    changed({"deputies": "[]"})
    found = rule_change(decision, on=NEW_DAY)
    assert found is not None
    assert not found.changes_route
    approve(office, decision, "chief", at=MIDNIGHT)


def test_an_interim_measure_leaves_alone_what_circulates_only(office: Office) -> None:
    decision, draft = waiting_for_the_chief(office), make_draft(office, 2)
    changed({"decider_rank": "5", "deputies": "[4]"}, keeps_pending=True)
    with pytest.raises(actions.RuleChanged):
        actions.circulate_draft(decision_id=draft.id, actor=office.actor("drafter"), at=MIDNIGHT)
    assert rule_change(decision, on=NEW_DAY) is None
    later = changed({"decider_rank": "6", "deputies": "[]"}, on=NEW_DAY + timedelta(days=1))
    found = rule_change(decision, on=later.effective_from)
    assert found is not None
    assert found.said == "決定権者: 課長 → 局長、代決の順: 課長代理 → なし"
    approve(office, decision, "chief", at=MIDNIGHT)


def on_paper(decision: Decision, office: Office, decided_at: datetime) -> Decision:
    by = office.actor("drafter")
    scan = files.store(io.BytesIO(b"%PDF-1.7 scan"), name="決裁.pdf", by=by, at=decided_at).id
    paper = actions.OnPaper(decided_at, [scan])
    return actions.enter_paper_decision(decision_id=decision.id, paper=paper, actor=by, at=LATER)


def test_paper_is_decided_by_the_table_of_the_day_on_it(office: Office) -> None:
    """Entered days later, what counts is the day on which it was signed."""
    before, after = (make_draft(office, number, paper_reason="law") for number in (1, 2))
    changed({"decider_rank": "5", "deputies": "[4]"})
    with pytest.raises(actions.RuleChanged, match="新しい経路で決定を受けて"):
        on_paper(after, office, MIDNIGHT)
    assert on_paper(before, office, LAST_MOMENT).state == "decided"
    after.refresh_from_db()
    assert (after.state, after.attachments.count()) == ("drafting", 0)


def test_paper_on_its_way_keeps_its_route_by_an_interim_measure(office: Office) -> None:
    decision = make_draft(office, paper_reason="law")
    changed({"decider_rank": "5", "deputies": "[4]"}, keeps_pending=True)
    assert on_paper(decision, office, MIDNIGHT).state == "decided"


def test_paper_is_not_decided_by_a_delegation_that_had_ended(office: Office) -> None:
    chief, delegate, keeper = office.posts["chief"].id, office.posts["stranger"].id, office.actor("reviewer")
    terms = actions.Terms(chief, delegate, ["certificate"], "事務委任規則第3条", date(2020, 11, 20))
    row = actions.register_delegation(terms, actor=keeper, at=AT)
    first, second = (make_draft(office, number, paper_reason="law") for number in (1, 2))
    actions.revoke_delegation(delegation_id=row.id, actor=keeper, at=MIDNIGHT)
    with pytest.raises(Refused, match="委任が終わって"):
        on_paper(first, office, MIDNIGHT)
    assert on_paper(second, office, LAST_MOMENT).decided_by_id == office.stranger.id


def test_another_kind_of_matter_and_another_article_change_nothing(office: Office) -> None:
    decision = waiting_for_the_chief(office)
    changed({"item": '"別表 九の項"'})
    assert rule_change(decision, on=NEW_DAY) is None
    approve(office, decision, "chief", at=MIDNIGHT)


def test_a_matter_that_no_line_covers_is_not_decided(office: Office) -> None:
    decision = waiting_for_the_chief(office)
    changed({"category": '"other"'}).delete()
    grid = read_grid(AuthorityTable.objects.get().xml)
    for _row in ("certificate_1", "certificate_2"):
        grid = edits.delete_row(grid, 0)
    xml = write_grid(grid, AuthorityTable.objects.get().xml)
    AuthorityTable.objects.create(name="改正", xml=xml, digest="none", effective_from=NEW_DAY)
    with pytest.raises(actions.RuleChanged, match="当てはまる行がない"):
        approve(office, decision, "chief", at=MIDNIGHT)


def test_the_page_says_that_the_route_changed_and_what_to_do(office: Office, page: Pages) -> None:
    decision = waiting_for_the_chief(office)
    address = f"/desk/decisions/{decision.id}/"
    assert "経路が変わりました" not in page.get(address, user=office.drafter)
    changed({"decider_rank": "5", "deputies": "[4]"}, on=date(2020, 11, 1))
    assert "引き戻すか差戻しを受け" in page.get(address, user=office.drafter)
    shown = page.get(address, user=office.chief)
    assert "決定権者: 課長 → 部長" in shown
    assert "起案者に差し戻してください" in shown
