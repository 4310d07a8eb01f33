"""A procedure tried out before it is published: the real form, rules and process, and nothing of it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import JSON, SYSTEM
from tocho.engines.process import api as process
from tocho.lib.errors import Refused
from tocho.lib.rows import update

from ..definitions import in_language
from ..models import Application, Correction
from ..queries import definition, notice_spec
from .applying import save_answers, start_application, submit_application
from .casework import NotComplete, locked_application
from .examining import mark_fee_collected, notice_draft, take_decision
from .publishing import publish_version
from .recording import subject_of
from .rounds import take_report

REFUSED_BECAUSE = "（お試しの理由）要件に合わないため。"
OFFICER, DECISIONS = ("pass_on", "approve", "reject"), ("approve", "reject")


@dataclass(frozen=True)
class Move:
    """One act after the submission: the office's (``pass_on`` to the next round, ``approve``, ``reject``) or the
    applicant's (``report``, with ``answers`` to the form ``part`` of the round)."""

    do: str
    answers: Mapping[str, JSON] = field(default_factory=dict)
    part: str = ""


@dataclass(frozen=True)
class Turn:
    """What one move came to: in which round (its title, "" in a procedure of one), the title of the notice that goes
    out ("" for none); ``by_rule``: no officer made it."""

    do: str
    round: str = ""
    notice: str = ""
    by_rule: bool = False


@dataclass(frozen=True)
class Rehearsal:
    """What became of an application in a rehearsal; nothing of it exists.

    ``errors`` by question, of the application or of the last move's report (then nothing else is filled); ``refused``
    in plain words where the platform said no. ``steps`` are the names and states (done, now, next) of the process.
    ``turns``: what was done so far; ``acts``: what may be done now (of ``Move.do``); ``report`` is the part of the form
    that the applicant is asked for, ``round`` the round's number (from 1) among ``rounds`` (titles). ``notice`` is the
    PDF (案) of the turn that was to be drawn.
    """

    errors: Mapping[str, list[str]] = field(default_factory=dict)
    refused: str = ""
    fee: int = 0
    computed: Mapping[str, JSON] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    state: str = ""
    outcome: str = ""
    turns: tuple[Turn, ...] = ()
    acts: tuple[str, ...] = ()
    report: str = ""
    round: int = 1
    rounds: tuple[str, ...] = ()
    steps: list[tuple[str, str]] = field(default_factory=list)
    notice: tuple[str, bytes] | None = None

    @property
    def by_rule(self) -> bool:
        return any(turn.by_rule for turn in self.turns)

    @property
    def round_title(self) -> str:
        return self.rounds[self.round - 1] if 0 < self.round <= len(self.rounds) else ""


def rehearse(
    *,
    source: Mapping[str, Any],
    answers: Mapping[str, JSON],
    moves: Sequence[Move] = (),
    draw: int | None = None,
    language: str = "ja",
    at: datetime,
) -> Rehearsal:
    """Publish, apply, pay, examine, decide and report, and take all of it back: no row, mail, job or entry stays.

    :param moves: what is done after the submission, one after the other; none leaves the case where it then lies.
    :param draw: the turn whose notice is wanted as a PDF.
    :raises DefinitionError: the source cannot be published.
    """
    with transaction.atomic():
        try:
            return _Stage(language=language, draw=draw, at=at).play(source, answers, moves)
        finally:
            transaction.set_rollback(True)


