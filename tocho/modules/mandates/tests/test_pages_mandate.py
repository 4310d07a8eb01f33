import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tocho.core.accounts.tests.factories import make_resident
from tocho.core.calendar.api import office_day
from tocho.core.ledger.api import Actor
from tocho.core.notify.models import Message
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.mandates import actions, api, queries
from tocho.modules.mandates.models import Mandate
from tocho.ui.testing import Pages

from .factories import AT, ask, make_agent, make_mandate, offer

pytestmark = pytest.mark.django_db
AGENT = {
    "agent_kind": "scrivener",
    "agent_name": "鈴木 一郎",
    "agent_email": "suzuki@example.jp",
    "registration_number": "１２３４５６７８",
}


def days(*, last: int = 100) -> dict[str, str]:
    """From the office's today on, as the pages reckon it when they are asked."""
    today = office_day(timezone.now())
    return {"starts_on": today.isoformat(), "last_on": (today + timedelta(days=last)).isoformat()}


def test_a_person_hands_over_and_the_agent_accepts(page: Pages) -> None:
    principal, agent = make_resident(), make_agent()
    assert "任せる手続" in page.get("/mandates/offer/", user=principal, queries=12)
    assert page.post("/mandates/offer/", {**AGENT, **days(), "registration_number": ""}).status == 422
    url = page.post("/mandates/offer/", {**AGENT, **days()}).location
    other = Pages()
    assert "返事をしてください" in other.get("/mandates/", user=agent, queries=12)
    assert "代理を引き受ける" in other.get(url, queries=12)
    other.post(url, {"_accept": "1"})
    assert Mandate.objects.get().state == "in_force"
    page.post(url, {"_revoke": "1"})
    assert Mandate.objects.get().state == "revoked"


