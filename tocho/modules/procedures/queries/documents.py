"""The documents of an application item by item: what the definition asks under these answers, beside what was given."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.core.org import api as org
from tocho.engines.rules.api import RuleError, compile_expression
from tocho.modules.cosigning import api as cosigning
from tocho.modules.dossiers import api as dossiers
from tocho.ui.fields import FilesField

from ..definitions import DocumentSpec, ProcedureDefinition, in_language
from ..models import Application, Correction, Transit
from .catalogue import definition

MUNICIPALITY = "municipality"


@dataclass(frozen=True)
class DocumentRow:
    """One document as people see it; ``mine``: the reader is the party who gives it, ``open``: it can be given now."""

    spec: DocumentSpec
    item: dossiers.ItemView
    title: str
    party_label: str
    mine: bool
    open: bool

    @property
    def key(self) -> str:
        return self.spec.key

    @property
    def anchor(self) -> str:
        """Where the document stands in the page."""
        return f"document-{self.key}-{self.item.party}".replace(":", "-")

    @property
    def input_id(self) -> str:
        return f"{self.anchor}-files"

    @property
    def many(self) -> bool:
        return self.spec.max_files > 1

    @property
    def help(self) -> str:
        return in_language(self.spec.help, get_language() or "ja")

    @property
    def obtain(self) -> str:
        return in_language(self.spec.obtain, get_language() or "ja")

    @property
    def avoidable(self) -> str:
        return in_language(self.spec.avoidable, get_language() or "ja")

    @property
    def needed(self) -> bool:
        """Whether the application cannot be decided without it."""
        return not self.spec.optional and not self.spec.avoidable

    @property
    def limits(self) -> str:
        """What may be sent: ``PDF・JPEG・PNG、1ファイル10 MBまで``."""
        text = file_field(self.spec).limits
        return text + (_("、%(n)dファイルまで") % {"n": self.spec.max_files} if self.spec.max_files > 1 else "")

    @property
    def accept(self) -> str:
        """The endings a browser offers."""
        return ",".join(suffix for kind in file_field(self.spec).types for suffix in kind.suffixes)

    @property
    def tone(self) -> str:
        """For the party: what the office has only noted is not said yet."""
        return "info" if self.item.state == "flagged" else "neutral" if self.is_free else self.item.tone

    @property
    def is_free(self) -> bool:
        """Nothing was given, and nothing need be."""
        return self.item.state == "missing" and not self.needed

    @property
    def state_label(self) -> str:
        """The state for those who give: 任意, 提出不要, あとで出せます where nothing is there yet."""
        if self.item.state in ("given", "flagged"):
            return _("提出済み")
        if self.item.state != "missing":
            return self.item.state_label
        if self.spec.avoidable:
            return _("提出不要")
        return _("任意") if self.spec.optional else _("あとで出せます") if self.spec.later else _("未提出")


@dataclass(frozen=True)
class DocumentsBrief:
    """How far the documents are, in numbers; ``asked`` are those that wait for the reader."""

    rows: tuple[DocumentRow, ...]

    @property
    def needed(self) -> int:
        return sum(row.needed for row in self.rows)

    @property
    def given(self) -> int:
        return sum(row.needed and row.item.state in ("given", "flagged", "accepted") for row in self.rows)

    @property
    def accepted(self) -> int:
        return sum(row.item.state == "accepted" for row in self.rows)

    @property
    def flagged(self) -> tuple[DocumentRow, ...]:
        return tuple(row for row in self.rows if row.item.state == "flagged")

    @property
    def returned(self) -> tuple[DocumentRow, ...]:
        return tuple(row for row in self.rows if row.item.state == "returned")

    @property
    def outstanding(self) -> tuple[DocumentRow, ...]:
        """What somebody still has to give."""
        return tuple(row for row in self.rows if row.needed and row.item.state in ("missing", "returned"))

    @property
    def asked(self) -> tuple[DocumentRow, ...]:
        """What the reader still has to give."""
        return tuple(row for row in self.outstanding if row.mine)

    @property
    def unchecked(self) -> tuple[DocumentRow, ...]:
        """What has to be checked before an approval."""
        return tuple(
            row for row in self.rows if row.item.state != "accepted" and (row.needed or row.item.state != "missing")
        )

    @property
    def label(self) -> str:
        return _("%(total)d点のうち %(given)d点を提出") % {"total": self.needed, "given": self.given}

    @property
    def check_label(self) -> str:
        return _("確認 %(n)d / %(total)d点") % {"n": self.accepted, "total": self.accepted + len(self.unchecked)}


def file_field(spec: DocumentSpec) -> FilesField:
    """The field that checks an upload for a document: number, size, kind by its name."""
    title = in_language(spec.title, get_language() or "ja")
    return FilesField(max_bytes=spec.max_mb * 1024 * 1024, types=spec.formats, max_files=spec.max_files, label=title)


def wanted_documents(
    application: Application, parties: Mapping[str, str] | None = None
) -> list[tuple[DocumentSpec, str]]:
    """The documents that these answers ask for, each with the party that gives it; those of municipality and agent only
    where there is one."""
    compiled = definition(application.version_id)
    if not compiled.facts.documents:
        return []
    context = document_context(compiled, application)
    present = parties if parties is not None else parties_of(application)
    asked = cosigning.invitations_of(Subject("application", application.id)) if _has_roles(compiled) else ()
    roles = {one.party: one.role for one in asked}
    return [
        (spec, party)
        for spec in compiled.facts.documents
        if _is_required(spec, context)
        for party in present
        if party.split(":")[0] == spec.party and (not spec.role or roles[party] == spec.role)
    ]


def _has_roles(compiled: ProcedureDefinition) -> bool:
    return any(spec.role for spec in compiled.facts.documents)


def document_context(compiled: ProcedureDefinition, application: Application) -> dict[str, Any]:
    """What the conditions of documents see: the answers and what is computed from them."""
    return {**compiled.form.context(application.answers), **application.computed}


def _is_required(spec: DocumentSpec, context: Mapping[str, Any]) -> bool:
    """A condition that cannot be judged asks for the document: the office can do without it, not the other way."""
    try:
        return compile_expression(spec.required)(context) is not False
    except RuleError:
        return True


def parties_of(application: Application, *, transit: Transit | None = None) -> dict[str, str]:
    """Everybody who gives documents for an application: the party and what it is called in the reader's language.

    :param transit: for those who may see what the municipality gives: itself and the office.
    """
    parties = {"applicant": _("申請者")}
    if transit is not None:
        parties[MUNICIPALITY] = org.unit(transit.unit).name
    if application.acting_as == "agent":
        parties["agent"] = _("代理人")
    if definition(application.version_id).facts.cosign:
        asked = cosigning.invitations_of(Subject("application", application.id))
        parties |= {one.party: _("%(name)sさん") % {"name": one.name} for one in asked if one.state != "declined"}
    return parties


def documents_of(
    application: Application, *, mine: Collection[str] = (), office: bool = False
) -> DocumentsBrief | None:
    """The documents of an application for somebody who is ``mine``; None where the procedure asks for none.

    What the municipality gives is between it and the office: nobody else is told of it.
    """
    facts = definition(application.version_id).facts
    if not facts.documents:
        return None
    items = {(item.key, item.party): item for item in dossiers.items_of(Subject("application", application.id))}
    inside = (office or MUNICIPALITY in mine) and any(spec.party == MUNICIPALITY for spec in facts.documents)
    transit = Transit.objects.filter(application=application).first() if inside else None
    parties = parties_of(application, transit=transit)
    language = get_language() or "ja"
    now = Now(application, _open_correction(application), transit)
    return DocumentsBrief(
        tuple(
            DocumentRow(
                spec=spec,
                item=(item := items.get((spec.key, party)) or dossiers.unasked(spec.key, party)),
                title=in_language(spec.title, language),
                party_label=parties[party],
                mine=party in mine,
                open=party in mine and is_open(spec, item, now),
            )
            for spec, party in wanted_documents(application, parties)
        )
    )


def _open_correction(application: Application) -> Correction | None:
    if application.state != Application.State.CORRECTION:
        return None
    return application.corrections.filter(answered_at=None, expired_at=None).first()


@dataclass(frozen=True)
class Now:
    """Where an application stands, for the question which of its documents can be given."""

    application: Application
    correction: Correction | None
    transit: Transit | None


def is_open(spec: DocumentSpec, item: dossiers.ItemView, now: Now) -> bool:
    """Whether a document can be given now: freely in a draft; after the arrival what may follow later or was returned;
    in a correction what it asks for, until it is sent; by the municipality until it forwards, and what was returned."""
    state = now.application.state
    if item.state == "accepted":
        return False
    if state == Application.State.DRAFT:
        return True
    if state not in Application.OPEN or state == Application.State.DECISION_PENDING:
        return False
    if spec.party == MUNICIPALITY:
        has_it = now.transit is not None and now.transit.forwarded_at is None
        return item.state == "returned" or (item.state != "flagged" and (has_it or item.round > 1))
    if now.correction is not None and document_name(item.key, item.party) in now.correction.documents:
        return True
    return item.state == "returned" or (item.state == "missing" and (spec.later or not spec.optional))


def document_name(key: str, party: str) -> str:
    """How a correction names a document that it asks for."""
    return f"{key}@{party}"


@dataclass(frozen=True)
class DocumentsPage:
    """The page on which a party gives its documents: what is asked of whom, what was said about it, what comes next."""

    application: Application
    title: str
    brief: DocumentsBrief
    correction: Correction | None
    mine: tuple[str, ...]
    next_url: str

    @property
    def own(self) -> tuple[DocumentRow, ...]:
        return tuple(row for row in self.brief.rows if row.mine)

    @property
    def others(self) -> tuple[DocumentRow, ...]:
        """What the others give is the applicant's business, not a co-signer's."""
        return tuple(row for row in self.brief.rows if not row.mine) if "applicant" in self.mine else ()

    @property
    def asked(self) -> tuple[DocumentRow, ...]:
        return self.brief.asked

    @property
    def is_draft(self) -> bool:
        return self.application.state == Application.State.DRAFT

    @property
    def ref(self) -> object:
        """What the addresses of its files begin with."""
        return self.application.id if MUNICIPALITY in self.mine else self.application.public_id

    @property
    def views(self) -> dict[str, str]:
        """The pages on which files are read, given and taken away."""
        if MUNICIPALITY in self.mine:
            return {name: f"procedures:transit_{name}" for name in ("file", "give", "remove")}
        return {
            "file": "procedures:application_file",
            "give": "procedures:document_give",
            "remove": "procedures:document_remove",
        }

    @property
    def may_send(self) -> bool:
        """All that the office sent back is here again."""
        return self.correction is not None and "applicant" in self.mine and not self.brief.returned


def documents_page(
    application: Application, *, mine: Collection[str], signing: UUID | None = None
) -> DocumentsPage | None:
    """Everything a party sees of the documents; None where the procedure asks for none. ``signing``: the page on which
    a co-signer goes on."""
    brief = documents_of(application, mine=mine)
    if brief is None:
        return None
    return DocumentsPage(
        application=application,
        title=definition(application.version_id).title(get_language() or "ja"),
        brief=brief,
        correction=_open_correction(application) if "applicant" in mine else None,
        mine=tuple(mine),
        next_url=_next_url(application, signing),
    )


def _next_url(application: Application, signing: UUID | None) -> str:
    if signing is not None:
        return reverse("procedures:signing_detail", args=[signing])
    if application.state != Application.State.DRAFT:
        return reverse("procedures:application_status", args=[application.public_id])
    has_signers = definition(application.version_id).facts.cosign is not None
    name = "procedures:application_signers" if has_signers else "procedures:application_review"
    return reverse(name, args=[application.public_id])
