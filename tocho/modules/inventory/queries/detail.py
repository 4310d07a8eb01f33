"""One entry as its page shows it: what it says in words, what it may become, what happened to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.accounts import api as accounts
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.ui.markup import listed
from tocho.ui.moments import Moment
from tocho.ui.tags.words import day_words

from ..definitions import codebook
from ..models import EntryVersion, ProcedureEntry, State
from ..rules import MOVES, values_of
from .listing import TONES
from .words import quarter_months, quarter_words, words_of

HISTORY = 50


@dataclass(frozen=True)
class Group:
    """Columns that belong together: (label, value in words) each; ``filled`` of ``whole`` say something."""

    key: str
    title: str
    rows: tuple[tuple[str, str], ...]
    filled: int
    whole: int

    @property
    def is_open(self) -> bool:
        """The first groups are what most readers look for."""
        return self.key in ("basis", "plan")

    @property
    def edit_label(self) -> str:
        """``類型と主体を直す``."""
        return _("%(title)sを直す") % {"title": self.title}

    @property
    def summary(self) -> str:
        """``類型と主体（6 / 10項目）``."""
        return _("%(title)s（%(filled)d / %(whole)d項目）") % {
            "title": self.title,
            "filled": self.filled,
            "whole": self.whole,
        }


@dataclass(frozen=True)
class EntryDetail:
    """Everything on the page of one entry."""

    entry: ProcedureEntry
    tone: str
    unit_label: str
    volume: str
    completes: str
    groups: tuple[Group, ...]
    moves: tuple[tuple[str, str], ...]
    history: tuple[Moment, ...]
    seen: int
    has_procedure: bool


def entry_detail(entry: ProcedureEntry, *, on: date) -> EntryDetail:
    """The page of an entry, in a fixed number of queries."""
    language = get_language() or "ja"
    versions = list(entry.versions.select_related("run").order_by("-id")[:HISTORY])
    states = dict(State.choices)
    return EntryDetail(
        entry=entry,
        tone=TONES.get(entry.state, "neutral"),
        unit_label=org.label_of(entry.unit, on=on),
        volume=words_of(codebook().by_key["volume"], entry.volume, language) or _("不明"),
        completes=_completes(entry.completes),
        groups=tuple(groups_of(entry, language, on=on)),
        moves=tuple((state, _("%(state)sにする") % {"state": states[state]}) for state in MOVES[entry.state]),
        history=tuple(_history(versions)),
        seen=versions[0].id if versions else 0,
        has_procedure=entry.version_id is not None,
    )


def _completes(quarter: int | None) -> str:
    return (
        _("%(quarter)s（%(months)s）") % {"quarter": quarter_words(quarter), "months": quarter_months(quarter)}
        if quarter
        else ""
    )


def groups_of(entry: ProcedureEntry, language: str, *, on: date) -> Iterable[Group]:
    """All columns in words, by groups; the state stands at the head of the page."""
    book, values = codebook(), values_of(entry) | {"unit_name": org.label_of(entry.unit, on=on)}
    for key, titles in book.groups.items():
        columns = [column for column in book.columns if column.group == key and column.key != "state"]
        rows = tuple((column.title(language), words_of(column, values[column.key], language)) for column in columns)
        filled = sum(1 for _label, words in rows if words)
        yield Group(key, titles[1] if language == "en" else titles[0], rows, filled, len(rows))


def _history(versions: Sequence[EntryVersion]) -> Iterable[Moment]:
    entries = ledger.entries_by_id([version.ledger_entry_id for version in versions if version.ledger_entry_id])
    people = {entry.actor.user_id for entry in entries.values()}
    people |= {version.run.uploaded_by_id for version in versions if version.run}
    names = accounts.names_of(people)
    for version in versions:
        written = entries.get(version.ledger_entry_id or 0)
        actor = written.actor if written else Actor(user_id=version.run.uploaded_by_id if version.run else None)
        who = org.actor_label(actor, names, on=version.effective_on)
        yield Moment(_title(version), _when(version), "　".join(filter(None, (version.reason, who))))


def _when(version: EntryVersion) -> str:
    return _("%(day)sから") % {"day": day_words(version.effective_on, "date")}


def _title(version: EntryVersion) -> str:
    if "state" in version.changes:
        states = dict(State.choices)
        before, after = version.changes["state"]
        return _("%(before)s → %(after)s") % {"before": states.get(before, before), "after": states.get(after, after)}
    if not version.changes:
        return _("調査の結果を取り込んだ") if version.run_id else _("棚卸に加えた")
    columns = codebook().by_key
    language = get_language() or "ja"
    names = listed(columns[key].title(language) for key in list(version.changes)[:4] if key in columns)
    more = len(version.changes) - 4
    if more > 0:
        return _("%(names)sほか%(more)d項目を直した") % {"names": names, "more": more}
    return _("%(names)sを直した") % {"names": names}
