import re
from datetime import date, timedelta

import pytest

from tocho.core.accounts.tests.factories import make_resident
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.notify.models import Message
from tocho.lib.errors import Refused
from tocho.modules.mandates import actions
from tocho.modules.mandates import api as mandates
from tocho.modules.mandates.actions import Agent, Scope
from tocho.modules.mandates.models import Mandate

from .factories import AT, SCRIVENER, YEAR, ask, make_agent, make_mandate, offer

pytestmark = pytest.mark.django_db


def code() -> str:
    return re.search(r"確認番号 (\d{8})", Message.objects.latest("id").body).group(1)  # type: ignore[union-attr]


def test_offered_accepted_in_force_and_revoked_at_once() -> None:
    principal, agent = make_resident(), make_agent()
    row = offer(principal)
    assert mandates.in_force_of(agent.id, procedure="x", category="permit", on=AT.date()) == ()
    actions.accept_mandate(mandate_id=row.id, user_id=agent.id, at=AT)
    found = mandates.in_force_of(agent.id, procedure="x", category="permit", on=AT.date())
    assert [(one.principal_name, one.agent_label) for one in found] == [
        ("山田 花子", "行政書士 鈴木 一郎（登録番号 12345678）")
    ]
    actions.revoke_mandate(mandate_id=row.id, user_id=principal.id, at=AT)
    with pytest.raises(mandates.NotInForce):
        mandates.hold(mandate_id=row.id, agent_id=agent.id, procedure="x", category="permit", at=AT)
    told = Message.objects.filter(template="mandates/mandate_over").values_list("to_email", flat=True)
    assert sorted(told) == ["hanako@example.jp", "suzuki@example.jp"]


def test_the_ledger_names_nobody() -> None:
    row = make_mandate(make_resident(), make_agent())
    entries = ledger.entries_of(Subject("mandate", row.id))
    assert [entry.kind for entry in entries] == ["mandate.offered", "mandate.accepted"]
    assert "鈴木" not in str([entry.data for entry in entries])


def test_a_principal_without_account_confirms_with_the_mailed_code() -> None:
    row = ask(make_agent())
    right = code()
    with pytest.raises(actions.WrongCode):
        actions.confirm_mandate(mandate_id=row.id, code="00000000", actor=Actor(), at=AT)
    row.refresh_from_db()
    assert row.code_tries == 1
    confirmed = actions.confirm_mandate(mandate_id=row.id, code=right, actor=Actor(), at=AT)
    assert confirmed.state == "in_force"


def test_after_five_wrong_tries_the_right_code_is_refused() -> None:
    row = ask(make_agent())
    right = code()
    for _try in range(5):
        with pytest.raises(actions.WrongCode):
            actions.confirm_mandate(mandate_id=row.id, code="99999999", actor=Actor(), at=AT)
    with pytest.raises(actions.WrongCode):
        actions.confirm_mandate(mandate_id=row.id, code=right, actor=Actor(), at=AT)


def test_without_mail_a_letter_carries_the_code() -> None:
    row = ask(make_agent(), email="", address="東京都新宿区西新宿2-8-1")
    assert not Message.objects.exists()
    _row, first = actions.print_letter(mandate_id=row.id, actor=Actor(), at=AT)
    _row, second = actions.print_letter(mandate_id=row.id, actor=Actor(), at=AT)
    with pytest.raises(actions.WrongCode):
        actions.confirm_mandate(mandate_id=row.id, code=first, actor=Actor(), at=AT)
    later = AT + timedelta(days=20)
    assert actions.confirm_mandate(mandate_id=row.id, code=second, actor=Actor(), at=later).state == "in_force"


@pytest.mark.parametrize(
    ("agent", "scope", "words"),
    [
        (Agent("鈴木", "suzuki@example.jp", "scrivener"), YEAR, "登録番号"),
        (Agent("私", "HANAKO@example.jp", "family"), YEAR, "自分を"),
        (SCRIVENER, Scope([], date(2020, 11, 2), date(2020, 11, 1)), "終わりの日"),
        (SCRIVENER, Scope([], date(2020, 11, 1), date(2030, 11, 1)), "3年"),
    ],
)
def test_what_is_refused(agent: Agent, scope: Scope, words: str) -> None:
    with pytest.raises(Refused, match=words):
        offer(make_resident(), agent=agent, scope=scope)


def test_no_chain_unless_the_grant_says_so() -> None:
    principal, agent = make_resident(), make_agent()
    other = Agent("田中 三郎", "tanaka@example.jp", "other")
    row = make_mandate(principal, agent)
    again = {"parent_id": row.id, "agent": other, "scope": YEAR, "actor": Actor(user_id=agent.id), "at": AT}
    with pytest.raises(Refused, match="復代理"):
        actions.pass_on_mandate(**again)  # type: ignore[arg-type]
    Mandate.objects.filter(id=row.id).update(may_pass_on=True)
    child = actions.pass_on_mandate(**again)  # type: ignore[arg-type]
    substitute = make_resident("tanaka@example.jp", name="田中 三郎")
    actions.accept_mandate(mandate_id=child.id, user_id=substitute.id, at=AT)
    with pytest.raises(Refused, match="復代理"):
        actions.pass_on_mandate(**{**again, "parent_id": child.id, "actor": Actor(user_id=substitute.id)})  # type: ignore[arg-type]
    actions.revoke_mandate(mandate_id=row.id, user_id=agent.id, at=AT)
    child.refresh_from_db()
    assert child.state == "revoked"


def test_past_its_last_day_it_ends() -> None:
    row = make_mandate(make_resident(), make_agent())
    assert actions.end_mandates(at=AT) == 0
    assert actions.end_mandates(at=AT + timedelta(days=400)) == 1
    row.refresh_from_db()
    assert row.state == "ended"


def test_another_procedure_is_not_covered() -> None:
    agent = make_agent()
    scope = Scope(["nozei-shomei"], YEAR.starts_on, YEAR.last_on)
    row = make_mandate(make_resident(), agent, scope=scope)
    mandates.hold(mandate_id=row.id, agent_id=agent.id, procedure="nozei-shomei", category="certificate", at=AT)
    with pytest.raises(mandates.NotInForce, match="この手続には"):
        mandates.hold(mandate_id=row.id, agent_id=agent.id, procedure="koza-uketsuke", category="course", at=AT)


def test_a_category_covers_its_procedures_and_no_others() -> None:
    agent = make_agent()
    scope = Scope([], YEAR.starts_on, YEAR.last_on, categories=["permit"])
    row = make_mandate(make_resident(), agent, scope=scope)
    mandates.hold(mandate_id=row.id, agent_id=agent.id, procedure="made-later", category="permit", at=AT)
    with pytest.raises(mandates.NotInForce, match="この手続には"):
        mandates.hold(mandate_id=row.id, agent_id=agent.id, procedure="koza-uketsuke", category="course", at=AT)
    assert mandates.in_force_of(agent.id, procedure="x", category="course", on=AT.date()) == ()


def test_only_the_person_whose_address_was_asked_accepts() -> None:
    row = offer(make_resident())
    for user_id in (make_resident("x@example.jp").id, 0):
        with pytest.raises(Refused, match="別のメールアドレス"):
            actions.accept_mandate(mandate_id=row.id, user_id=user_id, at=AT)
    row.refresh_from_db()
    assert row.state == "offered"
