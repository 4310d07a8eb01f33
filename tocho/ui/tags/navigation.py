"""Where am I, where can I go: breadcrumbs, steps, pages, chips, language, keys."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.template import Library
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.ui import furigana
from tocho.ui.icons import icon
from tocho.ui.markup import EMPTY, attribute, attributes, colon, format_html, get, join, one_of, optional
from tocho.ui.numerals import count as grouped

register = Library()


def pair(item: Any) -> tuple[str, str]:
    """(label, address) of a tuple, a dict or an object."""
    if isinstance(item, str):
        return item, ""
    if isinstance(item, Sequence):
        return item[0], item[1] if len(item) > 1 else ""
    return get(item, "label", "title", "name"), get(item, "href", "url")


@register.simple_tag
def ui_breadcrumb(items: Iterable[Any]) -> SafeString:
    """The way down to this page; the last item is the page itself."""
    rows = []
    for label, href in map(pair, items or ()):
        rows.append(
            format_html('<li><a href="{}">{}</a></li>', href, label)
            if href
            else format_html('<li aria-current="page">{}</li>', label)
        )
    return format_html('<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', _("現在地"), join(rows))


@register.simple_tag
def ui_steps(current: int, total: int, titles: Sequence[str] = ()) -> SafeString:
    """Progress of a form as 3 / 6; ``titles`` are told to those who listen and shown on hover."""
    marks = join(
        [
            format_html("<li{}{}></li>", attribute("class", "on" if n <= current else ""), attribute("title", title))
            for n, title in enumerate([*titles, *[""] * (total - len(titles))][:total], start=1)
        ]
    )
    words = _("%(total)s ステップのうち %(current)s 番目") % {"total": total, "current": current}
    title = colon() + titles[current - 1] if 0 < current <= len(titles) else ""
    return format_html(
        '<div class="steps"><ol aria-hidden="true">{}</ol><p><span class="sr">{}{}</span>'
        '<span aria-hidden="true">{} / {}</span></p></div>',
        marks,
        words,
        title,
        current,
        total,
    )


def page_href(context: Context, cursor: str, name: str) -> str:
    """The address of a neighbouring page: an address as it is, a cursor put into the present query."""
    if cursor.startswith(("/", "?", "http")):
        return cursor
    query = context["request"].GET.copy()
    query.pop("before" if name == "after" else "after", None)
    query[name] = cursor
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def ui_pager(
    context: Context,
    *,
    next: str | None = None,  # noqa: A002
    previous: str | None = None,
    count: int | None = None,
    **extra: Any,
) -> SafeString:
    """Neighbouring pages of a keyset-paged list: addresses, or cursors that become ``?after=``/``?before=``."""
    links = []
    for cursor, name, words, sign in ((previous, "before", _("前へ"), "left"), (next, "after", _("次へ"), "right")):
        if cursor:
            parts = (icon(sign), words) if sign == "left" else (words, icon(sign))
            links.append(
                format_html(
                    '<a class="button button-secondary button-s" rel="{}" href="{}"{}>{}{}</a>',
                    "prev" if sign == "left" else "next",
                    page_href(context, str(cursor), name),
                    attributes(extra),
                    *parts,
                )
            )
    total = "" if count is None else (_("1,000件以上") if count > 1000 else _("%s件") % grouped(count))
    if not links and not total:
        return EMPTY
    return format_html(
        '<nav class="pager" aria-label="{}">{}<span class="pager-links">{}</span></nav>',
        _("ページ"),
        optional('<span class="note">{}</span>', total),
        join(links),
    )


@register.simple_tag
def ui_chips(items: Iterable[Any], *, label: str = "", current: str = "") -> SafeString:
    """Short links side by side: the things people look for, or a filter whose ``current`` address is marked."""
    rows = [
        format_html(
            '<li><a href="{}"{}>{}</a></li>',
            href,
            attribute("aria-current", bool(current) and href == current and "true"),
            words,
        )
        for words, href in map(pair, items or ())
    ]
    return format_html('<ul class="chips"{}>{}</ul>', attribute("aria-label", label), join(rows)) if rows else EMPTY


@register.simple_tag
def ui_tabs(items: Iterable[Any], *, label: str = "") -> SafeString:
    """The parts of one thing, each a page: ``label, href, current, count`` (what waits there, 0 = nothing)."""
    rows = [
        format_html(
            '<li><a href="{}"{}>{}{}</a></li>',
            get(item, "href"),
            attribute("aria-current", bool(get(item, "current")) and "page"),
            get(item, "label"),
            format_html(
                '<span class="tab-count">{}<span class="sr">{}</span></span>',
                get(item, "count"),
                _("件直すところがあります"),
            )
            if get(item, "count")
            else "",
        )
        for item in items or ()
    ]
    return format_html('<nav class="tabs"{}><ul>{}</ul></nav>', attribute("aria-label", label), join(rows))


@register.simple_tag(takes_context=True)
def ui_nav(context: Context, items: Iterable[Any], *, current: str = "") -> SafeString:
    """The list at the side of the desk: ``label, href, note, count, tone=bad, current``; else the address decides."""
    current = current or getattr(context.get("request"), "path", "")
    rows = []
    for item in items or ():
        label, href = pair(item)
        here = bool(current and str(href) == current) or (not isinstance(item, Sequence) and bool(get(item, "current")))
        fields = {} if isinstance(item, Sequence) else {name: get(item, name) for name in ("note", "count", "tone")}
        rows.append(
            format_html(
                '<li><a href="{}"{}><span class="nav-label">{}</span>{}{}</a></li>',
                href,
                attribute("aria-current", here and "true"),
                label,
                optional('<span class="nav-count">{}</span>', fields.get("count", "")),
                format_html(
                    '<span class="note nav-{}">{}</span>',
                    one_of(fields.get("tone") or "plain", ("plain", "bad"), "tone"),
                    fields["note"],
                )
                if fields.get("note")
                else "",
            )
        )
    return format_html('<ul class="nav">{}</ul>', join(rows)) if rows else EMPTY


@register.simple_tag(takes_context=True)
def ui_lang(context: Context, *, menu: bool = True) -> SafeString:
    """Japanese, やさしい日本語, English, and readings over kanji; works without JavaScript and stays on the page.

    ``menu=False``: the buttons alone, where they stand in a menu already.
    """
    request = context.get("request")
    try:
        addresses = reverse("ui:set_language"), reverse("ui:set_furigana")
    except NoReverseMatch:
        return EMPTY
    if request is None:
        return EMPTY
    now = get_language() or "ja"
    languages = [
        format_html(
            '<button name="language" value="{}" lang="{}"{}>{}</button>',
            code, code[:2], attribute("aria-current", "true" if code == now else ""), words,
        )
        for code, words in settings.LANGUAGES
    ]  # fmt: skip
    switched = request.COOKIES.get(furigana.COOKIE) == "1"
    words = _("ふりがなを消す") if switched else _("漢字にふりがなを付ける")
    switch = format_html('<button name="furigana" value="{}">{}</button>', "0" if switched else "1", words)
    forms = [_lang_form(context, addresses[0], join(languages))]
    if now.startswith("ja"):
        forms.append(_lang_form(context, addresses[1], switch))
    if not menu:
        return join(forms)
    return format_html(
        '<details class="menu lang-menu"><summary>{}<span>{}</span></summary><div class="menu-body">{}</div></details>',
        icon("globe"),
        _("言語"),
        join(forms),
    )


def _lang_form(context: Context, action: str, buttons: SafeString) -> SafeString:
    return format_html(
        '<form class="lang" method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="next" value="{}">{}</form>',
        action,
        context.get("csrf_token", ""),
        context["request"].get_full_path(),
        buttons,
    )


@register.simple_tag
def ui_keys() -> SafeString:
    """The help that opens on ``?``: lists every key the page declares with ``key=``."""
    rows = join(
        [
            format_html("<div><dt><kbd>{}</kbd></dt><dd>{}</dd></div>", key, words)
            for key, words in (
                ("/", _("検索する")),
                ("j", _("次の行へ")),
                ("k", _("前の行へ")),
                ("Enter", _("開く")),
                ("?", _("この案内を開く")),
            )
        ]
    )
    return format_html(
        '<dialog class="dialog" id="keys" aria-labelledby="keys-title"><h2 id="keys-title">{}</h2>'
        '<dl class="keys">{}</dl><form method="dialog"><button class="button button-secondary button-m">{}</button>'
        "</form></dialog>",
        _("キーボードでできること"),
        rows,
        _("閉じる"),
    )
