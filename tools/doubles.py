"""The doubles of outside services that `make run` starts where no real service is named."""

import os
from dataclasses import dataclass

from tools.environment import PYTHON, VAR_DIR
from tools.settings import secret

CERTIFICATES = os.environ.get("CERTIFICATES_DIR") or "{var}/certificates"


@dataclass(frozen=True)
class Double:
    """One double: ``doubles.<name>``, its port above the web server's, the settings that name the service and share
    secrets with it, and its arguments (``{site}``, ``{var}`` are filled in)."""

    name: str
    port_above: int
    addresses: tuple[str, ...]
    secrets: tuple[str, ...]
    arguments: tuple[str, ...]
    given: tuple[tuple[str, str], ...] = ()

    @property
    def is_wanted(self) -> bool:
        return not any(os.environ.get(name) for name in self.addresses)

    def environment(self, port: int) -> dict[str, str]:
        """What web, worker and the double must know of each other."""
        shared = {name: os.environ.get(name) or secret(name.lower().replace("_", "-")) for name in self.secrets}
        return {**shared, **dict.fromkeys(self.addresses, f"http://localhost:{port}"), **dict(self.given)}

    def command(self, port: int, *, site: str) -> list[str]:
        filled = [text.format(site=site, var=VAR_DIR) for text in self.arguments]
        return [str(PYTHON), "-m", f"doubles.{self.name}", "--port", str(port), *filled]


DOUBLES = (
    Double(
        "pay", 788, ("PAY_URL",), ("PAY_SECRET",),
        ("--callback", "{site}/pay/callback/", "--store", "{var}/pay-double.sqlite3"),
    ),
    Double(
        "line", 789, ("LINE_API_URL", "LINE_ACCESS_URL", "LINE_OPEN_URL"),
        ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_TOKEN"),
        ("--webhook", "{site}/line/webhook/"), (("LINE_BASIC_ID", "@virtual-tocho"),),
    ),
    Double("houjin", 790, ("HOUJIN_BANGOU_URL",), (), (), (("HOUJIN_BANGOU_ID", "Ksample000001"),)),
    Double("tsa", 791, ("TIMESTAMP_URL",), (), ("--folder", CERTIFICATES)),
)  # fmt: skip
