"""Where a process may come from: a ready shape, another procedure, a file."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocho.modules.procedures import api as procedures

from ..definitions import shapes


class ShapeForm(forms.Form):
    """One of the ready shapes, or the process of a published procedure of the person's offices."""

    shape = forms.ChoiceField(label=gettext_lazy("流れの形"))

    def __init__(self, *args: Any, units: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = [(f"shape:{shape.name}", procedures.in_language(shape.title, "ja")) for shape in shapes()]
        copies = [(f"copy:{version.key}", version.title) for version in procedures.published_versions(units)]
        groups = [(_("ひな形"), ready), *([(_("ほかの手続と同じ"), copies)] if copies else [])]
        self.fields["shape"].choices = groups  # type: ignore[attr-defined]


class ProcessFileForm(forms.Form):
    """A BPMN file of this or another modeller."""

    file = forms.FileField(label=gettext_lazy("BPMN のファイル"))
