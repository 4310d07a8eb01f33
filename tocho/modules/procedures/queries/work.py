"""Who works on the examination of cases (担当)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tocho.core.accounts.models import User
from tocho.core.org import api as org
from tocho.engines.process import api as process

SUBJECT, KIND = "application", "procedures.examine"


@dataclass(frozen=True)
class CaseWork:
    """The open 審査 task of a case: ``holder`` is who works on it ("" nobody), ``mine`` whether the reader does, and
    ``reached`` whether the reader answers for it at all."""

    task_id: int
    address: str
    holder: str
    holder_id: int
    mine: bool
    reached: bool

    @property
    def taken_by_another(self) -> bool:
        return bool(self.holder_id) and not self.mine


def works_of(case_ids: Iterable[int], *, user_id: int, at: datetime) -> dict[int, CaseWork]:
    """The open 審査 task of each of these cases, by the case's id; cases without one are missing. Three queries."""
    tasks = process.tasks_about(SUBJECT, case_ids, kind=KIND)
    holders = {task.claimed_by_id for task in tasks if task.claimed_by_id}
    names = {person.id: str(person) for person in User.objects.filter(id__in=holders)} if holders else {}
    own = org.addresses_of(user_id, at=at) if tasks else ()
    return {
        task.subject.id: CaseWork(
            task_id=task.id,
            address=task.address,
            holder=names.get(task.claimed_by_id or 0, ""),
            holder_id=task.claimed_by_id or 0,
            mine=task.claimed_by_id == user_id,
            reached=task.address in own,
        )
        for task in sorted(tasks, key=lambda task: task.address in own)  # of several the one within reach
    }


def work_of(case_id: int, *, user_id: int, at: datetime) -> CaseWork | None:
    """The open 審査 task of one case; None when nobody is asked to examine it now."""
    return works_of([case_id], user_id=user_id, at=at).get(case_id)
