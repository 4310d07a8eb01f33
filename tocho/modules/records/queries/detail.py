"""Everything on the page of one file or one disposal list."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocho.core.accounts import api as accounts
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.ui.moments import Moment
from tocho.ui.tags.words import day_words

from ..models import DisposalItem, DisposalList, Document, Hold, RecordFile
from .sources import has_content, standing

HISTORY = 60
TITLES = {
    "records.opened": gettext_noop("ファイルを開いた"),
    "records.retitled": gettext_noop("名前を直した"),
    "records.entered": gettext_noop("文書を加えた"),
    "records.moved": gettext_noop("文書を移した"),
    "records.closed": gettext_noop("完結した"),
    "records.reopened": gettext_noop("完結を取り消した"),
    "records.retained": gettext_noop("保存期間が始まった"),
    "records.due": gettext_noop("保存期間が満了した"),
    "records.held": gettext_noop("廃棄を止めた"),
    "records.released": gettext_noop("廃棄の停止を解いた"),
    "records.disposal_review": gettext_noop("廃棄協議に出した"),
    "records.extended": gettext_noop("保存を延長した"),
    "records.transfer_candidate": gettext_noop("移管することになった"),
    "records.packaged": gettext_noop("移管用の一式を作った"),
    "records.package_taken": gettext_noop("移管用の一式を受け取った"),
    "records.transferred": gettext_noop("公文書館が受け入れた"),
    "records.disposed": gettext_noop("廃棄した"),
    "records.received": gettext_noop("届いた"),
    "records.received_corrected": gettext_noop("件名などを直した"),
    "records.registered": gettext_noop("収受した"),
    "records.scanned": gettext_noop("ファイルを加えた"),
    "records.assigned": gettext_noop("担当に配布した"),
    "records.handled": gettext_noop("処理を記録した"),
    "records.linked": gettext_noop("事案・案件を結び付けた"),
    "records.unlinked": gettext_noop("結び付けを外した"),
    "records.shown": gettext_noop("供覧した"),
    "records.read": gettext_noop("供覧を見た"),
    "records.request_opened": gettext_noop("請求を受け付けた"),
    "records.searched": gettext_noop("文書をさがした"),
    "records.items_added": gettext_noop("文書を加えた"),
    "records.item_judged": gettext_noop("開示するかを決めた"),
    "records.request_corrected": gettext_noop("補正を記録した"),
    "records.request_extended": gettext_noop("期限を延ばした"),
    "records.request_decided": gettext_noop("決定した"),
    "records.request_closed": gettext_noop("完結した"),
    "records.request_withdrawn": gettext_noop("取り下げられた"),
    "records.list_made": gettext_noop("協議の一覧を作った"),
    "records.outcome_set": gettext_noop("どうするかを変えた"),
    "records.list_proposed": gettext_noop("協議に出した"),
    "records.list_agreed": gettext_noop("同意した"),
    "records.list_withdrawn": gettext_noop("取りやめた"),
    "records.list_done": gettext_noop("実施した"),
}


@dataclass(frozen=True)
class FileDetail:
    """One file: what it is, its documents (the newest), what holds it, what happened to it."""

    file: RecordFile
    unit_label: str
    documents: tuple[tuple[Document, bool], ...]  # and whether there is something to open
    document_count: int
    holds: tuple[tuple[Hold, str], ...]  # with the office that asked for it
    history: tuple[Moment, ...]


def file_detail(file: RecordFile, *, on: date, limit: int = 100) -> FileDetail:
    """The page of a file, in a fixed number of queries."""
    documents = list(file.documents.order_by("-id")[:limit])
    return FileDetail(
        file=file,
        unit_label=org.label_of(file.unit, on=on),
        documents=tuple((each, has_content(each)) for each in documents),
        document_count=file.documents.count() if len(documents) == limit else len(documents),
        holds=tuple(
            (hold, org.label_of(hold.unit, on=on) if hold.unit else "")
            for hold in file.holds.filter(released_at=None).select_related("request").order_by("-id")
        ),
        history=history(Subject("record_file", file.pk)),
    )


def page_of(document: Document, *, user_id: int, at: datetime) -> str:
    """The page on which a document stands, for a person who may open it; "" for all others."""
    found = standing(document)
    if found is None:
        return ""
    source, key = found
    return source.href(key) if key in source.readable([key], user_id, at) else ""


def history(subject: Subject) -> tuple[Moment, ...]:
    """Acts of the ledger in words, the newest first. Three queries: the acts, the reasons, the names."""
    last = ledger.entries_about(subject.type, [subject.id], kinds=TITLES, limit=HISTORY)
    reasons = ledger.personal_of(subject)
    names = accounts.names_of(entry.actor.user_id for entry in last)
    events = []
    for entry in last:
        day = org.office_day(entry.at)
        who = org.actor_label(entry.actor, names, on=day)
        until = entry.data.get("until")
        kept = _("%(day)sまで保存") % {"day": day_words(date.fromisoformat(str(until)), "date")} if until else ""
        said = str(reasons.get(entry.id, {}).get("reason") or kept)
        events.append(
            Moment(
                title=_(TITLES[entry.kind]),
                at=day_words(day, "date"),
                text="　".join(filter(None, (said, who))),
            )
        )
    return tuple(events)


@dataclass(frozen=True)
class ListDetail:
    """One disposal list with its files and its history."""

    disposal: DisposalList
    unit_label: str
    items: tuple[DisposalItem, ...]
    proposer: str
    agreer: str
    history: tuple[Moment, ...]


def list_detail(disposal: DisposalList, *, on: date) -> ListDetail:
    """The page of a disposal list, in a fixed number of queries."""
    items = disposal.items.select_related("file", "file__classification").order_by("file__ends_on", "file_id")
    return ListDetail(
        disposal=disposal,
        unit_label=org.label_of(disposal.unit, on=on),
        items=tuple(items),
        proposer=disposal.proposed_by.display_name if disposal.proposed_by else "",
        agreer=disposal.agreed_by.display_name if disposal.agreed_by else "",
        history=history(Subject("disposal_list", disposal.pk)),
    )
