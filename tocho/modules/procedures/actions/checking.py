import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocho.core.ledger.api import JSON
from tocho.engines.rules.api import RuleError
from tocho.lib.rows import update
from tocho.lib.transactions import one_transaction

from ..definitions import ProcedureDefinition
from ..models import Application
from ..queries import definition, rule_context
from ..rules import run_checks
from .casework import locked_application

logger = logging.getLogger(__name__)


def compute(
    compiled: ProcedureDefinition, answers: Mapping[str, Any], *, part: str = "", known: Mapping[str, Any] | None = None
) -> dict[str, JSON]:
    """What the form computes from the answers; nothing where a rule fails: that must not cost what was typed in.

    :param part: the form of ``parts/`` that was answered; "" is the form of the procedure.
    :param known: what its expressions and tables may look at beside the answers.
    """
    form = compiled.parts[part] if part else compiled.form
    try:
        return form.compute(answers, compiled.rules, known)
    except RuleError as error:
        logger.exception("the rules of %s compute nothing: %s", compiled.facts.key, type(error).__name__)
        return {}


@one_transaction
def record_checks(*, application_id: int, at: datetime) -> list[dict[str, Any]]:
    """The automatic examination by the rule table ``checks``; its results stand beside what the applicant gave."""
    application = locked_application.get(application_id)
    checks = application.checks = checks_of(application, at=at)
    update(application, "checks")
    return checks


def checks_of(application: Application, *, at: datetime) -> list[dict[str, Any]]:
    """The checks as they come out now. What a rule cannot judge is left to a person, and so is another fee."""
    compiled = definition(application.version_id)
    try:
        checks = run_checks(compiled.rules.get("checks"), rule_context(application, at=at))
    except RuleError as error:
        logger.exception("the checks of %s fail: %s", compiled.facts.key, type(error).__name__)
        checks = [_failed("規則による点検", "規則の表で判定できませんでした。職員が確かめてください。")]
    fee = application.computed.get("fee")
    if fee is not None and int(fee) != application.fee:
        detail = f"いまの内容では{int(fee):,}円です（納付は{application.fee:,}円）"
        checks = [*checks, _failed("手数料", detail)]
    return checks


def _failed(title: str, detail: str) -> dict[str, Any]:
    return {"title": title, "ok": False, "detail": detail, "citation": ""}
