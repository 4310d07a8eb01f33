"""One renderer for every form of the project: ``{{ form }}`` suffices.

Widgets are painted by Python functions (``painters.py``) instead of templates, because a form step must cost about two
milliseconds; a widget with a template of its own still gets it.
"""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from tocho.lib.errors import FieldsRefused
from tocho.ui.painters import PAINTERS, paint_summary


class TochoBoundField(BoundField):
    """A bound field that links help and errors to groups of widgets too."""


class TochoRenderer(DjangoTemplates):
    """Every form of the project looks like the design system."""

    form_template_name = "ui/form"
    field_template_name = "ui/field"
    bound_field_class = TochoBoundField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        painter = PAINTERS.get(template_name)
        if painter is None:
            return super().render(template_name, context, request)
        return painter(context)


def error_summary(form: BaseForm) -> SafeString:
    """The summary of what has to be corrected, once per form however often it is asked for; empty without errors."""
    return paint_summary(form)


def show_problems(form: BaseForm, refused: FieldsRefused, *, names: Mapping[str, str]) -> None:
    """Put each problem on its field; what belongs to no field of this form stands above it, with its name.

    :param names: field → what people call it.
    """
    for key, reason in refused.problems:
        if key in form.fields:
            form.add_error(key, reason)
        else:
            form.add_error(None, f"{names[key]}：{reason}" if key in names else reason)


def invalid(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page again with the messages on the form: status 422, which htmx swaps in and browsers show."""
    return render(request, template, dict(context), status=422)
