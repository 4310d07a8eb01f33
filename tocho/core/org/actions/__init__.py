"""Every write of the organisation, by noun."""

from tocho.core.org.actions.absences import AbsenceRefused, cancel_absence, register_absence
from tocho.core.org.actions.appointments import AppointmentRefused, appoint, end_appointment
from tocho.core.org.actions.structure import (
    Abolish,
    Change,
    Establish,
    Move,
    Rename,
    ReorganisationRefused,
    reorganise,
)

__all__ = [
    "Abolish",
    "AbsenceRefused",
    "AppointmentRefused",
    "Change",
    "Establish",
    "Move",
    "Rename",
    "ReorganisationRefused",
    "appoint",
    "cancel_absence",
    "end_appointment",
    "register_absence",
    "reorganise",
]
