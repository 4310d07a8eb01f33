"""How far one bureau has come with one round: its sections, its classes, the rules it waits for, its certificate."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocho.core.accounts import api as accounts
from tocho.core.ledger import api as ledger
from tocho.core.org import api as org
from tocho.ui.moments import Moment
from tocho.ui.tags.words import day_words

from ..models import BureauReturn, SealRequirement
from ..rules import CLASSES, class_of
from .returns import units_of
from .story import CLASS_TITLES, TONES, percent

HISTORY = 40
ACTS = {
    "seals.survey_opened": gettext_noop("調査が始まった"),
    "seals.certified": gettext_noop("回答を認証した"),
    "seals.reopened": gettext_noop("認証を取り消した"),
    "seals.reminded": gettext_noop("期限を過ぎたことを知らせた"),
}


@dataclass(frozen=True)
class SectionRow:
    """One office of the bureau: all its affairs, those without a class, those whose seal is dropped."""

    code: str
    name: str
    whole: int
    unclassified: int
    abolished: int
    rate: str


@dataclass(frozen=True)
class RuleRow:
    """A rule that seals of the bureau wait for."""

    id: int
    name: str
    planned_on: date | None
    amended_on: date | None
    seals: int


@dataclass(frozen=True)
class BureauPage:
    """Everything on the page of one bureau's answer."""

    name: str
    whole: int
    unclassified: int
    abolished: int
    rate: str
    classes: tuple[tuple[str, str, int, str], ...]  # title, tone, affairs, share
    sections: tuple[SectionRow, ...]
    rules: tuple[RuleRow, ...]
    history: tuple[Moment, ...]
    days_late: int
    is_late: bool

    @property
    def late_words(self) -> str:
        return _("期限を%(days)s日過ぎています") % {"days": self.days_late}


def bureau_page(answer: BureauReturn, *, on: date) -> BureauPage:
    """One bureau's answer as it stands on a day, in a fixed number of queries."""
    rows = SealRequirement.objects.filter(unit__in=units_of(answer.bureau, on=on)).exclude(state="removed").order_by()
    classes: dict[str, int] = dict.fromkeys(CLASSES, 0)
    sections: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for unit, state, disposition, count in rows.values_list("unit", "state", "disposition").annotate(Count("id")):
        name = class_of(state, disposition)
        classes[name] += count
        found = sections[unit]
        found[0] += count
        found[1] += count if name == "unclassified" else 0
        found[2] += count if name == "abolished" else 0
    whole, dropped = sum(classes.values()), classes["abolished"]
    late = (on - answer.survey.closes_on).days
    return BureauPage(
        name=org.label_of(answer.bureau, on=on),
        whole=whole,
        unclassified=classes["unclassified"],
        abolished=dropped,
        rate=percent(dropped, whole),
        classes=tuple(
            (_(CLASS_TITLES[name]), TONES.get(name, "neutral"), count, percent(count, whole))
            for name, count in classes.items()
            if count
        ),
        sections=tuple(
            SectionRow(
                code, org.label_of(code, on=on), numbers[0], numbers[1], numbers[2], percent(numbers[2], numbers[0])
            )
            for code, numbers in sorted(sections.items())
        ),
        rules=_rules(rows),
        history=_history(answer, on=on),
        days_late=late,
        is_late=late > 0 and answer.certified_at is None,
    )


def _rules(rows: object) -> tuple[RuleRow, ...]:
    waiting = rows.filter(rule__isnull=False).filter(~Q(state="abolished"))  # type: ignore[attr-defined]
    columns = ("rule_id", "rule__name", "rule__planned_on", "rule__amended_on")
    found = waiting.values_list(*columns).annotate(seals=Count("id"))
    rules = [RuleRow(*row) for row in found]
    return tuple(sorted(rules, key=lambda each: (each.planned_on or date.max, -each.seals, each.id))[:30])


def _history(answer: BureauReturn, *, on: date) -> tuple[Moment, ...]:
    entries = ledger.entries_about("seal_survey", [answer.survey_id], kinds=ACTS, limit=1000)
    mine = [each for each in entries if each.unit in ("", answer.bureau)][:HISTORY]
    names = accounts.names_of(entry.actor.user_id for entry in mine)
    return tuple(
        Moment(
            title=_(ACTS[entry.kind]),
            at=day_words(org.office_day(entry.at), "date"),
            text=org.actor_label(entry.actor, names, on=org.office_day(entry.at)),
        )
        for entry in mine
    )
