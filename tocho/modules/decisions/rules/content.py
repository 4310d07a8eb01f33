"""What is decided, and its number: content digest, document symbol (東京都文書管理規則)."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count

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


def document_symbols(full_name: str) -> Iterator[str]:
    """What the 文書記号 of a unit may be, the shortest first; the first that no other unit has is its own.

    Two characters of the bureau and the first of the section (主税局 徴収部 徴収課 → 主税徴), then with the first of
    the division between them (主税徴徴), then numbered (主税徴徴2).
    """
    names = full_name.split()
    bureau, division, section = names[0][:2], names[-2][:1] if len(names) > 2 else "", names[-1][:1]
    yield bureau + section
    if division:
        yield bureau + division + section
    yield from (f"{bureau}{division}{section}{number}" for number in count(2))
