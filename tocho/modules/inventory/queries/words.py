"""Values of the code book as a person reads them."""

from typing import Any

from django.utils.translation import gettext as _

from tocho.ui.markup import listed

from ..definitions import Column


def words_of(column: Column, value: Any, language: str) -> str:
    """A value as a person reads it: codes by their meaning, quarters and counts in words."""
    if value in (None, "", False) or value == []:
        return ""
    if column.kind == "choice":
        return column.meaning(value, language)
    if column.kind == "several":
        return listed(column.meaning(each, language) for each in value)
    if column.kind == "quarter":
        return quarter_words(value)
    if column.kind == "number":
        return _("%(count)s件") % {"count": f"{value:,}"}
    return _("はい") if column.kind == "flag" else str(value)


def quarter_months(value: int | None) -> str:
    """``2021年1〜3月``: a quarter of a fiscal year as people say it; nothing where it is not known."""
    if not value:
        return ""
    year, first = value // 10 + (value % 10 == 4), (value % 10 * 3 + 1) % 12 or 12
    return _("%(year)s年%(first)s〜%(last)s月") % {"year": year, "first": first, "last": first + 2}


def quarter_words(value: int | None) -> str:
    """``2020年度第4四半期``; nothing where it is not known."""
    if not value:
        return ""
    return _("%(year)s年度第%(number)s四半期") % {"year": value // 10, "number": value % 10}