class _Stage:
    """One rehearsal on its way."""

    def __init__(self, *, language: str, draw: int | None, at: datetime) -> None:
        self.language, self.draw, self.at = language, draw, at
        self.turns: list[Turn] = []
        self.notice: tuple[str, bytes] | None = None

    def play(self, source: Mapping[str, Any], answers: Mapping[str, JSON], moves: Sequence[Move]) -> Rehearsal:
        version = publish_version(source=source, actor=SYSTEM, at=self.at)
        application = start_application(version=version, user_id=None, language=self.language, at=self.at)
        save_answers(application_id=application.id, answers=dict(answers), at=self.at)
        try:
            application = submit_application(application_id=application.id, at=self.at)
            if application.state == Application.State.FEE_DUE:
                application = mark_fee_collected(application_id=application.id, at=self.at)
            application.refresh_from_db()
            if application.outcome:
                self.note(application, application.outcome, by_rule=True)
            for move in moves:
                self.make(application, move)
                application.refresh_from_db()
        except NotComplete as error:
            return Rehearsal(errors=error.errors, turns=tuple(self.turns))
        except Refused as error:
            return Rehearsal(refused=error.message, turns=tuple(self.turns))
        return replace(seen(application), turns=tuple(self.turns), notice=self.notice)

    def note(self, application: Application, do: str, *, by_rule: bool = False) -> None:
        """The turn as it is made, in the round in which it is; its notice is drawn if it is the one that is wanted."""
        now = definition(application.version_id).facts.round(application.round)
        spec = notice_spec(application, do) if do in DECISIONS else None
        if spec and self.draw == len(self.turns):
            reasons = REFUSED_BECAUSE if do == "reject" else ""
            self.notice = notice_draft(application, outcome=do, reasons=reasons, at=self.at)
        title = in_language(spec.title, self.language) if spec else ""
        self.turns.append(Turn(do, in_language(now.title, self.language) if now else "", title, by_rule))

    def make(self, application: Application, move: Move) -> None:
        """:raises Refused: it is not the time for this move. :raises NotComplete: the report has errors"""
        if move.do not in acts_now(application):
            raise Refused(_("いまは、この操作はできません。一つ前に戻ってください。"))
        if move.do == "report":
            asked = _asked_report(application)
            assert asked
            take_report(locked_application.get(application.id), asked, move.answers, by=None, at=self.at)
            self.note(application, move.do)
            return
        self.note(application, move.do)
        self.examine(application, move.do)

    def examine(self, application: Application, do: str) -> None:
        """What an officer and the deciders would do, without the route: who decides is not tried out here."""
        subject, none = subject_of(application), {"verdict": "none"}
        while process.send_message(subject=subject, name="opinion_answered", data=none, at=self.at):
            continue  # the sections that the flow asks have no objection
        task = _examination(application)
        if task is None:
            return
        if do == "pass_on":
            process.complete_task(task.id, outcome={"examine_result": "next"}, actor=SYSTEM, at=self.at)
            return
        application.state = Application.State.DECISION_PENDING
        update(application, "state")
        process.complete_task(task.id, outcome={"examine_result": "decide"}, actor=SYSTEM, at=self.at)
        take_decision(application_id=application.id, outcome=do, at=self.at)


def _examination(application: Application) -> Any:
    return next((one for one in process.tasks_of(subject_of(application)) if one.kind == "procedures.examine"), None)


def _asked_report(application: Application) -> Correction | None:
    """The report that the applicant is asked for now."""
    return application.corrections.filter(answered_at=None).exclude(part="").order_by("-id").first()


def acts_now(application: Application) -> tuple[str, ...]:
    """What may be done next in a rehearsal."""
    if application.state == Application.State.REPORTING:
        return ("report",) if _asked_report(application) else ()
    if application.state != Application.State.EXAMINING:
        return ()
    now = definition(application.version_id).facts.round(application.round)
    return ("pass_on", "reject") if now and now.passes_on else DECISIONS


def seen(application: Application) -> Rehearsal:
    """Where a case stands, in the words of a rehearsal."""
    view = process.where(subject_of(application))
    compiled = definition(application.version_id)
    known = compiled.form.questions
    asked = _asked_report(application) if application.state == Application.State.REPORTING else None
    return Rehearsal(
        fee=application.fee,
        computed={key: value for key, value in application.computed.items() if key not in known and key != "fee"},
        checks=list(application.checks),
        state=application.get_state_display(),
        outcome=application.outcome,
        acts=acts_now(application),
        report=asked.part if asked else "",
        round=application.round,
        rounds=tuple(in_language(one.title, application.language) for one in compiled.facts.rounds),
        steps=[(step.name, step.state) for step in view.steps] if view else [],
    )
