"""The door to mandates (代理): who may act for whom, in which procedures, today."""

from .actions import NotInForce, hold_mandate
from .queries import MandateView, Topic, ids_in_force, in_force_of, install, mandate

__all__ = ["MandateView", "NotInForce", "Topic", "hold", "ids_in_force", "in_force_of", "install", "mandate"]

hold = hold_mandate
