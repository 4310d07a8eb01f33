"""Co-signing of an application: what exactly is signed, who still has to sign, and what each party sees of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Subject
from tocho.engines.forms.api import SummaryStep
from tocho.engines.rules.api import RuleError, compile_expression
from tocho.modules.cosigning import api as cosigning
from tocho.modules.dossiers import api as dossiers

from ..definitions import CosignRole, ProcedureDefinition, in_language
from ..models import Application
from .catalogue import definition
from .context import form_sources
from .documents import DocumentRow, document_context, documents_of


def content_digest(application: Application, *, at: datetime) -> str:
    """SHA-256 (hex) of what the applicant gives: version, checked answers, and the documents that are signed with them.

    "" while the form still has errors: nobody signs what is not finished.
    """
    compiled = definition(application.version_id)
    cleaned = compiled.form.clean_all(application.answers, form_sources(compiled, application, at=at))
    if cleaned.errors:
        return ""
    keys = {spec.key for spec in compiled.facts.documents if spec.signed}
    items = dossiers.items_of(Subject("application", application.id)) if keys else ()
    files = [
        [item.key, item.party, sorted(sheet.digest for sheet in item.sheets)] for item in items if item.key in keys
    ]
    content = {"version": application.version_id, "answers": cleaned.values, "documents": sorted(files)}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def is_signed_file(application: Application, file_id: int) -> bool:
    """Whether a file is one of the applicant's documents that co-signers sign, and so may read."""
    keys = {spec.key for spec in definition(application.version_id).facts.documents if spec.signed}
    items = dossiers.items_of(Subject("application", application.id)) if keys else ()
    return any(sheet.file_id == file_id for item in items if item.key in keys for sheet in item.sheets)


@dataclass(frozen=True)
class SignerRow:
    """One person who was asked, for the applicant and the office; ``part`` is the own part as people read it."""

    invitation: cosigning.InvitationView
    part: tuple[SummaryStep, ...]

    @property
    def identity(self) -> str:
        """How the signer was known, in words."""
        signature = self.invitation.signature
        if signature is None:
            return ""
        if signature.method.startswith("link"):
            return _("メールの確認番号で確認（%(email)s）") % {"email": self.invitation.email}
        return _("ログインした%(account)sさん（%(email)s）") % {
            "account": signature.account,
            "email": self.invitation.email,
        }


@dataclass(frozen=True)
class RoleRow:
    """One role with its people: how many must sign, how many have."""

    spec: CosignRole
    title: str
    help: str
    least: int
    signers: tuple[SignerRow, ...]

    @property
    def signed(self) -> int:
        return sum(one.invitation.state == "signed" for one in self.signers)

    @property
    def missing(self) -> int:
        return cosigning.missing([one.invitation.state for one in self.signers], least=self.least)

    @property
    def unasked(self) -> int:
        """How many more have to be asked, so that enough can sign."""
        asked = [one for one in self.signers if one.invitation.state != "declined"]
        return max(self.least - len(asked), 0)

    @property
    def waiting(self) -> tuple[SignerRow, ...]:
        return tuple(one for one in self.signers if one.invitation.state == "invited")

    @property
    def is_full(self) -> bool:
        return len(self.signers) >= self.spec.most

    @property
    def label(self) -> str:
        least = max(self.least, len(self.signers))
        return _("%(total)d人のうち %(n)d人が署名") % {"total": least, "n": self.signed}


@dataclass(frozen=True)
class SignersBrief:
    """All roles; ``is_met``: nobody has to sign any more, and nobody who was asked is waited for. ``after``: they sign
    after the submission, in ``days`` days."""

    roles: tuple[RoleRow, ...]
    after: bool = False
    days: int = 0

    @property
    def is_met(self) -> bool:
        return not any(role.missing or role.waiting for role in self.roles)

    @property
    def unasked(self) -> str:
        """Who still has to be asked before a submission after which they sign, in a sentence; "" when nobody."""
        for role in self.roles:
            if role.unasked:
                words = _("「%(role)s」として署名する人を、あと%(n)d人決めてください。")
                return words % {"role": role.title, "n": role.unasked}
        return ""

    @property
    def voided(self) -> tuple[SignerRow, ...]:
        """Those whose signature fell away because the content was changed."""
        return tuple(one for role in self.roles for one in role.waiting if one.invitation.voided)

    @property
    def reason(self) -> str:
        """Why it is not met, in a sentence."""
        for role in self.roles:
            if role.missing:
                return _("「%(role)s」の署名が、あと%(n)d人必要です。") % {"role": role.title, "n": role.missing}
            if role.waiting:
                return _(
                    "「%(role)s」の%(name)sさんの署名を待っています。待たないときは、依頼を取り消してください。"
                ) % {
                    "role": role.title,
                    "name": role.waiting[0].invitation.name,
                }
        return ""


