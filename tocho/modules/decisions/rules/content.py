"""What is decided, and its number: content digest, document symbol (東京都文書管理規則)."""

import hashlib
from collections.abc import Sequence

import orjson


def content_digest(
    *, title: str, body: str, outcome: str, reasons: str, brief: object, attachments: Sequence[str]
) -> str:
    """sha256 (hex) over everything that is decided, in canonical JSON: the frozen content of the decision."""
    content = {
        "title": title,
        "body": body,
        "outcome": outcome,
        "reasons": reasons,
        "brief": brief,
        "attachments": list(attachments),
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def document_symbol(bureau_name: str, unit_name: str) -> str:
    """文書記号 of a unit: two characters of the bureau and the first of the section (主税局 徴収課 → 主税徴)."""
    return f"{bureau_name[:2]}{unit_name[:1]}"
