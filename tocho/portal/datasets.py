"""What the pages of the published datasets say, in the reader's language."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tocho.engines.facts import api as facts
from tocho.lib.csvfile import Value

FORMS = (("csv", "CSV"), ("json", "JSON"), ("xlsx", "Excel"))


@dataclass(frozen=True)
class Dataset:
    """One published dataset in the list, and at the head of its page."""

    key: str
    title: str
    description: str
    href: str
    schedule: str
    licence: str


def dataset_card(view: facts.View) -> Dataset:
    """A view in the reader's language."""
    return Dataset(
        key=view.key,
        title=_(view.title),
        description=_(view.description),
        href=reverse("portal:dataset_detail", args=[view.key]),
        schedule=_(view.schedule) if view.schedule else "",
        licence=view.licence,
    )


def column_rows(table: facts.Table) -> list[tuple[str, str, str, str]]:
    """The columns of a dataset: key, title, type, description."""
    kinds = {
        "text": _("文字"),
        "integer": _("整数"),
        "number": _("数"),
        "month": _("年月"),
        "date": _("日付"),
        "moment": _("日時"),
    }
    return [(c.key, _(c.title), kinds[c.type], _(c.description) if c.description else "") for c in table.columns]


def preview_rows(table: facts.Table, limit: int) -> list[list[tuple[str, Value]]]:
    """The first rows: (type, value) of each cell."""
    types = [column.type for column in table.columns]
    return [list(zip(types, row, strict=True)) for row in table.rows[:limit]]


def file_links(view: facts.View) -> list[tuple[str, str]]:
    """The files of a dataset."""
    links = [(name, reverse("portal:dataset_file", args=[view.key, form])) for form, name in FORMS]
    return [*links, (_("CSV（Shift_JIS）"), f"{links[0][1]}?encoding=cp932")]


def uses_of(view: facts.View) -> list[tuple[str, str]]:
    """What is drawn from a dataset."""
    own = [(_("「%s」のページ") % _(view.title), reverse("portal:figure_detail", args=[view.key]))]
    return [
        *(own if view.key in facts.installed().indicators else []),
        *((_(name), href) for name, href in view.used_by),
    ]


def about(table: facts.Table) -> dict[str, object]:
    """What stands before the rows of the JSON file; in Japanese whoever asks, for programs read it."""
    view = table.view
    return {
        "key": view.key,
        "title": view.title,
        "description": view.description,
        "licence": view.licence,
        "as_of": table.as_of,
        "columns": [
            {"key": column.key, "title": column.title, "type": column.type, "description": column.description}
            for column in table.columns
        ],
    }
