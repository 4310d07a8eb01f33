"""`make run`: the sample city in a browser — database, web server, worker, payment double; Ctrl-C stops them all."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from tools.database import database
from tools.doubles import DOUBLES, Double
from tools.environment import BASE_DIR, PYTHON
from tools.processes import Processes, wait_for
from tools.settings import free_port, sample_city

WORKERS = os.environ.get("WEB_WORKERS", "2")


def main() -> None:
    started = time.monotonic()
    port = free_port(int(os.environ.get("PORT", "8000")))
    doubles = {double: free_port(port + double.port_above) for double in DOUBLES if double.is_wanted}
    with database("postgresql") as url:
        _say("PostgreSQL", started)
        environment = sample_city(url, port=port)
        for double, at in doubles.items():
            environment |= double.environment(at)
        ready = subprocess.run([str(PYTHON), "-m", "tools.prepare"], env={**os.environ, **environment}, check=False)
        if ready.returncode:
            sys.exit(ready.returncode)
        processes = Processes(environment)
        try:
            serve(processes, port=port, doubles=doubles)
            _announce(environment, started)
            ended = processes.wait()
        finally:
            processes.stop()
    if ended:
        sys.exit(f"{ended} ended by itself; the messages above say why")


def serve(processes: Processes, *, port: int, doubles: Mapping[Double, int]) -> None:
    """Start web server, worker and the doubles of services that are not there."""
    processes.start("web", web_command(port))
    processes.start("worker", [str(PYTHON), "manage.py", "worker"])
    for double, at in doubles.items():
        processes.start(f"double {double.name}", double.command(at, site=f"http://localhost:{port}"))
    wait_for(f"http://localhost:{port}/healthz")


def web_command(port: int, *, module: Sequence[str] = ("config.web",)) -> list[str]:
    """granian in WSGI mode; measured against gunicorn in docs/decisions."""
    return [
        str(PYTHON), "-m", *module,
        "--host", os.environ.get("HOST", "127.0.0.1"), "--port", str(port), "--workers", WORKERS,
        "--blocking-threads", "2", "--backpressure", "64", "--log-level", "warning",
        "--working-dir", str(BASE_DIR),
    ]  # fmt: skip


def _say(title: str, started: float) -> None:
    print(f"  ✓ {title}  {time.monotonic() - started:.0f} s", flush=True)


def _announce(environment: dict[str, str], started: float) -> None:
    people = "山田花子（都民） 高橋（主税局） 鈴木（文書審査） 佐藤（課長）" if environment["DEMO"] == "1" else ""
    line = f"LINEのトーク {environment['LINE_OPEN_URL']}/   " if "LINE_OPEN_URL" in environment else ""
    print(
        f"\n  {environment['SITE_URL']}/   {people}   {line}{time.monotonic() - started:.1f} s   Ctrl-C で終わります\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
