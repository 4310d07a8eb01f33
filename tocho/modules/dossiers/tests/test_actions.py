import pytest

from tocho.core.files.models import StoredFile
from tocho.core.ledger import api as ledger
from tocho.lib.errors import Refused
from tocho.modules.dossiers import api as dossiers
from tocho.modules.dossiers.models import Item

from .factories import AT, MATTER, NOBODY, place, stored

pytestmark = pytest.mark.django_db
BY = {"actor": NOBODY, "at": AT}


@pytest.fixture(autouse=True)
def _folder(settings: object, tmp_path: object) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]


def give(words: str = "定款", seen: int = 0, *, most: int = 1, name: str = "teikan.pdf") -> Item:
    return dossiers.give(place=place(seen=seen), file_ids=[stored(words, name)], max_files=most, **BY)  # type: ignore[arg-type]


def view() -> dossiers.ItemView:
    return dossiers.items_of(MATTER)[0]


def test_returned_and_given_again_is_the_next_round_beside_the_first() -> None:
    give()
    dossiers.flag(place=place(seen=1), reason="押印のある頁が読めません", **BY)  # type: ignore[arg-type]
    assert [item.key for item in dossiers.return_flagged(subject=MATTER, unit="T-01", **BY)] == ["articles"]  # type: ignore[arg-type]
    give("撮り直した定款", seen=3)
    now = view()
    assert (now.state, now.round, [sheet.change for sheet in now.sheets]) == ("given", 2, ["changed"])
    assert [sheet.round for sheet in now.earlier] == [1]
    dossiers.accept(place=place(seen=4), **BY)  # type: ignore[arg-type]
    assert view().state == "accepted"
    kinds = [entry.kind for entry in ledger.entries_of(MATTER)]
    assert kinds == ["dossier.given", "dossier.flagged", "dossier.returned", "dossier.given", "dossier.accepted"]


def test_the_ledger_names_document_and_party_and_nobody() -> None:
    give(name="山田花子の定款.pdf")
    assert ledger.entries_of(MATTER)[-1].data == {"document": "articles", "party": "applicant", "round": 1, "files": 1}


def test_a_single_file_is_replaced_and_the_old_content_erased() -> None:
    first = give().sheets.get().file_id
    give("新しい定款", seen=1)
    assert len(view().sheets) == 1
    assert StoredFile.objects.get(id=first).forgotten_at == AT


def test_nobody_replaces_a_file_unseen() -> None:
    give()
    with pytest.raises(dossiers.ItemMoved, match="ほかの人が"):
        give("別の定款", seen=0)


def test_more_files_than_allowed_are_refused() -> None:
    give(most=2)
    give("二つ目", most=2)
    with pytest.raises(dossiers.TooMany, match="2ファイルまで"):
        give("三つ目", most=2)


def test_an_officer_judges_only_what_was_seen() -> None:
    give()
    give("差し替え", seen=1)
    with pytest.raises(dossiers.ItemMoved):
        dossiers.accept(place=place(seen=1), **BY)  # type: ignore[arg-type]


def test_a_return_that_was_not_seen_is_not_answered_by_accident() -> None:
    give(most=3)
    dossiers.flag(place=place(seen=1), reason="違う書類です", **BY)  # type: ignore[arg-type]
    dossiers.return_flagged(subject=MATTER, unit="T-01", **BY)  # type: ignore[arg-type]
    with pytest.raises(dossiers.ItemMoved):
        give("続き", seen=1, most=3)


def test_a_reason_is_needed() -> None:
    give()
    with pytest.raises(Refused, match="何を直せば"):
        dossiers.flag(place=place(seen=1), reason=" ", **BY)  # type: ignore[arg-type]


def test_taken_away_it_is_missing_again_and_after_a_return_still_returned() -> None:
    file_id = give().sheets.get().file_id
    dossiers.remove(place=place(seen=1), file_id=file_id, **BY)  # type: ignore[arg-type]
    assert view().state == "missing"
    give(seen=2)
    dossiers.flag(place=place(seen=3), reason="違う書類です", **BY)  # type: ignore[arg-type]
    dossiers.return_flagged(subject=MATTER, unit="T-01", **BY)  # type: ignore[arg-type]
    again = give("もう一度", seen=5).sheets.filter(round=2).get().file_id
    dossiers.remove(place=place(seen=6), file_id=again, **BY)  # type: ignore[arg-type]
    assert (view().state, view().round) == ("returned", 1)


def test_erased_at_the_end_of_retention() -> None:
    give()
    assert dossiers.erase(subject=MATTER, **BY) == 1  # type: ignore[arg-type]
    assert not StoredFile.objects.filter(forgotten_at=None).exists()
