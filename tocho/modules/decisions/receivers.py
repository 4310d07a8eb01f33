from datetime import datetime
from typing import Any

from django.dispatch import receiver

from tocho.core.ledger.api import Actor
from tocho.modules.records.signals import document_ended

from . import actions


@receiver(document_ended)
def erase_with_its_file(*, subject_type: str, subject_id: int, actor: Actor, at: datetime, **_more: Any) -> None:
    """The file of a matter was destroyed or handed to the archive: its words go here, too."""
    if subject_type == "decision":
        actions.erase_content(decision_id=subject_id, actor=actor, at=at)