def signers_of(application: Application, *, office: bool = False) -> SignersBrief | None:
    """The co-signers of an application; None where the procedure has none. Own parts are shown to the office, and to
    the applicant where the role shares them."""
    compiled = definition(application.version_id)
    spec = compiled.facts.cosign
    if spec is None:
        return None
    language = get_language() or "ja"
    asked = cosigning.invitations_of(Subject("application", application.id))
    roles = []
    for role in spec.roles:
        signers = [
            SignerRow(one, _part(compiled, role, one.answers) if office or role.shared else ())
            for one in asked
            if one.role == role.key
        ]
        title, words = in_language(role.title, language), in_language(role.help, language)
        roles.append(RoleRow(role, title, words, least_of(compiled, application, role), tuple(signers)))
    return SignersBrief(tuple(roles), spec.when == "after", spec.days)


def least_of(compiled: ProcedureDefinition, application: Application, role: CosignRole) -> int:
    """How many of a role must sign under these answers; one where the rule cannot say."""
    if isinstance(role.least, int):
        return role.least
    try:
        found = compile_expression(role.least)(document_context(compiled, application))
        return max(int(found), 0)
    except (RuleError, TypeError, ValueError):
        return 1


def _part(compiled: ProcedureDefinition, role: CosignRole, answers: dict[str, Any]) -> tuple[SummaryStep, ...]:
    if not role.part or not answers:
        return ()
    return tuple(compiled.parts[role.part].summary(answers))


@dataclass(frozen=True)
class SigningPage:
    """What one co-signer sees: exactly what is signed, the own part, the own documents; never what others give."""

    application: Application
    invitation: cosigning.InvitationView
    title: str
    role: CosignRole
    role_title: str
    declaration: str
    content: str
    summary: tuple[SummaryStep, ...]
    part: tuple[SummaryStep, ...]
    documents: tuple[DocumentRow, ...]
    own_documents: tuple[DocumentRow, ...]
    is_turn: bool
    is_early: bool

    @property
    def is_over(self) -> bool:
        """The application was withdrawn or decided: nobody signs it any more."""
        return self.application.state not in ("draft", *Application.OPEN)

    @property
    def until(self) -> datetime | None:
        """The last moment to sign, where the application lapses without."""
        return self.application.expires_at if self.application.state == Application.State.SIGNING else None

    @property
    def may_sign(self) -> bool:
        return (
            self.is_turn
            and not self.is_early
            and bool(self.content)
            and not self.is_over
            and self.invitation.state == "invited"
        )

    @property
    def was_voided(self) -> bool:
        return self.invitation.state == "invited" and bool(self.invitation.voided)

    @property
    def missing_documents(self) -> tuple[DocumentRow, ...]:
        return tuple(row for row in self.own_documents if row.needed and row.item.state in ("missing", "returned"))


def signing_page(application: Application, invitation: cosigning.InvitationView, *, at: datetime) -> SigningPage:
    """Everything on the page of one co-signer, in the reader's language."""
    compiled = definition(application.version_id)
    language = get_language() or "ja"
    spec = compiled.facts.cosign
    assert spec is not None  # nobody is invited otherwise
    role = spec.role(invitation.role)
    brief = documents_of(application, mine=[invitation.party])
    rows: Sequence[DocumentRow] = brief.rows if brief else ()
    others = [
        (one.place, one.state)
        for one in cosigning.invitations_of(Subject("application", application.id))
        if one.id != invitation.id
    ]
    return SigningPage(
        application=application,
        invitation=invitation,
        title=compiled.title(language),
        role=role,
        role_title=in_language(role.title, language),
        declaration=in_language(role.declaration, language),
        content=content_digest(application, at=at),
        summary=tuple(compiled.form.summary(application.answers, language=language)),
        part=_part(compiled, role, invitation.answers),
        documents=tuple(row for row in rows if row.spec.signed and row.item.party == "applicant"),
        own_documents=tuple(row for row in rows if row.mine),
        is_turn=cosigning.is_turn(invitation.place, others, serial=spec.order == "serial"),
        is_early=spec.when == "after" and application.state == Application.State.DRAFT,
    )
