import pytest
from django.utils import html
from django.utils.functional import lazystr
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from tocho.ui.markup import escaped, format_html


class Marked:
    def __html__(self) -> str:
        return "<b>印</b>"


@pytest.mark.parametrize(
    "value",
    ["a & b", "<script>", "'\"", mark_safe("<i>"), 5, None, Marked(), gettext_lazy("<b>"), lazystr(mark_safe("<u>"))],
)
def test_values_are_escaped_as_django_does(value: object) -> None:
    assert escaped(value) == html.conditional_escape(value)
    assert format_html("<p>{}</p>", value) == html.format_html("<p>{}</p>", value)
    assert isinstance(format_html("{}", value), SafeString)
