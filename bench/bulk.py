"""Promise: a list of notices (一括通知) of 10,000 people, by two workers, one of them killed half way.

Against what two processes render and sign in memory, measured in the same run: the rest is database, files, mails and
the ledger. The killed worker's rows are taken up again; the page of the list is asked for all the while.
"""

import time

from bench.decide import Cases
from bench.meter import report
from bench.notices import limit
from bench.server import City

PROMISE_SHARE = 0.2  # of what the libraries alone can do
LATE = 1800  # seconds
MADE = "SELECT count(*), count(DISTINCT notice_id) FROM notice_batch_row WHERE state = 'made' AND batch_id = %s"


def run(city: City, *, quick: bool) -> bool:
    count = 400 if quick else 10_000
    rates = [limit("both", 1 if quick else 4)]
    city.settle()
    city.set_workers(0)
    batch_id = _begin(count)
    browser = city.browsers(1)[0]
    Cases().sign_in(browser, "tanaka")
    city.set_workers(2)
    started, killed, made = time.monotonic(), False, 0
    while made < count and time.monotonic() - started < LATE:
        time.sleep(0.5)
        made, _different = _made(city, batch_id)
        browser.get(f"/desk/notices/batches/{batch_id}/")
        if not killed and made > count / 2:
            killed = True
            city.processes.children["worker 2"].kill()
            city.set_workers(1)
            city.set_workers(2)
    seconds = time.monotonic() - started
    made, different = _made(city, batch_id)
    rate = made / seconds
    print(f"  a list of {count}: {made} made, {different} different, {seconds:.0f} s, {rate:.0f} a second", flush=True)
    city.set_workers(1)
    city.settle(LATE)
    rates.append(limit("both", 1 if quick else 4))  # the machine may have had other work meanwhile: the better counts
    whole = made == different == count
    return report("bulk", rate / max(rates), "of the libraries' rate", PROMISE_SHARE, at_most=False) and whole


def _made(city: City, batch_id: int) -> tuple[int, int]:
    return city.sql.execute(MADE, [batch_id]).fetchone() or (0, 0)


def _begin(count: int) -> int:
    from django.utils import timezone

    from tocho.core.accounts.models import User
    from tocho.core.ledger.api import Actor
    from tocho.modules.notices import actions

    maker, reviewer = (Actor(User.objects.get(username=name).id) for name in ("takahashi", "suzuki"))
    each = {"住所": "新宿区西新宿2-8-1", "電子通知の希望": "はい", "未納額": "12,300円"}
    people = range(2, count + 2)
    at = timezone.now()
    what = actions.NewBatch(
        title="納税のお知らせ",
        body="未納額は{未納額}です。\n\n窓口へお越しください。",
        facts=["未納額"],
        columns=["宛名", "住所", "メール", "電子通知の希望", "未納額"],
        rows=[(n, {**each, "宛名": f"都民{n}", "メール": f"p{n}@mail.example"}) for n in people],
        office="主税局 徴収部 徴収課",
        unit="R02-0700-03-01",
        profile="organisation",
        decision_id=None,
    )
    batch = actions.make_batch(what, once="bench", actor=maker, at=at)
    actions.ask_seal(batch_id=batch.id, actor=maker, at=at)
    actions.start_batch(batch_id=batch.id, actor=reviewer, at=at)
    return batch.id
