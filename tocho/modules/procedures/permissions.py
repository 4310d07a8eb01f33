from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from tocho.core.accounts import api as accounts
from tocho.core.accounts.models import User, UserKind
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.lib.errors import Refused
from tocho.lib.kept import kept
from tocho.modules.cosigning import api as cosigning

from .models import Application, ProcedureVersion, Representation, Transit

LINK_SALT = "procedures.application"
LINK_DAYS = 180
SIGNING_SALT = "procedures.signing"


class LinkExpired(Refused):
    """A mailed link that is too old or was not made by us."""


def access_token(application: Application) -> str:
    """The signed token of a mailed link to one application; nothing is stored."""
    return signing.TimestampSigner(salt=LINK_SALT).sign(application.public_id.hex)


def public_id_from(token: str) -> str:
    """The application that a mailed link opens. :raises LinkExpired: forged or older than ``LINK_DAYS`` days."""
    try:
        return signing.TimestampSigner(salt=LINK_SALT).unsign(token, max_age=LINK_DAYS * 86400)
    except signing.BadSignature as error:
        raise LinkExpired(
            _(
                "このリンクは使えません。期限が切れたか、途中で切れて写されています。"
                "受付番号とメールアドレスで、新しいリンクを受け取れます。"
            )
        ) from error


def signing_token(public_id: UUID) -> str:
    """The signed token of the link by which one co-signer opens the page to sign; nothing is stored."""
    return signing.TimestampSigner(salt=SIGNING_SALT).sign(public_id.hex)


def signing_from(token: str) -> UUID:
    """The invitation that a mailed link opens. :raises LinkExpired: forged or too old."""
    try:
        return UUID(signing.TimestampSigner(salt=SIGNING_SALT).unsign(token, max_age=LINK_DAYS * 86400))
    except signing.BadSignature as error:
        raise LinkExpired(_("このリンクは使えません。申請した方に、もう一度依頼してもらってください。")) from error


def is_signer(user_id: int | None, granted: Iterable[str], *, invitation: cosigning.InvitationView) -> bool:
    """Whether somebody is the person who was asked to sign: their link was opened here, or the address is theirs."""
    if str(invitation.public_id) in granted:
        return True
    return user_id is not None and accounts.has_address(user_id, invitation.email)


def applications_open_to(user_id: int | None, granted: Iterable[str]) -> QuerySet[Application]:
    """The applications of a person: the own ones, those they make as agent, and those whose mailed link this browser
    has opened or begun."""
    own = Q(user_id=user_id) if user_id else Q(pk=None)
    if user_id and (ids := _as_agent(user_id)):
        own |= Q(id__in=ids)
    return Application.objects.filter(own | Q(public_id__in=list(granted)))


def own_applications(user_id: int) -> QuerySet[Application]:
    """The applications of an account itself: what is kept about this person."""
    return Application.objects.filter(user_id=user_id)


def _as_agent(user_id: int) -> list[int]:
    """The newest applications that a person makes for others, as long as the mandates are in force."""
    held = Representation.objects.filter(agent_id=user_id, mandate__state="in_force", mandate__last_on__gte=Now())
    return list(held.order_by("-id").values_list("application_id", flat=True)[:500])


def claimable_by(user_id: int, granted: Iterable[str]) -> QuerySet[Application]:
    """The applications that this browser has opened or begun and that belong to no account: they may be taken into one.

    Not for employees, whose account is the office's.
    """
    if User.objects.filter(id=user_id, kind=UserKind.EMPLOYEE).exists():
        return Application.objects.none()
    return Application.objects.filter(public_id__in=list(granted), user=None, acting_as="self").exclude(
        state=Application.State.EXPIRED
    )


@kept
def _application(public_id: UUID) -> QuerySet[Application]:
    return Application.objects.filter(public_id=public_id).exclude(state=Application.State.EXPIRED)


def application_open_to(user_id: int | None, granted: Iterable[str], *, public_id: UUID) -> Application | None:
    """One of ``applications_open_to``, by its public id; None for any other and for one that has expired."""
    application = _application.first(public_id)
    if application is None:
        return None
    is_own = user_id is not None and application.user_id == user_id
    if is_own or str(public_id) in granted:
        return application
    by_mandate = user_id is not None and application.acting_as == "agent" and application.id in _as_agent(user_id)
    return application if by_mandate else None


def cases_visible_to(user_id: int, *, at: datetime) -> QuerySet[Application]:
    """The cases an employee may open: those of the own units and of those they took over; never drafts."""
    return Application.objects.filter(unit__in=org.unit_codes_of(user_id, at=at)).exclude(
        state__in=["draft", "expired"]
    )


def cases_readable_by(user_id: int, *, at: datetime) -> QuerySet[Application]:
    """``cases_visible_to`` and, to read only, those that arrived at an own office and lie with the section of a later
    round (the newest 500)."""
    own, ids = org.unit_codes_of(user_id, at=at), cases_elsewhere(user_id, at=at).order_by("-id")
    found = list(ids.values_list("id", flat=True)[:500])
    visible = cases_visible_to(user_id, at=at)
    if not found:
        return visible
    return Application.objects.filter(Q(unit__in=own) | Q(id__in=found)).exclude(state__in=["draft", "expired"])


def cases_elsewhere(user_id: int, *, at: datetime) -> QuerySet[Application]:
    """The cases of an employee's office that another section examines in a later round: to read, not to work on."""
    own = org.unit_codes_of(user_id, at=at)
    return Application.objects.filter(version__unit__in=own, round__gt=1).exclude(unit__in=own)


def transits_visible_to(user_id: int, *, at: datetime) -> QuerySet[Transit]:
    """The cases that went through the municipality of an employee; of other municipalities none."""
    return Transit.objects.filter(unit__in=org.unit_codes_of(user_id, at=at)).exclude(
        application__state__in=["draft", "expired"]
    )


def may_move_cases(user_id: int, unit: str, *, at: datetime) -> bool:
    """Whether a person moves the running cases of an office to a new version: from 課長代理 up in that office."""
    posts = org.posts_of(user_id, at=at)
    return any(post.unit_code == unit and post.rank >= org.Rank.DEPUTY_SECTION_CHIEF for post in posts)


def officer(user_id: int, application: Application, *, at: datetime) -> Actor:
    """The officer under the post that reaches this case: the one of its unit, the main post otherwise."""
    posts = org.posts_of(user_id, at=at)
    here = [post for post in posts if post.unit_code == application.unit]
    post = (here or list(posts))[0] if posts else None
    return Actor(user_id=user_id, post_id=post.id if post else None)


def versions_of_office(user_id: int, *, key: str, at: datetime) -> list[ProcedureVersion]:
    """The versions of a procedure, newest first, for the employees of its present office; none for others."""
    rows = ProcedureVersion.objects.defer("source").filter(procedure__key=key).order_by("-number")
    units = org.unit_codes_of(user_id, at=at)
    versions = list(rows)
    return versions if versions and versions[0].unit in units else []
