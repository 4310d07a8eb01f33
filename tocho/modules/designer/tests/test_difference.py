"""What a reviewer reads: sentences, not lines of code."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from django.conf import settings

from tocho.modules.designer.rules.difference import differences
from tocho.modules.procedures.api import read_folder

SOURCE = read_folder(Path(settings.BASE_DIR) / "city" / "procedures" / "nozei-shomei")


def said(after: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one.sentence, one.before, one.after) for one in differences(SOURCE, after)]


def changed() -> dict[str, Any]:
    return deepcopy(SOURCE)


def test_nothing_changed_says_nothing() -> None:
    assert said(changed()) == []


def test_the_form_in_sentences() -> None:
    after = changed()
    first = after["form"]["steps"][0]["fields"]
    first[0]["choices"].append({"value": "golf", "label": {"ja": "ゴルフ場利用税"}})
    first[0]["required"] = False
    first.append({"key": "memo", "type": "multiline", "label": "備考"})
    del after["form"]["steps"][2]["fields"][0]
    after["form"]["steps"][1]["title"] = "証明のくわしい内容"
    sentences = [one[0] for one in said(after)]
    assert sentences == [
        "ステップ「証明のくわしい内容」の見出しを変更",
        "質問「法人の名称」を削除",
        "質問「税の種類」の必須を変更",
        "質問「税の種類」に選択肢「ゴルフ場利用税」を追加",
        "質問「備考」（文章（数行））を追加",
    ]


def test_order_and_movement() -> None:
    after = changed()
    first, second = after["form"]["steps"][0]["fields"], after["form"]["steps"][1]["fields"]
    first[0], first[1] = first[1], first[0]
    second.append(first.pop())
    sentences = [one[0] for one in said(after)]
    assert sentences == ["質問「どなたの税ですか」を別のステップへ移動", "質問の順を変更"]


def test_law_fee_table_process_and_letters() -> None:
    after = changed()
    after["facts"]["law"].append("東京都手数料条例別表")
    after["facts"]["standard_days"] = 5
    after["rules"]["fee"] = after["rules"]["fee"].replace("400 * copies", "500 * copies")
    after["process"] = after["process"].replace('name="審査する"', 'name="内容を審査する"')
    after["notices"]["rejection"] = after["notices"]["rejection"].replace("交付しない理由", "お断りする理由")
    found = said(after)
    assert ("lawに追加", "", "東京都手数料条例別表") in found
    assert ("standard_daysを変更", "3", "5") in found
    fee = next(one for one in found if one[0] == "表「fee」の2行目を変更")
    assert "400 * copies" in fee[1]
    assert "500 * copies" in fee[2]
    assert any(one[0] == "流れの「内容を審査する」を変更" for one in found)
    assert ("通知の様式「rejection」の文を変更", "== 交付しない理由", "== お断りする理由") in found
