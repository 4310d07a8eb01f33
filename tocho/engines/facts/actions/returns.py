"""What people add to the counted figures: certified returns, adjustments, publications, looks behind a figure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import JSON, SYSTEM, Actor, Subject, append
from tocho.engines.facts.declarations import Indicator
from tocho.engines.facts.models import Adjustment, IndicatorVersion, MonthlyReturn, Publication
from tocho.engines.facts.queries.readings import measurements
from tocho.engines.facts.registry import installed
from tocho.engines.facts.rules import ADJUSTED, Measurement, definition
from tocho.lib.dates import month_start
from tocho.lib.errors import Refused
from tocho.lib.rows import insert_many

DEFINITION_LOCK = 0x6661637473  # "facts": one definition version is written at a time


class ReturnRefused(Refused):
    """A monthly return or an adjustment that cannot be right."""


def current_version(indicator: Indicator, *, at: datetime) -> IndicatorVersion:
    """The version of an indicator as it is declared now; a changed declaration becomes the next version."""
    said = definition(indicator)
    digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
    newest = IndicatorVersion.objects.filter(key=indicator.key).order_by("-number")
    version = newest.first()
    if version and version.digest == digest:
        return version
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DEFINITION_LOCK])
        version = newest.first()
        if version and version.digest == digest:
            return version
        return IndicatorVersion.objects.create(
            key=indicator.key,
            number=version.number + 1 if version else 1,
            digest=digest,
            definition=said,
            recorded_at=at,
        )


@dataclass(frozen=True)
class Said:
    """What is returned for a bureau and a month: ``counted`` is (numerator, denominator), certified at a moment."""

    unit: str
    month: str
    counted: tuple[int, int | None]
    at: datetime
    note: str = ""
    reason: str = ""
    is_sample: bool = False


def record_return(
    *,
    indicator_key: str,
    unit: str,
    month: str,
    counted: tuple[int, int | None],
    certifier: Actor,
    at: datetime,
    note: str = "",
    reason: str = "",
    is_sample: bool = False,
) -> int:
    """Record what a certified person returns for a bureau and a month; returns the id of the row. See
    ``record_returns``."""
    said = Said(unit, month, counted, at, note, reason, is_sample)
    return record_returns(indicator_key=indicator_key, returns=[said], certifier=certifier)[0]


@transaction.atomic
def record_returns(*, indicator_key: str, returns: Sequence[Said], certifier: Actor) -> list[int]:
    """Record returns of an indicator, each with an entry of its own in the ledger; the ids of the rows.

    The same return again changes nothing; another one is the next revision.

    :raises ReturnRefused: for an unknown month, a numerator above the denominator of a share, a missing denominator.
    """
    indicator = installed().indicators[indicator_key]
    for said in returns:
        _check_return(indicator, said.month, *said.counted)
    if not returns:
        return []
    version = current_version(indicator, at=returns[0].at)
    subject = Subject("indicator_version", version.pk)
    IndicatorVersion.objects.select_for_update(no_key=True).get(pk=version.pk)  # one revision at a time
    about = {"unit__in": {said.unit for said in returns}, "month__in": {said.month for said in returns}}
    rows = MonthlyReturn.objects.filter(version__key=indicator_key, **about).order_by("pk")
    known = {(row.unit, row.month): row for row in rows}
    found, new = [], []
    for said in returns:
        before = known.get((said.unit, said.month))
        row = before if before and _same(before, version, said) else _next(before, version, said, certifier)
        known[said.unit, said.month] = row
        found.append(row)
        new += [row] if row is not before else []
    insert_many(new)
    for row in new:
        data: dict[str, JSON] = {
            "month": row.month,
            "numerator": row.numerator,
            "denominator": row.denominator,
            "revision": row.revision,
            "note": row.note,
        }
        append(subject=subject, kind="facts.returned", actor=certifier, at=row.certified_at, unit=row.unit, data=data)
    return [row.pk for row in found]


def _same(row: MonthlyReturn, version: IndicatorVersion, said: Said) -> bool:
    now = (version.pk, *said.counted, said.note, said.is_sample)
    return now == (row.version_id, row.numerator, row.denominator, row.note, row.is_sample)


def _next(before: MonthlyReturn | None, version: IndicatorVersion, said: Said, certifier: Actor) -> MonthlyReturn:
    numerator, denominator = said.counted
    return MonthlyReturn(
        version=version,
        unit=said.unit,
        month=said.month,
        revision=before.revision + 1 if before and before.version_id == version.pk else 1,
        numerator=numerator,
        denominator=denominator,
        note=said.note,
        reason=said.reason,
        is_sample=said.is_sample,
        certified_by_id=certifier.user_id,
        certified_at=said.at,
    )


def _check_return(indicator: Indicator, month: str, numerator: int, denominator: int | None) -> None:
    try:
        month_start(month)
    except ValueError:
        raise ReturnRefused(_("月は「2020-10」のように入力してください。")) from None
    if numerator < 0 or (denominator or 0) < 0:
        raise ReturnRefused(_("件数は0以上の整数で入力してください。"))
    if indicator.denominator is not None and denominator is None:
        raise ReturnRefused(_("分母になる件数も入力してください。"))
    if indicator.unit_of_measure == "%" and denominator is not None and numerator > denominator:
        raise ReturnRefused(_("内訳の件数が全体の件数を超えています。入力を確かめてください。"))


@transaction.atomic
def adjust(
    *, counter: str, unit: str, month: str, amount: int, reason: str, requester: Actor, approver: Actor, at: datetime
) -> int:
    """Correct a counted month by ``amount`` (may be negative), with a reason and a second person's approval.

    The ledger keeps what was counted; the correction is one more entry, which the projection counts like any other.
    Returns the id of the adjustment.

    :raises ReturnRefused: without a reason, for an unknown counter or month, or when one person does both.
    """
    if counter not in installed().counters:
        raise ReturnRefused(_("この数は集計されていません：%s") % counter)
    if not reason.strip():
        raise ReturnRefused(_("補正の理由を入力してください。"))
    if not amount:
        raise ReturnRefused(_("補正する数を入力してください。"))
    if requester.user_id is None or approver.user_id is None or requester.user_id == approver.user_id:
        raise ReturnRefused(_("補正は、申し出た人とは別の人が承認してください。"))
    row = Adjustment.objects.create(
        counter=counter,
        unit=unit,
        month=month,
        amount=amount,
        reason=reason,
        requested_by_id=requester.user_id,
        approved_by_id=approver.user_id,
        at=at,
    )
    data: dict[str, JSON] = {
        "counter": counter,
        "month": month,
        "amount": amount,
        "reason": reason,
        "requested_by": requester.user_id,
    }
    append(subject=Subject("adjustment", row.pk), kind=ADJUSTED, actor=approver, at=at, unit=unit, data=data)
    return row.pk


@transaction.atomic
def publish_month(*, month: str, at: datetime) -> int:
    """Freeze what every indicator says about a month, in all and for each bureau; returns how many values were new.

    Published again, only what has changed since becomes a new edition, so that pages can show both.
    """
    rows = []
    for indicator in installed().indicators.values():
        found = [*measurements(indicator.key, months=[month]), *measurements(indicator.key, months=[month], unit="*")]
        changed = [each for each in found if each.published_at is None or each.is_changed]
        if changed:
            version = current_version(indicator, at=at)
            editions = _editions(indicator.key, month)
            rows += [_publication(version, each, editions, at) for each in changed]
    Publication.objects.bulk_create(rows)
    if rows:
        subject = Subject("facts_month", int(month.replace("-", "")))
        append(subject=subject, kind="facts.published", actor=SYSTEM, at=at, data={"values": len(rows)})
    return len(rows)


def _editions(key: str, month: str) -> dict[tuple[str, str], int]:
    known = Publication.objects.filter(version__key=key, month=month).order_by("edition")
    return {(unit, source): edition for unit, source, edition in known.values_list("unit", "source", "edition")}


def _publication(
    version: IndicatorVersion, each: Measurement, editions: dict[tuple[str, str], int], at: datetime
) -> Publication:
    return Publication(
        version=version,
        unit=each.unit,
        month=each.month,
        source=each.source,
        edition=editions.get((each.unit, each.source), 0) + 1,
        numerator=each.numerator,
        denominator=each.denominator,
        value=each.value,
        published_at=at,
    )


def record_look(*, indicator_key: str, unit: str, month: str, actor: Actor, at: datetime) -> None:
    """Record that somebody looked at the entries behind a figure. Everyone may be asked what they looked at."""
    version = current_version(installed().indicators[indicator_key], at=at)
    subject = Subject("indicator_version", version.pk)
    append(subject=subject, kind="facts.traced", actor=actor, at=at, data={"unit": unit, "month": month})
