"""What the Messaging API refuses: each fault with the property it is about, as LINE names it."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Fault = tuple[str, str]
SCHEMES = {"http", "https", "tel", "line"}


def units(text: str) -> int:
    """Length as LINE counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def faults_of(body: Any) -> list[Fault]:
    """All faults of the messages of a reply or push."""
    messages = body.get("messages") if isinstance(body, Mapping) else None
    if not isinstance(messages, list) or not 1 <= len(messages) <= 5:
        return [("messages", "Size must be between 1 and 5")]
    return [fault for number, one in enumerate(messages) for fault in _message(one, f"messages[{number}]")]


def _message(message: Any, place: str) -> Iterator[Fault]:
    if not isinstance(message, Mapping):
        yield place, "must be an object"
        return
    quick = (message.get("quickReply") or {}).get("items")
    if quick is not None:
        if not 1 <= len(quick) <= 13:
            yield f"{place}.quickReply.items", "Size must be between 1 and 13"
        for number, item in enumerate(quick):
            yield from _action(item.get("action"), f"{place}.quickReply.items[{number}].action")
    match message.get("type"):
        case "text":
            yield from _text(message.get("text"), f"{place}.text", 5000)
        case "template":
            yield from _text(message.get("altText"), f"{place}.altText", 400)
            yield from _template(message.get("template"), f"{place}.template")
        case _:
            yield f"{place}.type", "invalid property"


def _text(value: Any, place: str, limit: int) -> Iterator[Fault]:
    if not isinstance(value, str) or not value.strip():
        yield place, "May not be empty"
    elif units(value) > limit:
        yield place, f"Length must be between 1 and {limit}"


def _template(template: Any, place: str) -> Iterator[Fault]:
    kind = template.get("type") if isinstance(template, Mapping) else None
    if kind == "buttons":
        yield from _column(template, place, text_limit=160, most=4)
    elif kind == "carousel":
        columns = template.get("columns") or []
        if not 1 <= len(columns) <= 10:
            yield f"{place}.columns", "Size must be between 1 and 10"
        shapes = {(len(one.get("actions") or ()), "title" in one, "thumbnailImageUrl" in one) for one in columns}
        if len(shapes) > 1:
            yield f"{place}.columns", "columns must have the same number of actions, titles and images"
        for number, column in enumerate(columns):
            yield from _column(column, f"{place}.columns[{number}]", text_limit=120, most=3)
    else:
        yield f"{place}.type", "invalid property"


def _column(column: Mapping[str, Any], place: str, *, text_limit: int, most: int) -> Iterator[Fault]:
    if "title" in column:
        yield from _text(column["title"], f"{place}.title", 40)
        text_limit = 60
    yield from _text(column.get("text"), f"{place}.text", text_limit)
    actions = column.get("actions") or []
    if not 1 <= len(actions) <= most:
        yield f"{place}.actions", f"Size must be between 1 and {most}"
    for number, action in enumerate(actions):
        yield from _action(action, f"{place}.actions[{number}]")


def _action(action: Any, place: str) -> Iterator[Fault]:
    kind = action.get("type") if isinstance(action, Mapping) else None
    if kind not in ("uri", "message"):
        yield f"{place}.type", "invalid property"
        return
    yield from _text(action.get("label"), f"{place}.label", 20)
    if kind == "message":
        yield from _text(action.get("text"), f"{place}.text", 300)
    elif urlsplit(str(action.get("uri"))).scheme not in SCHEMES or units(action["uri"]) > 1000:
        yield f"{place}.uri", "invalid uri scheme"


def is_retry_key(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
