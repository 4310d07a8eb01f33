"""Co-signing: who asks, who signs what, what each must not see, and what a change of the content does."""

import re
from typing import Any

import pytest

from tocho.core.accounts.models import User
from tocho.core.accounts.tests.factories import make_resident
from tocho.core.notify.models import Message
from tocho.modules.cosigning import api as cosigning
from tocho.modules.procedures import actions
from tocho.modules.procedures.models import Application
from tocho.modules.procedures.queries import decision_content
from tocho.ui.testing import Page, Pages

from .factories import ANSWERS, AT, World, source

pytestmark = pytest.mark.django_db
PLEDGE = {
    "schema_version": 1,
    "title": "誓約",
    "steps": [
        {
            "key": "pledge",
            "title": "誓約",
            "fields": [{"key": "post", "type": "text", "label": "役職", "required": True, "max_length": 40}],
        }
    ],
}
COSIGN = {
    "roles": [
        {
            "key": "officer",
            "title": "役員",
            "level": "link",
            "part": "pledge",
            "declaration": "欠格事由に当たりません。",
        },
        {"key": "chief", "title": "代表者", "least": 0, "declaration": "申請の内容に同意します。"},
    ]
}


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.VAR_DIR = tmp_path
    from tocho.core.ledger.api import SYSTEM
    from tocho.modules.decisions.tests.factories import make_office

    office = make_office()
    content = {**source(cosign=COSIGN), "parts": {"pledge": PLEDGE}}
    return World(office, actions.publish_version(source=content, actor=SYSTEM, at=AT))


@pytest.fixture
def draft(world: World, page: Pages) -> Application:
    started = page.post("/procedures/mihon/start/", {})
    application = Application.objects.get(public_id=started.location.split("/")[2])
    actions.save_answers(application_id=application.id, answers={**ANSWERS, "kind": "free"}, at=AT)
    return application


def ask(page: Pages, draft: Application, role: str = "officer", email: str = "ito@example.jp") -> Page:
    data = {"role": role, f"{role}-name": "伊藤 由美", f"{role}-email": email}
    return page.post(f"/applications/{draft.public_id}/signers/", data)


def link(template: str = "signing_asked", to: str = "ito@example.jp") -> str:
    """The path of the link in the newest mail of a kind."""
    mail = Message.objects.filter(template=f"procedures/{template}", to_email=to).latest("id")
    return re.search(r"(/sign/\S+)", mail.body).group(1)  # type: ignore[union-attr]


def opened(template: str = "signing_asked", to: str = "ito@example.jp") -> tuple[Pages, str]:
    """A browser of the co-signer, who has opened the mailed link; and the address of the page."""
    signer = Pages()
    return signer, signer.get(link(template, to)).location


def code_for(signer: Pages, url: str) -> str:
    signer.post(url, {"_code": "1"})
    return re.search(r"確認番号 (\d{6})", Message.objects.latest("id").subject).group(1)  # type: ignore[union-attr]


def sign(signer: Pages, url: str, **more: str) -> Page:
    shown = signer.get(url)
    data = {"seen": shown.fields["seen"], "post": "取締役", "agree": "on", "code": code_for(signer, url), **more}
    return signer.post(url, data)


def state(draft: Application) -> list[str]:
    return [one.state for one in cosigning.invitations_of(actions.subject_of(draft))]


def test_asked_by_mail_read_and_signed_with_the_code(page: Pages, draft: Application) -> None:
    assert ask(page, draft).status == 302
    assert "伊藤 由美" in page.get(f"/applications/{draft.public_id}/signers/", queries=12)
    signer, url = opened()
    shown = signer.get(url, queries=16)
    assert "欠格事由に当たりません。" in shown
    assert "山田 花子" in shown
    assert sign(signer, url).status == 302
    assert state(draft) == ["signed"]
    assert "署名しました" in signer.get(url)
    assert Message.objects.filter(template="procedures/signing_complete").count() == 1


def test_without_the_signature_it_is_not_submitted(page: Pages, draft: Application) -> None:
    refused = page.post(f"/apply/{draft.public_id}/submit/", {})
    assert (refused.status, "署名が、あと1人必要です" in refused) == (422, True)
    ask(page, draft)
    sign(*opened())
    assert page.post(f"/apply/{draft.public_id}/submit/", {}).location.endswith(f"/applications/{draft.public_id}/")


def test_a_wrong_code_signs_nothing_and_keeps_what_was_typed(page: Pages, draft: Application) -> None:
    ask(page, draft)
    signer, url = opened()
    refused = sign(signer, url, code="000000x"[:6])
    assert refused.status in (422, 302)
    refused = signer.post(url, {"seen": "x", "post": "監査役", "agree": "on", "code": "999999"})
    assert (refused.status, refused.fields["post"]) == (422, "監査役")


