"""A bureau certifies what happened outside the platform in a month; the reform team reminds those who are late."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor, Subject, append
from tocho.core.notify import api as notify
from tocho.core.org import api as org
from tocho.engines.facts.actions.returns import ReturnRefused, current_version, record_return
from tocho.engines.facts.models import IndicatorVersion
from tocho.engines.facts.queries.returns import (
    Returned,
    bureaus_certified_by,
    newest_returns,
    return_problems,
    with_last,
)
from tocho.engines.facts.registry import installed
from tocho.lib.dates import month_label
from tocho.lib.errors import FieldsRefused


class CertifyRefused(FieldsRefused, ReturnRefused):
    """A return that cannot be right, or that has to be explained; each problem lies with a field."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody returns for a bureau and a month. ``seen`` is the id of the newest return that the person had
    before the eyes (0: none); ``None`` when nobody looked (a file)."""

    unit: str
    month: str
    numerator: int
    denominator: int | None
    note: str = ""
    reason: str = ""
    seen: int | None = None


@transaction.atomic
def certify_returns(*, indicator_key: str, given: Sequence[Given], certifier_id: int, at: datetime) -> int:
    """Certify returns, all or none; how many were new or corrected. The same again changes nothing.

    The person must be a section chief or above of each bureau itself, or of the one that alone succeeded it.

    :raises CertifyRefused: a problem of :func:`return_problems`, another bureau, or somebody else was quicker.
    """
    version = current_version(installed().indicators[indicator_key], at=at)
    IndicatorVersion.objects.select_for_update(no_key=True).get(pk=version.pk)  # one certifies after the other
    own = bureaus_certified_by(certifier_id, at=at)
    known = newest_returns(indicator_key, {month for each in given for month in with_last(each.month)})
    done = 0
    for each in sorted(given, key=lambda one: (one.month, one.unit)):
        home = org.bureau_code_of(each.unit, on=org.office_day(at))
        if home not in own:
            raise CertifyRefused([("unit", _("局の報告は、その局の課長以上の職員が認証します。"))])
        if not _is_news(indicator_key, each, known, at=at):
            continue
        record_return(
            indicator_key=indicator_key,
            unit=each.unit,
            month=each.month,
            counted=(each.numerator, each.denominator),
            certifier=Actor(user_id=certifier_id, post_id=own[home].id),
            at=at,
            note=each.note,
            reason=each.reason,
        )
        known |= newest_returns(indicator_key, [each.month])
        done += 1
    return done


def _is_news(indicator_key: str, each: Given, known: Mapping[tuple[str, str], Returned], *, at: datetime) -> bool:
    """Whether a return says something new; refused where it cannot be."""
    newest = known.get((each.unit, each.month))
    if newest and (newest.counted, newest.note) == ((each.numerator, each.denominator), each.note):
        return False  # pressed twice
    if each.seen is not None and each.seen != (newest.id if newest else 0):
        words = _("開いている間に、ほかの人が報告しました。今の報告を確かめてください。")
        raise CertifyRefused([("numerator", words)])
    day = org.office_day(at)
    problems = return_problems(indicator_key, each.unit, each.month, asdict(each), known=known, on=day)
    if problems:
        raise CertifyRefused(problems)
    return True


@transaction.atomic
def remind_bureau(
    *, indicator_key: str, unit: str, month: str, user_ids: Collection[int], link: str, actor: Actor, at: datetime
) -> None:
    """Remind people of a bureau of a month that is not returned; at most once a day each, however often asked."""
    indicator = installed().indicators[indicator_key]
    version = current_version(indicator, at=at)
    day = org.office_day(at)
    for user_id in sorted(user_ids):
        notify.send(
            key=f"facts.return:{indicator_key}:{unit}:{month}:{user_id}:{day}",
            template="facts/return_due",
            to_user_id=user_id,
            context={"title": _(indicator.title), "month": month_label(month), "link": link},
            at=at,
        )
    data = {"month": month, "people": len(user_ids)}
    append(
        subject=Subject("indicator_version", version.pk),
        kind="facts.reminded",
        actor=actor,
        at=at,
        unit=unit,
        data=data,  # type: ignore[arg-type]  # a dict of plain values
    )
