"""Rounds of the survey, and the bureaus' certified answers."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import JSON, Actor, Subject
from tocho.core.org import api as org

from ..models import BureauReturn, SealSurvey
from ..queries.returns import answer_digest, answered
from .recording import needed, refused
from .reminding import settle_task


@transaction.atomic
def open_survey(
    *, number: int, title: str, as_of: date, closes_on: date, note: str = "", actor: Actor, at: datetime
) -> SealSurvey:
    """Open a round: each bureau of the day is asked. What earlier rounds certified stays; bureaus may correct again.

    Opening the same number again changes nothing.

    :raises SealRefused: it would speak of an earlier day than the round before.
    """
    if existing := SealSurvey.objects.filter(number=number).first():
        return existing
    before = SealSurvey.objects.order_by("-number").first()
    if before and (number < before.number or as_of <= before.as_of):
        raise refused(
            "as_of", _("前の回の基準日（%(day)s）より後の日にしてください。") % {"day": before.as_of.isoformat()}
        )
    if closes_on < as_of:
        raise refused("closes_on", _("回答の期限は、基準日より後にしてください。"))
    given = {"title": title, "as_of": as_of, "closes_on": closes_on, "note": note, "opened_at": at}
    survey, is_new = SealSurvey.objects.get_or_create(number=number, defaults=given)  # two may press at once
    if not is_new:
        return survey
    for answer in BureauReturn.objects.filter(survey=before, task_id__isnull=False) if before else ():
        settle_task(answer, at=at)  # what was asked of the round before is asked no more
    bureaus = [view.code for view in org.bureaus(on=org.office_day(at))]
    BureauReturn.objects.bulk_create([BureauReturn(survey=survey, bureau=code) for code in bureaus])
    data: dict[str, JSON] = {"number": number, "as_of": as_of.isoformat(), "bureaus": len(bureaus)}
    ledger.append(subject=Subject("seal_survey", survey.id), kind="seals.survey_opened", actor=actor, at=at, data=data)
    return survey


@transaction.atomic
def certify_return(*, survey_id: int, bureau: str, certifier: str, actor: Actor, at: datetime) -> BureauReturn:
    """Certify what a bureau answered, none included: from here on it is closed. A second click changes nothing.

    The ledger holds the number and a digest of every line, so that a later change cannot pass for what was certified.

    :raises SealRefused: some of its affairs have no class yet, or a later round has begun.
    """
    _needs_newest(survey_id)
    answer = BureauReturn.objects.select_for_update().get(survey_id=survey_id, bureau=bureau)
    if answer.certified_at:
        return answer
    found = answered(bureau, on=org.office_day(at))
    if found.unclassified:
        raise refused(
            "", _("区分のない事務が%(count)d件あります。先に区分を選んでください。") % {"count": found.unclassified}
        )
    answer.certified_at, answer.certified_by_id, answer.certifier = at, actor.user_id, certifier
    answer.count, answer.digest = found.count, answer_digest(bureau, on=org.office_day(at))
    settle_task(answer, at=at)
    answer.task_id = None
    answer.save()
    data: dict[str, JSON] = {"requirements": found.count, "digest": answer.digest, "post": certifier}
    subject = Subject("seal_survey", survey_id)
    ledger.append(subject=subject, kind="seals.certified", actor=actor, at=at, unit=bureau, data=data)
    return answer


@transaction.atomic
def reopen_return(*, survey_id: int, bureau: str, reason: str, actor: Actor, at: datetime) -> BureauReturn:
    """Open a certified answer again, so that the bureau can correct it; the certificate stays in the ledger.

    :raises SealRefused: there is no reason, or a later round has begun: what was certified then stands.
    """
    _needs_newest(survey_id)
    answer = BureauReturn.objects.select_for_update().get(survey_id=survey_id, bureau=bureau)
    if not answer.certified_at:
        return answer
    reason = needed(reason)
    answer.certified_at = answer.certified_by = None
    answer.certifier, answer.count, answer.digest = "", 0, ""
    answer.save()
    subject = Subject("seal_survey", survey_id)
    said: dict[str, JSON] = {"reason": reason}  # in somebody's own words: kept apart
    ledger.append(subject=subject, kind="seals.reopened", actor=actor, at=at, unit=bureau, personal=said)
    return answer


def _needs_newest(survey_id: int) -> None:
    survey = SealSurvey.objects.get(id=survey_id)
    if SealSurvey.objects.filter(number__gt=survey.number).exists():
        raise refused(
            "", _("次の回の調査が始まっています。「%(title)s」の回答は変えられません。") % {"title": survey.title}
        )
