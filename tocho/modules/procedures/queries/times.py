"""Where the cases of a procedure stay longest (ボトルネック), and the times of one case."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.engines.process import api as process

from ..models import ProcedureVersion
from .catalogue import definition

LEVELS = 4
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class StepTimes:
    """One step of the procedure: in words, and how warm it is drawn (0 to 4, the slowest 4)."""

    name: str
    kind_label: str
    count: int
    median: str
    p90: str
    wait: str
    work: str
    here: int
    oldest_at: datetime | None
    level: int


@dataclass(frozen=True)
class TimesPage:
    """The bottleneck view of a procedure; ``slowest`` says it in one sentence."""

    key: str
    title: str
    rows: tuple[StepTimes, ...]
    diagram: process.Diagram
    slowest: str


def duration(seconds: float | None) -> str:
    """Seconds as people say them: 12分, 3.5時間, 2.1日."""
    if seconds is None:
        return "–"
    if seconds < HOUR:
        return _("%(n)d分") % {"n": round(seconds / MINUTE)}
    if seconds < DAY:
        return _("%(n).1f時間") % {"n": seconds / HOUR}
    return _("%(n).1f日") % {"n": seconds / DAY}


def times_page(version: ProcedureVersion, key: str, *, language: str) -> TimesPage:
    """How long the cases of all versions stay at each step, drawn on the present version. Three queries."""
    versions = ProcedureVersion.objects.filter(procedure=version.procedure_id)
    definitions = sorted(set(versions.values_list("process_definition_id", flat=True)))
    found = process.element_times(definitions)
    longest = max((one.median or 0 for one in found), default=0)
    levels = {one.element_id: _level(one.median, longest) for one in found}
    worst = next((one for one in found if longest and one.median == longest), None)
    heat = {one.element_id: (levels[one.element_id], duration(one.median)) for one in found if one.count}
    return TimesPage(
        key=key,
        title=definition(version.id).title(language),
        rows=tuple(_row(one, levels[one.element_id]) for one in found),
        diagram=process.heat_context(version.process_definition_id, heat),
        slowest="" if worst is None else _sentence(worst),
    )


def _sentence(worst: process.ElementTimes) -> str:
    words = {"name": worst.name, "median": duration(worst.median), "p90": duration(worst.p90)}
    return _("いちばん長いのは「%(name)s」で、半分の案件が%(median)s以上、1割が%(p90)s以上かかっています") % words


def _level(median: float | None, longest: float) -> int:
    if not median or not longest:
        return 0
    return max(1, round(LEVELS * median / longest)) if median < longest else LEVELS


def _row(one: process.ElementTimes, level: int) -> StepTimes:
    kinds = {
        "userTask": _("職員の作業"),
        "serviceTask": _("自動処理"),
        "receiveTask": _("返事待ち"),
        "intermediateCatchEvent": _("待ち"),
    }
    return StepTimes(
        name=one.name,
        kind_label=kinds.get(one.kind, one.kind),
        count=one.count,
        median=duration(one.median),
        p90=duration(one.p90),
        wait=duration(one.wait),
        work=duration(one.work),
        here=one.here,
        oldest_at=one.oldest_at,
        level=level,
    )


@dataclass(frozen=True)
class WorkRow:
    """One piece of work on a case, with its times in words."""

    title: str
    person: str
    ready_at: datetime
    claimed_at: datetime | None
    done_at: datetime | None
    wait: str
    work: str


def work_rows(subject: Subject, *, at: datetime) -> tuple[WorkRow, ...]:
    """The work on a case: when it came, was taken and done; how long it waited and was worked on."""
    labels = {"procedures.examine": _("審査"), "messages.answer": _("質問への回答")}
    return tuple(
        WorkRow(
            title=labels.get(one.kind, one.title),
            person=one.person,
            ready_at=one.ready_at,
            claimed_at=one.claimed_at,
            done_at=one.done_at,
            wait=duration(one.wait),
            work=duration(one.work),
        )
        for one in process.task_times(subject, at=at)
    )
