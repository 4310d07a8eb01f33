"""What an officer is told when a rule cannot be read: where it stands and why, so that the table can be mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocho.lib.errors import Refused


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a DMN file something stands; parts that are not known are left out of the text."""

    file: str = ""
    line: int | None = None
    table: str = ""
    rule: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = [
            self.file,
            _("%(line)s行目") % {"line": self.line} if self.line else "",
            _("表「%(table)s」") % {"table": self.table} if self.table else "",
            _("規則%(rule)s") % {"rule": self.rule} if self.rule else "",
            _("列「%(column)s」") % {"column": self.column} if self.column else "",
        ]
        return " ".join(part for part in parts if part)


class RuleError(Refused):
    """A FEEL expression that cannot be read or evaluated.

    ``reason`` is the bare sentence, ``text`` the expression, ``position`` the character (from 1) that is wrong.
    """

    def __init__(self, reason: str, *, text: str = "", position: int | None = None) -> None:
        self.reason = reason
        self.text = text
        self.position = position
        super().__init__(reason + self._where())

    def _where(self) -> str:
        shown = self.text if len(self.text) <= 80 else self.text[:79] + "…"
        if self.position is not None and shown:
            return _("（%(position)s文字目、式: %(text)s）") % {"position": self.position, "text": shown}
        return _("（式: %(text)s）") % {"text": shown} if shown else ""


class TableError(RuleError):
    """A DMN file or table that cannot be published, or that contradicts itself when it decides.

    ``place`` says where, ``problems`` holds every fault found in the file, this one first.
    """

    def __init__(self, reason: str, place: Place, *, text: str = "", position: int | None = None) -> None:
        super().__init__(reason, text=text, position=position)
        self.place = place
        self.problems: tuple[TableError, ...] = (self,)
        where = str(place)
        self.message = f"{where}: {self.message}" if where else self.message
        self.args = (self.message,)

    @classmethod
    def of(cls, problems: Sequence["TableError"]) -> "TableError":
        """The first of several faults, carrying them all and saying how many more there are."""
        first = problems[0]
        error = cls(first.reason, first.place, text=first.text, position=first.position)
        error.problems = tuple(problems)
        if len(problems) > 1:
            error.message += _("（ほか%(count)s件）") % {"count": len(problems) - 1}
            error.args = (error.message,)
        return error
