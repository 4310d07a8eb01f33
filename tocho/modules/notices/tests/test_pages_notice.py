import pytest

from tocho.core.ledger.api import entries_of
from tocho.modules.notices.models import Notice
from tocho.modules.notices.tests.factories import SUBJECT, new_notice, sealed_notice

pytestmark = pytest.mark.django_db


def acts() -> list[str]:
    return [entry.kind for entry in entries_of(SUBJECT)]


def test_notice_detail_works_without_signing_in_and_records_the_arrival(page) -> None:  # type: ignore[no-untyped-def]
    notice = sealed_notice()
    shown = page.get(f"/notices/{notice.token}/")
    assert shown.h1 == "納税証明書"
    assert f"/notices/{notice.token}/pdf/" in shown.links.values()
    assert acts()[-1] == "notice.reached"
    assert (shown.headers["X-Robots-Tag"], shown.headers["Referrer-Policy"]) == ("noindex", "same-origin")


def test_notice_detail_needs_few_queries_once_it_has_arrived(page) -> None:  # type: ignore[no-untyped-def]
    notice = sealed_notice()
    page.get(f"/notices/{notice.token}/")
    page.get(f"/notices/{notice.token}/", queries=1)
    assert acts().count("notice.reached") == 1


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}])
def test_notice_detail_fetched_ahead_is_no_arrival(page, headers) -> None:  # type: ignore[no-untyped-def]
    page.get(f"/notices/{sealed_notice().token}/", headers=headers)
    assert "notice.reached" not in acts()


def test_notice_detail_of_a_superseded_notice_leads_on(page) -> None:  # type: ignore[no-untyped-def]
    first = sealed_notice()
    second = sealed_notice(supersedes_id=first.id)
    shown = page.get(f"/notices/{first.token}/")
    assert "訂正" in shown.text
    assert f"/notices/{second.token}/" in shown.links.values()


def test_notice_detail_before_the_seal_or_with_a_wrong_token_is_not_there(page) -> None:  # type: ignore[no-untyped-def]
    assert page.get(f"/notices/{new_notice().token}/").status == 404
    assert page.get("/notices/wrong/").status == 404


def test_notice_detail_cannot_be_posted(page) -> None:  # type: ignore[no-untyped-def]
    assert page.post(f"/notices/{sealed_notice().token}/").status == 405


def test_notice_download_gives_the_signed_file_and_records_the_arrival(page) -> None:  # type: ignore[no-untyped-def]
    notice = sealed_notice()
    answer = page.get(f"/notices/{notice.token}/pdf/").response
    assert b"".join(answer).startswith(b"%PDF-")
    assert "attachment" in answer["Content-Disposition"]
    assert entries_of(SUBJECT)[-1].data["means"] == "downloaded"


def test_notice_download_makes_the_file_of_an_unsealed_notice_once(page) -> None:  # type: ignore[no-untyped-def]
    notice = new_notice(profile="none")
    one, two = (b"".join(page.get(f"/notices/{notice.token}/pdf/").response) for _ in range(2))
    assert one == two
    assert Notice.objects.get().file_id is not None
