"""A proposed authority table tried on the past year: a job with its progress, the result, the list of what changes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tocho.core.accounts.models import User
from tocho.core.ledger.api import Actor
from tocho.core.ledger.models import LedgerEntry
from tocho.modules.decisions import actions, tasks
from tocho.modules.decisions.actions import trials
from tocho.modules.decisions.models import AuthorityChange, AuthorityTable, AuthorityTrial, Decision, ShiftedDecision
from tocho.ui.testing import Pages

from .factories import AT, Office, circulate, make_draft, make_office
from .test_pages_authority import LIST, changed_xml, propose, second, table

__all__ = ["second", "table"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def change(page: Pages, office: Office, table: AuthorityTable) -> AuthorityChange:
    """Three certificates and a permit of last month, and a table by which the governor decides all of them."""
    for number in range(1, 4):
        make_draft(office, number)
    make_draft(office, 4, category="permit", title="許可について")
    Decision.objects.update(drafted_at=AT - timedelta(days=30))
    return propose(changed_xml(page, table, office.reviewer), office.reviewer)


def run(change: AuthorityChange) -> AuthorityTrial:
    trial = change.trials.get()
    while actions.run_trial(trial_id=trial.id, at=AT):
        continue
    return change.trials.get()


def ways(change: AuthorityChange) -> str:
    return f"{LIST}changes/{change.id}/ways/"


def taken(page: Pages, address: str, office: Office) -> bytes:
    return b"".join(page.get(address, user=office.reviewer).streaming_content)


def test_progress_then_the_result(page: Pages, office: Office, change: AuthorityChange) -> None:
    address = f"{LIST}changes/{change.id}/"
    waiting = page.get(address, user=office.reviewer)
    assert "当てはめています" in waiting.text
    assert page.get(ways(change), user=office.reviewer, status=404).status == 404
    run(change)
    done = page.get(address, user=office.reviewer, queries=30)
    assert "当てはめています" not in done.text
    assert "決定権者の職層ごとの事案の数が変わります" in done.text
    assert re.search(r"決定権者\s\S+ → 知事", done.text)
    assert "主税局" in done.text
    assert "いまの表" in page.get(f"{address}print/", user=office.reviewer).text


def test_each_decision_counts_once_however_often_it_is_run(
    office: Office, change: AuthorityChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "PIECE", 2)
    trial = run(change)
    assert not actions.run_trial(trial_id=trial.id, at=AT)
    assert (trial.total, trial.done_count) == (4, 4)
    assert trial.tally["after"] == {"8": 4}
    assert sum(trial.shifts.values_list("count", flat=True)) == 4
    assert ShiftedDecision.objects.count() == 4
    assert trial.shifts.count() == 2
    assert LedgerEntry.objects.filter(kind="authority.tried").count() == 1


def test_a_piece_that_failed_leaves_nothing(
    office: Office, change: AuthorityChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "PIECE", 2)
    trial = change.trials.get()
    assert actions.run_trial(trial_id=trial.id, at=AT)
    with monkeypatch.context() as broken:
        broken.setattr(AuthorityTrial, "save", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.run_trial(trial_id=trial.id, at=AT)
    assert run(change).tally["after"] == {"8": 4}
    assert ShiftedDecision.objects.count() == 4


def test_the_list_is_narrowed_and_paged(page: Pages, office: Office, change: AuthorityChange, second: User) -> None:
    trial = run(change)
    assert page.get(ways(change), user=office.drafter, status=403).status == 403
    whole = page.get(ways(change), user=office.reviewer, queries=30)
    assert "閲覧の範囲外" not in whole.text
    hidden = page.get(ways(change), user=second)
    assert hidden.text.count("閲覧の範囲外") == 4
    assert "納税証明書" not in hidden.text
    few = page.get(f"{ways(change)}?category=permit&new=8", user=office.reviewer)
    assert few.text.count("→ 知事") == 1
    assert "当てはまる事案はありません" in page.get(f"{ways(change)}?old=8", user=office.reviewer).text
    assert "当てはまる事案はありません" in page.get(f"{ways(change)}?way=x", user=office.reviewer).text
    way = trial.shifts.get(category="permit")
    assert page.get(f"{ways(change)}?way={way.id}", user=office.reviewer).text.count("→ 知事") == 2
    last = Decision.objects.order_by("id")[0].id
    assert page.get(f"{ways(change)}?after={last + 1}", user=office.reviewer).text.count("→ 知事") == 1


def test_taken_away_as_a_file(page: Pages, office: Office, change: AuthorityChange) -> None:
    run(change)
    plain = taken(page, f"{ways(change)}csv/", office)
    assert plain.startswith(b"\xef\xbb\xbf")
    assert plain.decode("utf-8-sig").count("知事") == 4
    old = taken(page, f"{ways(change)}csv/?encoding=cp932&category=permit", office)
    assert old.decode("cp932").count("知事") == 1
    assert taken(page, f"{ways(change)}xlsx/", office).startswith(b"PK")
    assert page.get(f"{ways(change)}exe/", user=office.reviewer, status=404).status == 404


def test_out_of_date_when_another_table_comes_between(
    page: Pages, office: Office, change: AuthorityChange, second: User
) -> None:
    address = f"{LIST}changes/{change.id}/"
    run(change)
    assert "この結果は古くなりました" not in page.get(address, user=second).text
    other = propose(change.xml.replace("別表（見本）", "別表の改正"), office.reviewer)
    actions.enact_authority(change_id=other.id, actor=Actor(user_id=second.id), at=AT)
    assert "この結果は古くなりました" in page.get(address, user=second).text
    page.post(f"{address}try/", {}, user=second)
    page.post(f"{address}try/", {}, user=second)
    assert change.trials.count() == 2
    assert "当てはめています" in page.get(address, user=second).text


def test_what_is_on_its_way_is_counted_whenever_it_was_drafted(
    page: Pages, office: Office, change: AuthorityChange
) -> None:
    """It will have to circulate anew if it is not decided before the day (ADR 0030)."""
    circulate(office, Decision.objects.get(subject_id=1))
    old = make_draft(office, 9)
    circulate(office, old)
    long_ago = Decision.objects.filter(id__in=[old.id, Decision.objects.get(subject_id=2).id])
    long_ago.update(drafted_at=AT - timedelta(days=800))
    trial = run(change)
    assert trial.tally["pending"] == {"moving": 2, "moving_changed": 2, "in_hand": 3, "in_hand_changed": 3}
    assert sum(trial.tally["units"].values()) == 3  # of the year; the others are no matters of it
    assert ShiftedDecision.objects.count() == 3
    shown = page.get(f"{LIST}changes/{change.id}/", user=office.reviewer)
    assert "回付中の事案は2件、うち経路が変わるものは2件です。施行日までに決定しなければ、回付し直します。" in shown
    assert "起案者の手元で経路が変わる事案が3件" in shown


def test_a_worker_is_stopped_between_two_pieces_and_another_goes_on(
    office: Office, change: AuthorityChange, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], object]
) -> None:
    monkeypatch.setattr(trials, "PIECE", 2)
    tasks.try_authority(trial_id=change.trials.get().id)
    trial = change.trials.get()
    assert (trial.done_count, trial.done_at) == (2, None)
    run_jobs()
    trial = change.trials.get()
    assert (trial.done_count, trial.tally["after"]) == (4, {"8": 4})


def test_a_worker_makes_it(
    page: Pages, office: Office, change: AuthorityChange, run_jobs: Callable[[], object]
) -> None:
    run_jobs()
    trial = change.trials.get()
    assert trial.done_at is not None
    assert trial.done_at <= timezone.now()
    assert trial.tally["units"] == {"T-01-01-01": 4}
