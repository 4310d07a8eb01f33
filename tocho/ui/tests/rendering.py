"""Renders a piece of a template as a page would, and looks at it as a browser would."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory


def draw(source: str, path: str = "/", **context: Any) -> str:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return engines["django"].from_string("{% load ui i18n %}" + source).render(context, request)


def tree(html: str) -> Element:
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def words(html: str) -> str:
    return " ".join("".join(tree(html).itertext()).split())
