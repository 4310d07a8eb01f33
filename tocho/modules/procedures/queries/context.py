from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import lazy

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Subject
from tocho.engines.forms.api import Step, Suggestion
from tocho.modules.bookings import api as bookings
from tocho.modules.registers import api as registers

from ..definitions import ProcedureDefinition
from ..models import Application
from .catalogue import definition
from .reports import report_context


def rule_context(application: Application, *, at: datetime) -> dict[str, Any]:
    """What the rule tables of a procedure may ask: the answers, what is computed, fee, seat and the day."""
    reservation = bookings.reservation_of(Subject("application", application.id))
    return {
        **definition(application.version_id).form.context(application.answers),
        **report_context(application),
        **application.computed,
        "fee": application.fee,
        "fee_collected": application.state != Application.State.FEE_DUE,
        "seat": reservation.state if reservation else "",
        "seat_people": reservation.slot.people if reservation else None,
        "today": calendar.office_day(at),
        "slot_date": calendar.office_day(reservation.slot.starts_at) if reservation else None,
    }


# A page shows forty of a hundred slots, a check none of them: words are made when they are read.
def _words(slot: bookings.SlotView) -> str:
    return slot.label


def _note(slot: bookings.SlotView) -> str:
    return slot.note


words, note = lazy(_words, str), lazy(_note, str)


def suggestions(compiled: ProcedureDefinition, step: Step, *, user_id: int | None) -> Mapping[str, Suggestion]:
    """What the applicant has registered and this step asks for, by the name of its source."""
    wanted = compiled.form.prefills
    return registers.prefill(user_id, [wanted[one.key] for one in step.questions if one.key in wanted])


def given_to_registers(application: Application) -> dict[str, Any]:
    """What was answered that one's own data could keep, by the name of its source."""
    prefills = definition(application.version_id).form.prefills
    return {source: application.answers[key] for key, source in prefills.items() if application.answers.get(key)}


def form_sources(
    compiled: ProcedureDefinition, application: Application | None, *, at: datetime
) -> Mapping[str, Callable[[], list[tuple[str, str, str, str]]]]:
    """The choices that come from records: the free slots of the procedure's bookings, as
    (value, label, help, resource); those of one resource where the answers name it."""
    booking = compiled.facts.booking
    if booking is None:
        return {}
    held = Subject("application", application.id) if application else None
    wanted = str(application.answers.get(compiled.narrow_key) or "") if application else ""

    def slots() -> list[tuple[str, str, str, str]]:
        rows = bookings.slots(booking.kind, at=at, resource_key=wanted, with_full=booking.waiting_list, held_by=held)
        return [(str(row.id), words(row), note(row), row.resource_key) for row in rows]

    return {booking.kind: slots}
