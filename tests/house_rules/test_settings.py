"""What production gets from few variables: safe unless told otherwise."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHOWN = (
    *("DEBUG", "DEMO", "PAY_SECRET", "ACCOUNT_DEFAULT_HTTP_PROTOCOL", "SECURE_CONTENT_TYPE_NOSNIFF"),
    *("SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"),
)
PRINT = f"import json, config.settings as s; print(json.dumps({{name: getattr(s, name) for name in {SHOWN!r}}}))"


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    path = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", PRINT]
    return subprocess.run(command, cwd=ROOT, env=path | environment, capture_output=True, text=True, check=False)


def settings(**environment: str) -> dict[str, Any]:
    return dict(json.loads(started(**environment).stdout))


def test_nothing_starts_without_a_secret() -> None:
    refused = started()
    assert refused.returncode == 1
    assert "SECRET_KEY is empty" in refused.stderr


def test_nothing_is_open_by_default() -> None:
    found = settings(SECRET_KEY="x")
    assert (found["DEBUG"], found["DEMO"], found["PAY_SECRET"]) == (False, False, "")
    assert found["SESSION_COOKIE_HTTPONLY"]
    assert found["SECURE_CONTENT_TYPE_NOSNIFF"]


def test_an_https_address_makes_cookies_links_and_browsers_insist_on_it() -> None:
    found = settings(SECRET_KEY="x", SITE_URL="https://tocho.example")
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 60 * 60
    assert found["ACCOUNT_DEFAULT_HTTP_PROTOCOL"] == "https"
