"""What bureaus have answered to a round of the survey, and whether it is certified."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from tocho.core.org import api as org

from ..models import BureauReturn, SealRequirement, SealSurvey


@dataclass(frozen=True)
class Answered:
    """How many affairs a bureau has named, and how many of them have no class yet."""

    count: int = 0
    unclassified: int = 0


@dataclass(frozen=True)
class ReturnRow:
    """One bureau's answer as lists show it."""

    bureau: str
    name: str
    count: int
    unclassified: int
    certified_at: datetime | None
    certifier: str
    digest: str = ""
    id: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way of certifying."""
        return self.certified_at is None and not self.unclassified


def newest_survey() -> SealSurvey | None:
    """The round that bureaus answer now."""
    return SealSurvey.objects.order_by("-number").first()


def _units(on: date) -> dict[str, Answered]:
    rows = (
        SealRequirement.objects.exclude(state="removed")
        .values_list("unit")
        .annotate(whole=Count("id"), open=Count("id", filter=Q(disposition="")))
    )
    found: dict[str, Answered] = {}
    for unit, whole, waiting in rows.order_by():
        bureau = org.bureau_code_of(unit, on=on)
        before = found.get(bureau, Answered())
        found[bureau] = Answered(before.count + whole, before.unclassified + waiting)
    return found


def answered(bureau: str, *, on: date) -> Answered:
    """What one bureau has answered so far."""
    return _units(on).get(bureau, Answered())


def return_rows(survey: SealSurvey, *, on: date) -> list[ReturnRow]:
    """The answers of all bureaus to a round, in the official order. Two queries."""
    found, names = _units(on), org.bureau_names(on=on)
    answers = {answer.bureau: answer for answer in BureauReturn.objects.filter(survey=survey)}
    rows = []
    for code in [*names, *(code for code in answers if code not in names)]:
        if not (answer := answers.get(code)):
            continue
        counts = found.get(code, Answered())
        whole = answer.count if answer.certified_at else counts.count
        name = names.get(code, code)
        said = (answer.certified_at, answer.certifier, answer.digest, answer.pk)
        rows.append(ReturnRow(code, name, whole, counts.unclassified, *said))
    return rows


def answered_lines(bureau: str, *, on: date) -> Iterator[str]:
    """Each requirement of a bureau as one line, in order: what a certificate's digest is taken over."""
    own = units_of(bureau, on=on)
    columns = ("id", "unit", "affair", "document", "direction", "seal", "basis", "basis_text", "volume", "disposition")
    rows = SealRequirement.objects.filter(unit__in=own).exclude(state="removed").order_by("id")
    for row in rows.values_list(*columns).iterator():
        yield "\t".join("" if value is None else str(value) for value in row)


def answer_digest(bureau: str, *, on: date) -> str:
    """SHA-256 over what a bureau answers now: the same as its certificate's as long as nothing was changed."""
    digest = hashlib.sha256()
    for line in answered_lines(bureau, on=on):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def units_of(bureau: str, *, on: date) -> list[str]:
    """The offices of a bureau that have answered anything."""
    units = SealRequirement.objects.order_by().values_list("unit", flat=True).distinct()
    return [unit for unit in units if org.bureau_code_of(unit, on=on) == bureau]
