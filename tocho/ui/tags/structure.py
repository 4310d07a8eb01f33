"""How a page is divided: sections, stacks, rows, grids, cards."""

from django.template import Library
from django.utils.safestring import SafeString

from tocho.ui.markup import attribute, format_html, one_of, optional

register = Library()
WIDTHS = ("10rem", "12rem", "15rem", "18rem", "20rem", "24rem", "28rem")


@register.simple_block_tag(end_name="end_ui_section")
def ui_section(content: str, *, title: str = "", tone: str = "plain", id: str = "", note: str = "") -> SafeString:  # noqa: A002
    """A part of the page with its h2; ``tone="wash"`` runs from edge to edge of a public page."""
    tone = one_of(tone, ("plain", "wash"), "tone")
    return format_html(
        '<section class="section section-{}"{}>{}{}{}</section>',
        tone,
        attribute("id", id),
        optional("<h2>{}</h2>", title),
        optional('<p class="section-note">{}</p>', note),
        content,
    )


@register.simple_block_tag(end_name="end_ui_hero")
def ui_hero(content: str, *, title: str, text: str = "") -> SafeString:
    """The top of a front page with its h1; leave the page's heading block empty."""
    return format_html(
        '<div class="section section-wash hero"><h1>{}</h1>{}{}</div>',
        title,
        optional('<p class="lead">{}</p>', text),
        content,
    )


@register.simple_block_tag(end_name="end_ui_stack")
def ui_stack(content: str, *, gap: str = "m") -> SafeString:
    """Things below each other, evenly spaced."""
    return format_html('<div class="stack stack-{}">{}</div>', one_of(gap, ("s", "m", "l"), "gap"), content)


@register.simple_block_tag(end_name="end_ui_row")
def ui_row(content: str, *, align: str = "start") -> SafeString:
    """Things side by side that wrap when there is no room: buttons, tags, links."""
    return format_html('<div class="row row-{}">{}</div>', one_of(align, ("start", "between", "end"), "align"), content)


@register.simple_block_tag(end_name="end_ui_grid")
def ui_grid(content: str, *, min: str = "15rem") -> SafeString:  # noqa: A002
    """As many equal columns as fit, none narrower than ``min``."""
    return format_html('<div class="grid grid-{}">{}</div>', one_of(min, WIDTHS, "min").removesuffix("rem"), content)


@register.simple_block_tag(end_name="end_ui_split")
def ui_split(content: str) -> SafeString:
    """Two things beside each other where there is room: what is edited, and what comes of it, which stays in view."""
    return format_html('<div class="split">{}</div>', content)


@register.simple_block_tag(end_name="end_ui_phone")
def ui_phone(content: str, *, label: str, id: str = "") -> SafeString:  # noqa: A002
    """What somebody will see on a phone: 390 px wide, scrolled within itself."""
    return format_html(
        '<div class="phone" role="region" aria-label="{}" tabindex="0"><div class="phone-page"{}>{}</div></div>',
        label,
        attribute("id", id),
        content,
    )


@register.simple_block_tag(end_name="end_ui_sortable")
def ui_sortable(content: str, *, label: str = "", end: str = "") -> SafeString:
    """A list whose items are put in order by dragging (``ui/sortable.js``), by Alt+↑↓, or by their own buttons."""
    return format_html(
        '<ol class="sortable" data-sortable="{}"{}>{}</ol>', end, attribute("aria-label", label), content
    )


@register.simple_block_tag(end_name="end_ui_sort_item")
def ui_sort_item(content: str, *, place: str, id: str = "", bad: bool = False) -> SafeString:  # noqa: A002
    """One item of ``ui_sortable``; ``place`` is what the form ``[data-sort-form]`` of the page sends."""
    css = "sort-item sort-bad" if bad else "sort-item"
    return format_html(
        '<li class="{}" data-place="{}"{}><span class="sort-grip" aria-hidden="true"></span><div>{}</div></li>',
        css,
        place,
        attribute("id", id),
        content,
    )


@register.simple_block_tag(end_name="end_ui_card")
def ui_card(
    content: str,
    *,
    title: str = "",
    href: str = "",
    note: str = "",
    id: str = "",  # noqa: A002
    level: int = 3,
) -> SafeString:
    """A framed piece; with ``href`` its title is the link and the whole card answers to the pointer."""
    heading = format_html('<a class="card-link" href="{}">{}</a>', href, title) if href else title
    tag = one_of(str(level), ("2", "3", "4"), "level")
    return format_html(
        '<div class="card{}"{}>{}{}{}</div>',
        " card-linked" if href else "",
        attribute("id", id),
        format_html('<h{} class="card-title">{}</h{}>', tag, heading, tag) if title else "",
        optional('<p class="note">{}</p>', note),
        content,
    )


@register.simple_tag
def ui_task_card(title: str, href: str, text: str = "", *, note: str = "") -> SafeString:
    """A thing people come for: a large link and one line about it."""
    return format_html(
        '<a class="task" href="{}"><b class="task-title">{}</b>{}{}</a>',
        href,
        title,
        optional('<span class="task-text">{}</span>', text),
        optional('<span class="note">{}</span>', note),
    )


@register.simple_block_tag(end_name="end_ui_callout")
def ui_callout(
    content: str, *, title: str, tag: str = "", tone: str = "wait", href: str = "", action: str = "", level: int = 3
) -> SafeString:
    """Something of the reader's own that waits for an answer: a tag, a title, a sentence, one button."""
    tone = one_of(tone, ("neutral", "info", "ok", "wait", "bad"), "tone")
    level_tag = one_of(str(level), ("2", "3", "4"), "level")
    return format_html(
        '<div class="callout callout-{}"><div class="callout-body">{}<h{} class="card-title">{}</h{}>{}</div>{}</div>',
        tone,
        format_html('<span class="tag tag-{}">{}</span>', tone, tag) if tag else "",
        level_tag,
        title,
        level_tag,
        content,
        format_html('<a class="button button-primary button-m" href="{}">{}</a>', href, action) if href else "",
    )


@register.simple_block_tag(end_name="end_ui_details")
def ui_details(content: str, *, summary: str, open: bool = False, key_here: str = "") -> SafeString:  # noqa: A002
    """Something that most readers do not need; ``key_here`` opens it in the row that the keyboard is at."""
    return format_html(
        '<details class="details"{}><summary{}>{}</summary><div class="details-body">{}</div></details>',
        attribute("open", bool(open)),
        attribute("data-key-here", key_here),
        summary,
        content,
    )


@register.simple_block_tag(end_name="end_ui_prose")
def ui_prose(content: str) -> SafeString:
    """Running text: headings, paragraphs, lists in a readable measure."""
    return format_html('<div class="prose">{}</div>', content)
