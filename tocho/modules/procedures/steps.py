"""What the processes' automatic steps call: handler names of the BPMN files → one action each."""

from collections.abc import Callable
from typing import Any

from tocho.engines.process.api import Begun, Step, Thrown

from . import actions

Handler = Callable[[Step], dict[str, Any] | Thrown | Begun | None]


def run_checks(step: Step) -> dict[str, Any]:
    checks = actions.record_checks(application_id=step.subject.id, at=step.at)
    return {"checks_ok": all(check["ok"] for check in checks)}


def decide_by_rule(step: Step) -> dict[str, Any]:
    return actions.decide_automatically(application_id=step.subject.id, at=step.at)


def issue_notice(step: Step) -> Begun | None:
    """Done when the notice is out: sealed by a job, after 公印審査 where its form has no 包括承認."""
    return Begun() if actions.issue_notice(application_id=step.subject.id, at=step.at) else None


def close(step: Step) -> None:
    actions.close_application(application_id=step.subject.id, at=step.at)


def expire_correction(step: Step) -> None:
    actions.expire_correction(application_id=step.subject.id, at=step.at)


def begin_round(step: Step) -> dict[str, Any]:
    return actions.begin_round(application_id=step.subject.id, at=step.at)


def begin_transit(step: Step) -> None:
    actions.begin_transit(application_id=step.subject.id, at=step.at)


def ask_opinion(step: Step) -> dict[str, Any]:
    """One section, named by ``unit``: an item of the list ``consulted``."""
    due_on = actions.ask_in_flow(application_id=step.subject.id, unit=step.context["unit"], at=step.at)
    return {"answer_by": due_on.isoformat()}


STEPS: dict[str, Handler] = {
    "procedures.ask_opinion": ask_opinion,
    "procedures.begin_round": begin_round,
    "procedures.begin_transit": begin_transit,
    "procedures.run_checks": run_checks,
    "procedures.decide_by_rule": decide_by_rule,
    "procedures.issue_notice": issue_notice,
    "procedures.close": close,
    "procedures.expire_correction": expire_correction,
}
