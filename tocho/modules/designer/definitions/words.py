"""What the facts of a procedure are called on the pages of the designer."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

FACT_LABELS: Mapping[str, Any] = {
    "title": _("手続の名前"),
    "summary": _("概要"),
    "who": _("使える人"),
    "keywords": _("ほかの呼び名（1行に1つ）"),
    "fee": _("手数料の説明"),
    "duration": _("かかる時間の説明"),
    "standard_days": _("標準処理期間（開庁日）"),
    "bring": _("用意するもの（1行に1つ）"),
    "law": _("根拠の法令（1行に1つ）"),
    "sources": _("事実の出典"),
    "remedy": _("教示（不服のあるとき）"),
    "office": _("審査する課"),
    "category": _("事案の種類"),
    "importance": _("重要度"),
    "draft_body": _("起案文"),
    "popularity": _("表示の順（大きいほど前）"),
    "questions": _("質問"),
    "notices": _("通知"),
    "auto": _("規則による決定"),
    "booking": _("予約"),
    "documents": _("提出書類"),
    "notices.title": _("題名"),
    "notices.name": _("結果（approve・reject）"),
    "documents.title": _("書類の名前"),
    "cosign": _("連署"),
    "years": _("年数"),
    "retention.law": _("根拠の条項"),
    "retention.source": _("出典"),
    "fact": _("事実"),
    "source": _("出典"),
    "key": _("キー"),
    "text": _("質問"),
    "help": _("補足"),
    "name": _("結果"),
    "template": _("様式"),
    "profile": _("署名"),
    "rows": _("通知に載せる行"),
    "article": _("根拠の条項"),
    "field": _("枠を選ぶ質問のキー"),
    "kind": _("枠の種類"),
    "quantity": _("人数の質問のキー"),
    "waiting_list": _("キャンセル待ちを受ける"),
    "party": _("出す人"),
    "required": _("出すとき（式）"),
    "optional": _("任意"),
    "later": _("後日でよい"),
    "signed": _("連署する"),
    "formats": _("形式"),
    "max_files": _("数の上限"),
    "max_mb": _("大きさの上限（MB）"),
    "obtain": _("入手のしかた"),
    "avoidable": _("省ける理由"),
    "retention_years": _("保存期間（年）"),
    "retention": _("保存期間"),
}


def fact_label(name: str) -> Any:
    """What a fact is called; its name where nobody gave it words."""
    return FACT_LABELS.get(name, name)
