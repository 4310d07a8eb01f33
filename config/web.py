"""The web server: granian with all of its options, ``python -m config.web --port 8000 --workers 2``.

The program is loaded here, once, before granian forks its workers: they share what they do not change of it, which is
more than a third of their memory, and a worker that is started anew is there at once.
"""

import gc
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver
from django.utils import translation
from granian.cli import entrypoint

from config.wsgi import application


def load() -> None:
    """Load what the first requests would: the addresses with their views, the catalogues, the home page with all that
    it needs. Where the database does not answer yet, that page is an error in the log and nothing else."""
    _resolve(get_resolver())
    for code, _name in settings.LANGUAGES:
        translation.activate(code)
    translation.deactivate()
    application.get_response(RequestFactory(headers={"host": urlsplit(settings.SITE_URL).netloc}).get("/"))
    connections.close_all()  # none may be shared
    gc.collect()
    gc.freeze()


def _resolve(resolver: URLResolver) -> None:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            _resolve(pattern)


if __name__ == "__main__":
    load()
    sys.argv[1:1] = ["--interface", "wsgi", "config.wsgi:application"]
    entrypoint()  # type: ignore[no-untyped-call]
