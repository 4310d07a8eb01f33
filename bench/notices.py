"""Promise (e): signed one-page notices a second on two cores, by the real path — job, PDF/A, PAdES, file, mail, ledger.

The limit of the libraries is measured beside it: the same document rendered and signed in memory, in two processes.
"""

import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.meter import report
from bench.server import City
from tools.environment import BASE_DIR, PYTHON

PROMISE_PER_SECOND = 20
SOURCE = BASE_DIR / "city/procedures/nozei-shomei/notices/certificate.typ"
WARM = 0.2  # the first notices of a worker load fonts and certificates
DONE = """
    SELECT count(*), extract(epoch FROM max(sealed) - min(sealed))::float FROM (
        SELECT signed_at AS sealed FROM notice WHERE signed_at IS NOT NULL AND id > %s ORDER BY signed_at OFFSET %s
    ) late
"""
DATA: dict[str, Any] = {
    "office": "主税局 徴収部 徴収課",
    "applicant": {"name": "山田 花子", "kana": "ヤマダ ハナコ", "address": "東京都新宿区西新宿2-8-1", "company": ""},
    "rows": [["税目", "自動車税（種別割）"], ["年度", "令和2年度"], ["登録番号", "品川 300 あ 12-34"]],
    "decision": {"number": "2生文第123号", "decided_on": "2020-11-20", "article": "東京都事案決定規程 別表"},
    "reasons": "",
    "remedy": "この処分に不服があるときは、3か月以内に審査請求ができます。",
    "receipt_number": "2020-0000123-8",
}


def issue(count: int) -> None:
    """Compose so many notices of a form with a standing authorisation; the worker seals them."""
    from django.utils import timezone

    from tocho.core.ledger.api import Subject
    from tocho.modules.notices import api as notices

    _authorise()
    for _ in range(count):
        notices.issue(
            subject=Subject("bench", secrets.randbelow(2**40)),
            decision_id=None,
            data=DATA,
            recipient_email="hanako@mail.example",
            recipient_user_id=None,
            at=timezone.now(),
            **_form(),
        )


def _form() -> dict[str, Any]:
    return {
        "kind": "bench.certificate",
        "source": SOURCE.read_text(encoding="utf-8"),
        "profile": "organisation",  # as long as a disposition, without its decision
        "unit": "R02-0700-03-01",
        "title": "納税証明書",
    }


def _authorise() -> None:
    """包括承認: what has none waits for a person."""
    from django.utils import timezone

    from tocho.core.ledger.api import SYSTEM
    from tocho.modules.notices import api as notices

    today = timezone.localdate()
    period = notices.Period(starts_on=today, ends_on=today, basis="bench", reason="bench")
    notices.authorise(notices.Form(**_form()), period, actor=SYSTEM, at=timezone.now())


def run(city: City, *, quick: bool) -> bool:
    count = 100 if quick else 500
    _print_limits(1 if quick else 4)
    city.settle()
    city.set_workers(0)
    last = (city.sql.execute("SELECT coalesce(max(id), 0) FROM notice").fetchone() or (0,))[0]
    issue(count)
    city.set_workers(2)
    meter = city.meter()
    before = meter.processor_seconds()
    city.settle()
    after = meter.processor_seconds()
    sealed, seconds = city.sql.execute(DONE, [last, int(count * WARM)]).fetchone() or (0, 0.0)
    cpu = {group: (after[group] - before[group]) / count * 1000 for group in after}
    print("  a sealed notice: CPU " + " + ".join(f"{group} {value:.1f}" for group, value in cpu.items()) + " ms")
    rate = (sealed - 1) / seconds
    city.set_workers(1)
    return report("notices", rate, "per_second", PROMISE_PER_SECOND, at_most=False)


def _print_limits(seconds: int) -> None:
    for what in ("render", "sign", "both"):
        limit(what, seconds)


def limit(what: str, seconds: int) -> float:
    """How many a second two processes can render, sign or both, without database, mail and jobs."""
    command = [str(PYTHON), "-m", "bench.notices", what, str(seconds)]
    pair = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=BASE_DIR) for _ in range(2)]
    rate = sum(float(process.communicate()[0]) for process in pair)
    print(f"  limit of the libraries, {what} alone, two processes: {rate:.0f} a second", flush=True)
    return rate


def _limit(what: str, seconds: int) -> float:
    import django

    django.setup()
    from tocho.engines.documents import api as documents

    source = Path(SOURCE).read_text(encoding="utf-8")
    data = {
        **DATA,
        "title": "納税証明書",
        "profile": "disposition",
        "number": "2生文第123号",
        "issued_on": "2020-11-20",
        "issuer": "東京都知事",
        "verify": {"url": "http://localhost/verify/X/", "code": "X", "qr_svg": documents.qr_svg("http://localhost/")},
    }
    plain = documents.render(source, data)

    def once(number: int) -> None:
        pdf = plain if what == "sign" else documents.render(source, {**data, "receipt_number": str(number)})
        if what != "render":
            documents.sign(pdf, profile="disposition", reason="納税証明書", at=datetime.now(UTC))

    for number in range(5):
        once(number)
    started, number = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        number += 1
        once(-number)
    return number / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.stdout.write(str(_limit(sys.argv[1], int(sys.argv[2]))))
