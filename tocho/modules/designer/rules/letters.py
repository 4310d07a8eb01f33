"""A notice as blocks that an officer puts together, and the Typst source over ``/letter.typ`` that they stand for.

``read_letter`` reads exactly what ``write_letter`` writes (and templates written by hand in the same form); anything
else is left to the expert, and never changed in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

HEAD = '#import "/letter.typ": *\n#show: letter\n'
CALLS = {
    "opening": "#opening()",
    "facts": "#facts(data.rows)",
    "reasons": "#reasons()",
    "decision": "#decision()",
    "remedy": "#remedy()",
    "verification": "#verification()",
}
WRITTEN = ("heading", "says", "points")  # the kinds with a text of their own
KINDS: dict[str, tuple[Promise, Promise]] = {
    "opening": (gettext_lazy("宛名と題名"), gettext_lazy("番号、日付、宛名、差出人、題名")),
    "says": (gettext_lazy("文"), gettext_lazy("{…} に行の見出しを書くと、その内容が入ります")),
    "facts": (gettext_lazy("記載事項"), gettext_lazy("下の「記載する行」が並びます")),
    "heading": (gettext_lazy("見出し"), gettext_lazy("小さな見出し")),
    "points": (gettext_lazy("箇条書き"), gettext_lazy("1行に1つ")),
    "reasons": (gettext_lazy("理由"), gettext_lazy("決定のときに書いた理由が入ります")),
    "decision": (gettext_lazy("決定番号と根拠"), gettext_lazy("決定の番号、日、根拠が入ります")),
    "remedy": (gettext_lazy("教示"), gettext_lazy("審査請求と取消訴訟の案内（行政不服審査法82条）")),
    "verification": (gettext_lazy("確認方法"), gettext_lazy("確認番号とQRコード")),
}
SPECIAL = ("氏名", "受付番号", "発行日")  # what a sentence can name beside the rows
_MARKS = re.compile(r"([\\#\[\]*_`$@<>~=/'\"-])")
_FIELD = re.compile(r"\{([^{}\n\"\\]{1,60})\}")
_CALL = re.compile(r'#field\("([^"\\]{1,60})"\)')


@dataclass(frozen=True)
class Block:
    """One block of a letter; ``text`` only for those of ``WRITTEN``."""

    kind: str
    text: str = ""


Letter = tuple[Block, ...]


def write_letter(letter: Letter, *, about: str = "") -> str:
    """The Typst source of a letter; ``about`` stands in a comment at its top."""
    comment = f"// {' '.join(about.split())}\n" if about.strip() else ""
    return comment + HEAD + "".join(f"\n{_block(block)}\n" for block in letter)


def _block(block: Block) -> str:
    if block.kind in CALLS:
        return CALLS[block.kind]
    if block.kind == "heading":
        return f"== {_escaped(' '.join(block.text.split()))}"
    if block.kind == "says":
        return f"#says[{_escaped(block.text.strip())}]"
    points = "".join(f"  [{_escaped(line.strip())}],\n" for line in block.text.splitlines() if line.strip())
    return f"#enum(\n  spacing: 1em,\n{points})"


def _escaped(text: str) -> str:
    """Text as Typst markup that reads the same; ``{見出し}`` becomes the value of that row."""
    parts = _FIELD.split(text)
    return "".join(
        f'#field("{part}")' if index % 2 else _MARKS.sub(r"\\\1", part).replace("\n", " \\\n")
        for index, part in enumerate(parts)
    )


def _plain(markup: str) -> str | None:
    """The text that was escaped to this; None where the markup is more than text."""
    parts = _CALL.split(markup)
    text = "".join(
        f"{{{part}}}" if index % 2 else re.sub(r"\\([^\n])", r"\1", part.replace(" \\\n", "\n"))
        for index, part in enumerate(parts)
    )
    return text if _escaped(text) == _normal(markup) else None


def _normal(markup: str) -> str:
    """The markup with every sign escaped that may be, outside calls: hand-written text leaves some as they are."""
    parts = _CALL.split(markup)
    return "".join(
        f'#field("{part}")' if index % 2 else re.sub(r"\\?([/'\"=-])", r"\\\1", part)
        for index, part in enumerate(parts)
    )


def read_letter(source: str) -> Letter | None:
    """The blocks of a source; None where it holds anything that no block stands for."""
    body = _body(source)
    if body is None:
        return None
    found: list[Block] = []
    lines = iter(body.splitlines())
    calls = {call: kind for kind, call in CALLS.items()}
    for line in lines:
        block: Block | None = None
        if not line.strip():
            continue
        if line.strip() in calls:
            block = Block(calls[line.strip()])
        elif line.startswith("== "):
            block = _written("heading", line[3:])
        elif line.startswith("#says["):
            whole = line[len("#says[") :]
            while not re.search(r"(?<!\\)(?:\\\\)*\]$", whole):
                following = next(lines, None)
                if following is None:
                    return None
                whole += f"\n{following}"
            block = _written("says", whole[:-1])
        elif line == "#enum(":
            block = _points(lines)
        if block is None:
            return None
        found.append(block)
    return tuple(found)


def _body(source: str) -> str | None:
    lines = source.splitlines(keepends=True)
    while lines and (lines[0].startswith("//") or not lines[0].strip()):
        lines.pop(0)
    text = "".join(lines)
    return text.removeprefix(HEAD) if text.startswith(HEAD) else None


def _written(kind: str, markup: str) -> Block | None:
    text = _plain(markup)
    return None if text is None else Block(kind, text)


def _points(lines: Iterator[str]) -> Block | None:
    points: list[str] = []
    for line in lines:
        if line.strip() == ")":
            return Block("points", "\n".join(points))
        if line.strip() == "spacing: 1em,":
            continue
        inner = re.fullmatch(r"\s*\[(.*)\],", line)
        text = _plain(inner[1]) if inner else None
        if text is None:
            return None
        points.append(text)
    return None


def about_of(source: str) -> str:
    """The comment at the top of a source."""
    first = source.split("\n", 1)[0]
    return first[2:].strip() if first.startswith("//") else ""


# --- beginnings

APPROVAL: Letter = (
    Block("opening"),
    Block("says", "申請のあったことについては、次のとおり承認します。"),
    Block("facts"),
    Block("decision"),
    Block("verification"),
)
REFUSAL: Letter = (
    Block("opening"),
    Block("says", "申請のあったことについては、次の理由により承認しないことに決定しましたので、通知します。"),
    Block("facts"),
    Block("heading", "承認しない理由"),
    Block("reasons"),
    Block("decision"),
    Block("remedy"),
    Block("verification"),
)
RECEIPT: Letter = (
    Block("opening"),
    Block("says", "お申込みを受け付けました。"),
    Block("facts"),
    Block("verification"),
)
OUTCOME_OF = {"approval": "approve", "refusal": "reject", "receipt": "approve"}  # what a beginning is mostly sent for
BEGINNINGS: dict[str, tuple[Promise, Letter]] = {
    "approval": (gettext_lazy("承認・交付の通知"), APPROVAL),
    "refusal": (gettext_lazy("不承認・不交付の通知（理由と教示）"), REFUSAL),
    "receipt": (gettext_lazy("受付票・お知らせ"), RECEIPT),
}


def lacking(letter: Letter, *, outcome: str) -> list[Promise]:
    """What the law or the house asks of a notice and this one lacks."""
    kinds = {block.kind for block in letter}
    found: list[Promise] = []
    if outcome == "reject" and "reasons" not in kinds:
        found.append(gettext_lazy("不利益な結果の通知には「理由」が必要です（行政手続条例8条）。"))
    if outcome == "reject" and "remedy" not in kinds:
        found.append(gettext_lazy("不利益な結果の通知には「教示」が必要です（行政不服審査法82条）。"))
    if "opening" not in kinds:
        found.append(gettext_lazy("「宛名と題名」がありません。"))
    if "verification" not in kinds:
        found.append(gettext_lazy("「確認方法」がないと、受け取った人が真偽を確かめられません。"))
    return found
