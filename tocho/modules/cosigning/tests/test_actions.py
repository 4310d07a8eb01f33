from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.lib.errors import Refused
from tocho.modules.cosigning import api as cosigning
from tocho.modules.cosigning.models import Invitation, Signature

pytestmark = pytest.mark.django_db
AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
MATTER = Subject("matter", 7)
BY: dict[str, Any] = {"unit": "T-01", "actor": Actor(), "at": AT}
CONTENT = "a" * 64


def invite(email: str = "ito@example.jp", level: str = "link") -> cosigning.InvitationView:
    person = cosigning.Person("officer", "伊藤 由美", email, level)
    return cosigning.invite(subject=MATTER, person=person, days=14, **BY)


def sign(asked: cosigning.InvitationView, content: str = CONTENT, **more: Any) -> cosigning.InvitationView:
    values = {"content": content, "answers": {}, "name": asked.name, "method": "link:code", **BY, **more}
    return cosigning.sign(invitation_id=asked.id, **values)


def test_signed_once_however_often_it_is_pressed() -> None:
    asked = invite()
    assert sign(asked).state == "signed"
    assert sign(asked).state == "signed"
    assert Signature.objects.count() == 1
    entries = ledger.entries_of(MATTER)
    assert [entry.kind for entry in entries] == ["cosigning.invited", "cosigning.signed"]
    assert "伊藤" not in str([entry.data for entry in entries])
    assert "ito@" not in str([entry.data for entry in entries])


def test_another_content_voids_the_signature_and_asks_again() -> None:
    asked = invite()
    sign(asked)
    again = cosigning.void_others(subject=MATTER, content="b" * 64, days=14, unit="T-01", at=AT)
    assert [(one.state, one.told_at, len(one.voided)) for one in again] == [("invited", None, 1)]
    assert cosigning.void_others(subject=MATTER, content="b" * 64, days=14, unit="T-01", at=AT) == ()
    assert sign(asked, "b" * 64).signature is not None


def test_the_same_content_keeps_it() -> None:
    sign(invite())
    assert cosigning.void_others(subject=MATTER, content=CONTENT, days=14, unit="T-01", at=AT) == ()


def test_nobody_is_asked_twice_in_a_role() -> None:
    asked = invite()
    with pytest.raises(cosigning.AskedAlready):
        invite("ITO@example.jp")
    cosigning.withdraw(invitation_id=asked.id, **BY)
    assert invite("ito@example.jp").state == "invited"


def test_withdrawn_or_expired_nobody_signs() -> None:
    asked, late = invite(), invite("late@example.jp")
    cosigning.withdraw(invitation_id=asked.id, **BY)
    with pytest.raises(cosigning.NotOpen):
        sign(asked)
    with pytest.raises(cosigning.NotOpen, match="期限"):
        sign(late, at=AT + timedelta(days=15))


def test_declined_with_a_reason_only() -> None:
    asked = invite()
    with pytest.raises(Refused, match="理由"):
        cosigning.decline(invitation_id=asked.id, reason=" ", **BY)
    declined = cosigning.decline(invitation_id=asked.id, reason="退任しました", **BY)
    assert (declined.state, declined.reason) == ("declined", "退任しました")


def test_a_code_opens_once_and_wrong_tries_count() -> None:
    asked = invite()
    code = cosigning.make_code(invitation_id=asked.id, at=AT)
    with pytest.raises(Refused, match="1分"):
        cosigning.make_code(invitation_id=asked.id, at=AT)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _try in range(5):
        with pytest.raises(cosigning.WrongCode):
            cosigning.try_code(invitation_id=asked.id, code=wrong, at=AT)
    with pytest.raises(cosigning.WrongCode):
        cosigning.try_code(invitation_id=asked.id, code=code, at=AT)
    with pytest.raises(Refused, match="1時間"):
        cosigning.make_code(invitation_id=asked.id, at=AT + timedelta(minutes=2))
    later = AT + timedelta(hours=1)
    code = cosigning.make_code(invitation_id=asked.id, at=later)
    cosigning.try_code(invitation_id=asked.id, code=code, at=later)
    assert code not in Invitation.objects.get().code_digest
    sign(asked)
    with pytest.raises(cosigning.WrongCode):
        cosigning.try_code(invitation_id=asked.id, code=code, at=later)


def test_a_new_code_does_not_forget_the_wrong_tries() -> None:
    asked = invite()
    for minute in range(2):
        cosigning.make_code(invitation_id=asked.id, at=AT + timedelta(minutes=minute))
        for _try in range(3):
            with pytest.raises(cosigning.WrongCode):
                cosigning.try_code(invitation_id=asked.id, code="none", at=AT + timedelta(minutes=minute))
    with pytest.raises(Refused, match="1時間"):
        cosigning.make_code(invitation_id=asked.id, at=AT + timedelta(minutes=3))


def test_reminded_once_after_three_days() -> None:
    asked = invite()
    cosigning.mark_told(invitation_id=asked.id, until=AT + timedelta(days=14), reminder=False, at=AT)
    assert cosigning.to_remind(at=AT + timedelta(days=2)) == ()
    later = AT + timedelta(days=4)
    assert [one.id for one in cosigning.to_remind(at=later)] == [asked.id]
    cosigning.mark_told(invitation_id=asked.id, until=later + timedelta(days=14), reminder=True, at=later)
    assert cosigning.to_remind(at=later + timedelta(days=4)) == ()


def test_erased_nobody_is_named() -> None:
    sign(invite())
    invite("ueno@example.jp")
    assert cosigning.erase(subject=MATTER, at=AT) == 2
    assert {row.name for row in Invitation.objects.all()} == {""}
    assert Signature.objects.get().name == ""