def test_papers_are_read_by_both_and_by_nobody_else(page: Pages, settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    principal, agent = make_resident(), make_agent()
    row = make_mandate(principal, agent, at=timezone.now())
    url = f"/mandates/{row.public_id}/"
    page.post(f"{url}papers/", {"files": [SimpleUploadedFile("委任状.pdf", b"%PDF-1.7\n%%EOF\n")]}, user=agent)
    paper = f"{url}papers/{row.evidence.get().file_id}/"
    assert "委任状.pdf" in page.get(url, user=principal)
    assert page.get(paper, user=principal).status == 200
    stranger = make_resident("other@example.jp", name="他人")
    for path in (url, paper):
        assert Pages().get(path, user=stranger).status == 404
        assert "/accounts/login/" in Pages().get(path).location


def test_a_principal_without_account_reads_confirms_and_ends_it(page: Pages) -> None:
    ask(make_agent())
    mail = Message.objects.latest("id").body
    link, code = re.search(r"(/mandates/open/\S+)", mail).group(1), re.search(r"番号 (\d{8})", mail).group(1)  # type: ignore[union-attr]
    Mandate.objects.update(code_made_at=timezone.now())
    url = page.get(link).location
    assert "任せますか" in page.get(url, queries=8)
    assert page.post(url, {"_confirm": "1", "code": "１"}).status == 422
    page.post(url, {"_confirm": "1", "code": code})
    assert Mandate.objects.get().state == "in_force"
    page.post(url, {"_revoke": "1"})
    assert Mandate.objects.get().state == "revoked"
    assert Pages().get(url).status == 404


def test_an_agent_asks_for_a_power(page: Pages) -> None:
    values = {"principal_kind": "person", "principal_name": "山田 花子", "agent_kind": "family", **days()}
    assert page.post("/mandates/ask/", values, user=make_agent()).status == 422
    asked = page.post("/mandates/ask/", {**values, "principal_email": "hanako@example.jp"})
    assert "本人の確認待ち" in page.get(asked.location)


def test_passing_on_needs_the_permission(page: Pages) -> None:
    agent = make_agent()
    row = make_mandate(make_resident(), agent, at=timezone.now())
    url = f"/mandates/{row.public_id}/pass-on/"
    assert page.get(url, user=agent).status == 403
    Mandate.objects.update(may_pass_on=True)
    assert page.get(url).status == 200
    values = {**AGENT, "agent_name": "田中", "agent_email": "tanaka@example.jp"}
    today = office_day(timezone.now())
    Mandate.objects.update(starts_on=today, last_on=today + timedelta(days=9))
    assert page.post(url, {**values, **days(last=0)}).status == 302


def test_letters_are_printed_by_their_office_only(page: Pages, settings: Any) -> None:
    settings.MANDATE_LETTERS_UNIT = "T-02"
    office = make_unit("T-02", "文書課")
    clerk = make_officer("clerk", make_post(office, "主事"))
    row = ask(make_agent(), email="", address="新宿区西新宿2-8-1")
    assert "新宿区西新宿2-8-1" in page.get("/desk/mandates/letters/", user=clerk)
    assert "確認番号" in page.post(f"/desk/mandates/letters/{row.public_id}/", {})
    other = make_officer("other", make_post(make_unit("T-03", "別の課"), "主事"))
    assert page.get("/desk/mandates/letters/", user=other).status == 403
    assert page.post(f"/desk/mandates/letters/{row.public_id}/", {}).status == 403


def test_an_offer_is_seen_by_the_address_it_was_made_to_only(page: Pages) -> None:
    row = offer(make_resident())
    assert page.get(f"/mandates/{row.public_id}/", user=make_resident("x@example.jp")).status == 404
    assert page.get(f"/mandates/{row.public_id}/", user=make_agent()).status == 200


@pytest.mark.parametrize("pressed", ["_accept", "_decline"])
def test_a_principal_does_not_answer_for_the_agent_by_the_own_link(page: Pages, pressed: str) -> None:
    """A power that was passed on waits for the substitute, not for the principal who reads of it."""
    ask(agent := make_agent())
    Mandate.objects.update(state="in_force", answered_at=timezone.now(), may_pass_on=True)
    row = Mandate.objects.get()
    child = actions.pass_on_mandate(
        parent_id=row.id,
        agent=actions.Agent("田中 三郎", "tanaka@example.jp", "other"),
        scope=actions.Scope([], row.starts_on, row.last_on),
        actor=Actor(user_id=agent.id),
        at=AT,
    )
    link = re.search(r"(/mandates/open/\S+)", Message.objects.get(template="mandates/mandate_passed_on").body)
    url = page.get(link.group(1) if link else "").location
    assert str(child.public_id) in url
    assert page.post(url, {pressed: "1"}).status == 403
    child.refresh_from_db()
    assert child.state == "offered"


def test_whole_kinds_of_procedures_are_handed_over(page: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [api.Topic("shogai", "事業者の指定", "permit", "許可・指定"), api.Topic("nozei", "納税証明", "x", "証明書")]
    monkeypatch.setattr(queries, "_topics", [lambda: known])
    shown = page.get("/mandates/offer/", user=make_resident())
    assert "任せる手続の種類" in shown
    url = page.post("/mandates/offer/", {**AGENT, **days(), "categories": ["permit"], "procedures": ["nozei"]}).location
    row = Mandate.objects.get()
    assert (row.categories, row.procedures) == (["permit"], ["nozei"])
    shown = page.get(url)
    assert "「許可・指定」の手続すべて" in shown
    assert "納税証明" in shown
    assert page.post("/mandates/offer/", {**AGENT, **days(), "categories": ["unknown"]}).status == 422


def test_letters_are_paged(page: Pages, settings: Any) -> None:
    settings.MANDATE_LETTERS_UNIT = "T-02"
    clerk = make_officer("clerk", make_post(make_unit("T-02", "文書課"), "主事"))
    first = ask(make_agent(), email="", address="新宿区西新宿2-8-1")
    made = []
    for n in range(50):
        first.pk, first.public_id, first.principal_name = None, uuid4(), f"本人{n:02d}"
        first.save(force_insert=True)
        made.append(first.pk)
    shown = page.get("/desk/mandates/letters/", user=clerk, queries=12)
    assert "本人48" in shown
    assert "本人49" not in shown
    assert "本人49" in page.get(f"/desk/mandates/letters/?after={made[48]}")
