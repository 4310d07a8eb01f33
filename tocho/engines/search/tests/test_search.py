"""Everything against real PostgreSQL and the real dictionary."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tocho.engines.search import actions, api
from tocho.engines.search.documents import Document, SearchSource, vectors_of
from tocho.engines.search.models import SearchEntry
from tocho.engines.search.queries import Hit
from tocho.engines.search.readings import reader
from tocho.engines.search.tokens import whole_query
from tocho.lib.text import normalize_line

PROCEDURES = [
    Document(
        1,
        "納税証明書の交付",
        "都税を納めたことの証明書を、スマートフォンで申請して受け取れます。",
        "/procedures/nozei-shomei/",
        extra="自動車税 固定資産税 車検",
        title_en="Tax payment certificate",
    ),
    Document(2, "都立施設の利用申請", "会議室やホールを予約できます。PM2.5の測定室は使えません。", "/facility/"),
    Document(3, "講座・説明会の申込み", "霞が関で開く、はじめての講座など。講師は髙﨑さん、渡邊さん。", "/course/"),
    Document(4, "証明写真機の設置", "納税通知書の写しが要ります。", "/photo/"),
]
FIRST = """
納税 納税証明書 のうぜい ノウゼイ ﾉｳｾﾞｲ のうぜいしょうめい
車の税金 くるまのぜいきん 車の税 クルマの税金 税金の証明 車検 しゃけん
土地の税金 納税　証明 納税証 車の税金はどこで払うの 納税証明書がほしい 自動車の税金の証明書
"""
OTHERS = {
    "会議室": [2], "部屋を借りる": [2], "しせつ": [2], "ＰＭ２．５": [2], "霞ヶ関": [3], "高崎": [3], "渡辺": [3],
    "セミナー": [3], "申し込み": [3], "税務署": [], "": [], "　！": [], "京都": [],
}  # fmt: skip


@pytest.fixture
def city(db: None) -> Iterator[None]:
    before = api.installed()
    api.install([SearchSource("procedure", lambda: PROCEDURES)])
    api.rebuild()
    yield
    api.install(before.values())


def ids(text: str, **options: object) -> list[int]:
    return [hit.id for hit in api.search(text, **options)]  # type: ignore[arg-type]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("text", [*FIRST.split(), "納税 証明", "tax certificate", "Tax certificates"])
def test_the_tax_certificate_is_found_first(text: str) -> None:
    assert ids(text)[0] == 1


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(("text", "found"), OTHERS.items())
def test_variants_readings_and_synonyms(text: str, found: list[int]) -> None:
    assert ids(text)[: len(found) or None] == found


@pytest.mark.usefixtures("city")
def test_the_title_counts_most() -> None:
    assert ids("納税") == [1, 4]
    assert sorted(ids("証明")) == [1, 4]


@pytest.mark.usefixtures("city")
def test_a_misspelt_word_finds_what_has_most_of_it() -> None:
    assert ids("納税証明所の発効")[0] == 1
    assert ids("あいうえおかきくけこ") == []


@pytest.mark.usefixtures("city")
def test_hits_carry_what_a_list_shows() -> None:
    [hit] = api.search("会議室", limit=1)
    assert (hit.kind, hit.title, hit.url) == ("procedure", "都立施設の利用申請", "/facility/")
    assert hit.excerpt.startswith("会議室やホール")
    assert api.search("tax", language="en")[0].title == "Tax payment certificate"
    assert isinstance(hit, Hit)


@pytest.mark.usefixtures("city")
def test_kinds_and_limit_bound_a_search() -> None:
    assert ids("証明", limit=1) != []
    assert ids("納税", kinds=["dataset"]) == []
    assert ids("納税", kinds=()) == []
    assert ids("納税", kinds=["procedure"]) == [1, 4]


@pytest.mark.django_db
def test_a_new_document_is_found_at_once_and_by_reading_after_the_job(run_jobs: Callable[[], object]) -> None:
    api.index("dataset", 9, title="防災備蓄", body="", url="/d/9/")
    assert ids("防災") == [9]
    assert ids("ぼうさい") == []
    run_jobs()
    assert ids("ぼうさい") == [9]


@pytest.mark.django_db
def test_indexing_the_same_again_does_nothing(run_jobs: Callable[[], object]) -> None:
    for _ in range(2):
        api.index("dataset", 9, title="防災備蓄", body="", url="/d/9/")
        run_jobs()
    assert SearchEntry.objects.get().is_read
    assert actions.read_entries("dataset", [9]) == 0


@pytest.mark.django_db
def test_changed_words_replace_the_old_ones() -> None:
    api.index("dataset", 9, title="防災備蓄", body="", url="/d/9/")
    api.index("dataset", 9, title="桜の名所", body="", url="/d/9/", synonyms=["花見"])
    assert (ids("防災"), ids("桜"), ids("花見")) == ([], [9], [9])
    api.remove("dataset", 9)
    assert ids("桜") == []


@pytest.mark.usefixtures("city")
def test_rebuilding_writes_what_changed_and_removes_what_is_gone() -> None:
    changed = [Document(1, "新しい題", "", "/x/"), *PROCEDURES[1:3]]
    api.install([SearchSource("procedure", lambda: changed)])
    assert api.rebuild() == {"procedure": (1, 1)}
    assert api.rebuild() == {"procedure": (0, 0)}
    assert ids("新しい題") == [1]


@pytest.mark.usefixtures("city")
def test_index_search_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("index_search", "procedure")
    assert capsys.readouterr().out == "procedure: 0 written, 0 removed\n"
    with pytest.raises(CommandError, match="unknown: people; known: procedure"):
        call_command("index_search", "people")


def test_two_sources_of_one_kind_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="procedure"):
        api.install([SearchSource("procedure", list), SearchSource("procedure", list)])


def test_brackets_do_not_hide_words() -> None:
    with reader() as read:
        assert "わくちん" in "".join(read("接種（ワクチン）の記録"))
        assert "付属" in read("附属病院")


class EveryText(TestCase):
    """PostgreSQL reads what we write, whatever the text."""

    @given(st.text(max_size=60), st.text(max_size=20))
    @settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
    def test_a_title_is_found_by_any_part_of_it(self, text: str, more: str) -> None:
        text = text.replace("\x00", "").encode("utf-8", "ignore").decode()
        document = Document(1, text, more.replace("\x00", ""), "/", synonyms=[more[:5]])
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::tsvector, %s::tsvector", vectors_of(document))
        SearchEntry.objects.all().delete()
        actions.upsert_entries("any", [Document(1, text, "", "/")])
        searchable = bool(whole_query(normalize_line(text)))
        assert [hit.id for hit in api.search(text)] == ([1] if searchable else [])
        api.search(text[2:9])
