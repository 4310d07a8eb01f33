"""What was done in a try-out, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocho.modules.procedures import api as procedures


@dataclass(frozen=True)
class TurnRow:
    """One turn: in which round, what was done, and the notice that goes out; ``number`` is how it is asked for."""

    number: int
    round: str
    words: str
    notice: str


def turns_in_words(turns: Iterable[procedures.Turn]) -> list[TurnRow]:
    """The turns of a rehearsal for the page, in their order."""
    said = {
        "pass_on": _("職員：次の審査へ回した"),
        "approve": _("職員：承認した"),
        "reject": _("職員：不承認にした"),
        "report": _("申請者：報告した"),
    }
    by_rule = {"approve": _("規則：承認した"), "reject": _("規則：不承認にした")}
    return [
        TurnRow(number, turn.round, (by_rule if turn.by_rule else said)[turn.do], turn.notice)
        for number, turn in enumerate(turns)
    ]
