"""The door to mandates (代理): who may act for whom, in which procedures, today."""

from .actions import NotInForce, hold_mandate
from .queries import HeldMandate, MandateView, Topic, held_of, ids_in_force, in_force_of, install, mandate

__all__ = [
    "HeldMandate",
    "MandateView",
    "NotInForce",
    "Topic",
    "held_of",
    "hold",
    "ids_in_force",
    "in_force_of",
    "install",
    "mandate",
]

hold = hold_mandate
