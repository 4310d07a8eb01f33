"""The environment of the sample city: what `make run` sets where nothing is set."""

import os
import secrets
import socket

from tools.environment import VAR_DIR


def sample_city(database_url: str, *, port: int) -> dict[str, str]:
    """Environment variables of web and worker; secrets are made once and kept in var/ (mode 0600)."""
    site = os.environ.get("SITE_URL", f"http://localhost:{port}")
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url,
        "TOCHO_VAR": str(VAR_DIR),
        "DEMO": os.environ.get("DEMO", "1"),
        "SITE_URL": site,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secret("secret-key"),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "1",  # Python runs one thread at a time: an arena for each would hold 20 MB in vain
        # Large pieces (fonts, documents) go back when they are freed; else the library keeps 10 MB of them for later.
        "MALLOC_MMAP_THRESHOLD_": "131072",
        "MALLOC_TRIM_THRESHOLD_": "131072",
    }


def secret(name: str) -> str:
    """A secret of that name, made at its first use and kept."""
    path = VAR_DIR / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def free_port(preferred: int) -> int:
    """The preferred port, or the next one that is free."""
    for port in range(preferred, preferred + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(f"no free port from {preferred} to {preferred + 49}")
