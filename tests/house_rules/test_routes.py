"""Every URL has an access decision, and none disappears unnoticed: ``routes.txt`` lists them all."""

from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

LIST = Path(__file__).parent / "routes.txt"


def routes(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, str]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry, path, inner)
        else:
            yield f"/{path}", f"{space}{entry.name}", access(entry)


def access(entry: URLPattern) -> str:
    """``public`` where the view says so, ``token`` where it asks programs for theirs, otherwise ``signed-in``
    (LoginRequiredMiddleware refuses the rest)."""
    if getattr(entry.callback, "asks_token", False):
        return "token"
    return "signed-in" if getattr(entry.callback, "login_required", True) else "public"


def listed() -> list[str]:
    return sorted(f"{access}\t{name}\t{path}" for path, name, access in routes(get_resolver()))


def test_routes_are_as_listed() -> None:
    """A new, lost or differently guarded URL changes it: ``python -m tests.house_rules.test_routes`` writes it."""
    assert listed() == LIST.read_text(encoding="utf-8").splitlines()


def test_every_route_has_a_name() -> None:
    nameless = [path for path, name, _access in routes(get_resolver()) if name.endswith("None")]
    assert [path for path in nameless if not path.startswith("/accounts/social/")] == []  # allauth's old addresses


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    django.setup()
    LIST.write_text("\n".join(listed()) + "\n", encoding="utf-8")