def test_a_change_voids_the_signature_and_says_so(page: Pages, draft: Application) -> None:
    ask(page, draft)
    signer, url = opened()
    sign(signer, url)
    actions.save_answers(application_id=draft.id, answers={"copies": 5}, at=AT)
    assert state(draft) == ["invited"]
    assert "もう一度署名をお願いしています" in page.get(f"/applications/{draft.public_id}/signers/")
    again, same = opened("signing_again")
    assert same == url
    assert "前の署名のあとで、申請の内容が変わりました" in again.get(url)
    actions.save_answers(application_id=draft.id, answers={"copies": 5}, at=AT)


def test_signing_what_has_changed_on_the_way_is_refused(page: Pages, draft: Application) -> None:
    ask(page, draft)
    signer, url = opened()
    seen, code = signer.get(url).fields["seen"], code_for(signer, url)
    actions.save_answers(application_id=draft.id, answers={"copies": 7}, at=AT)
    refused = signer.post(url, {"seen": seen, "post": "取締役", "agree": "on", "code": code})
    assert (refused.status, "申請の内容が変わりました" in refused) == (422, True)
    assert refused.fields["seen"] != seen


def test_declined_with_a_reason_the_applicant_reads(page: Pages, draft: Application) -> None:
    ask(page, draft)
    signer, url = opened()
    assert signer.post(f"{url}decline/", {"reason": ""}).status == 422
    signer.post(f"{url}decline/", {"reason": "退任しました"})
    assert "退任しました" in page.get(f"/applications/{draft.public_id}/signers/")
    assert "署名しないと答えました" in signer.get(url)


def test_an_account_signs_only_for_its_own_address(page: Pages, draft: Application) -> None:
    ask(page, draft, role="chief", email="ueno@example.jp")
    signer, url = opened(to="ueno@example.jp")
    assert "ログインが必要です" in signer.get(url)
    make_resident("other@example.jp")
    signer.client.force_login(User.objects.get(email="other@example.jp"))
    assert "ログインが必要です" in signer.get(url)
    own = make_resident("ueno@example.jp", name="上野 次郎")
    shown = Pages().get(url, user=own)
    data = {"seen": shown.fields["seen"], "agree": "on"}
    browser = Pages()
    assert browser.post(url, data, user=own).status == 302
    signed = next(one for one in cosigning.invitations_of(actions.subject_of(draft)) if one.role == "chief")
    assert (signed.state, signed.user_id) == ("signed", own.id)


def test_what_a_cosigner_must_not_see(page: Pages, world: World, draft: Application) -> None:
    ask(page, draft)
    signer, url = opened()
    for path in ("", "signers/", "messages/", "withdraw/"):
        assert signer.get(f"/applications/{draft.public_id}/{path}").status == 404
    assert signer.get(f"/apply/{draft.public_id}/review/").status == 404
    assert Pages().get(url).status == 404
    assert Pages().get(url, user=world.office.drafter).status == 404
    assert Pages().get("/sign/forged/").status != 200


def test_the_applicant_does_not_see_the_own_part(page: Pages, world: World, draft: Application) -> None:
    ask(page, draft)
    sign(*opened(), post="社外取締役")
    assert "社外取締役" not in page.get(f"/applications/{draft.public_id}/signers/")
    page.post(f"/apply/{draft.public_id}/submit/", {})
    case = f"/desk/cases/{draft.id}/"
    shown = page.get(case, user=world.office.drafter, queries=36)
    assert "社外取締役" in shown
    assert "メールの確認番号で確認（ito@example.jp）" in shown


def test_withdrawn_the_link_is_dead(page: Pages, draft: Application) -> None:
    ask(page, draft)
    signer, url = opened()
    asked = cosigning.invitations_of(actions.subject_of(draft))[0]
    page.post(f"/applications/{draft.public_id}/signers/{asked.id}/", {"_withdraw": "1"})
    assert signer.get(url).status == 404
    assert Message.objects.filter(template="procedures/signing_withdrawn").count() == 1


def test_asked_twice_is_said_on_the_form(page: Pages, draft: Application) -> None:
    ask(page, draft)
    assert (ask(page, draft).status, len(state(draft))) == (422, 1)
    assert page.get(f"/applications/{draft.public_id}/signers/1/").status == 405


def test_the_deciders_read_who_signed_and_how(page: Pages, draft: Application, world: World) -> None:
    ask(page, draft)
    sign(*opened())
    page.post(f"/apply/{draft.public_id}/submit/", {})
    draft.refresh_from_db()
    words = dict(decision_content(draft, outcome="approve", reasons="")["brief"])["連署（役員）"]
    for part in ("伊藤 由美", "署名済み", "メールの確認番号で確認（ito@example.jp）"):
        assert part in words
    assert words in Pages().get(f"/desk/cases/{draft.id}/draft/", user=world.office.drafter, queries=50)
