"""The few signs we draw ourselves (24 × 24, one path, in the colour of the text); always beside words, never alone."""

from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "info": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm1.2 15h-2.4v-6.6h2.4V17Zm0-8.4h-2.4V6.2h2.4v2.4Z",
    "ok": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.4 14.6-4.4-4.4 1.7-1.7 2.7 2.7 5.6-5.6 1.7 1.7-7.3 7.3Z",
    "warn": "M12 2.6 1 21.4h22L12 2.6Zm1.2 15.8h-2.4V16h2.4v2.4Zm0-4h-2.4V9.2h2.4v5.2Z",
    "error": "M8 2 2 8v8l6 6h8l6-6V8l-6-6H8Zm5.2 15h-2.4v-2.4h2.4V17Zm0-4.6h-2.4V6.8h2.4v5.6Z",
    "search": "M10 3a7 7 0 1 0 4.2 12.6l5 5 1.5-1.5-5-5A7 7 0 0 0 10 3Zm0 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6Z",
    "file": "M5 2h9l5 5v15H5V2Zm8 2H7v16h10V8h-4V4Z",
    "right": "m9 5 7 7-7 7-1.6-1.6L12.8 12 7.4 6.6 9 5Z",
    "left": "m15 5-7 7 7 7 1.6-1.6-5.4-5.4 5.4-5.4L15 5Z",
    "globe": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 2c2 0 3 3 3 7H9c0-4 1-7 3-7ZM9 13h6c0 4-1 7-3 7s-3-3-3-7Z",
    "empty": "M3 5h18v14H3V5Zm2 2v6h4l1.5 2.5h3L15 13h4V7H5Z",
}


def icon(name: str) -> SafeString:
    """The sign as inline SVG, hidden from assistive technology because the words beside it say the same."""
    return ICONS[name]


ICONS = {
    name: mark_safe(  # noqa: S308  only the constants above
        f'<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        f'<path fill="currentColor" d="{path}"/></svg>'
    )
    for name, path in PATHS.items()
}
