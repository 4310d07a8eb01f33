"""The route of a matter: what the authority table says on a day, and who that is in the organisation of that day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tocho.core.calendar import api as calendar
from tocho.core.ledger.api import Actor
from tocho.core.org import api as org
from tocho.engines.rules.api import DecisionTable, compile_table, read_grid
from tocho.lib.errors import Refused

from ..models import AuthorityTable, Decision, Delegation
from ..rules import Authority, Consultation, Station, order_route
from ..rules.authority import Lacks


class NoRoute(Refused):
    """The authority table or the organisation gives no way to a decider for this matter."""


@dataclass(frozen=True)
class Route:
    """A computed route: its stations in order, by what power the last decides, the posts that may decide for it
    (代決), the table version, the article it rests on, and why in a sentence."""

    stations: tuple[Station, ...]
    deputies: tuple[int, ...]
    power: Decision.Power
    delegation_id: int | None
    collapses: bool
    table_id: int
    article: str
    why: str


@lru_cache(maxsize=8)
def _compiled(digest: str, xml: str) -> DecisionTable:
    return compile_table(xml)


def compiled(row: AuthorityTable) -> DecisionTable:
    """A version ready to be asked; compiled once a process."""
    return _compiled(row.digest, row.xml)


def authority_in_force(on: date) -> tuple[int, DecisionTable]:
    """The authority table of that day and its id.

    :raises NoRoute: none is in force.
    """
    row = AuthorityTable.objects.filter(effective_from__lte=on).first()
    if row is None:
        raise NoRoute(_("この日に有効な事案決定規程の表がありません。文書管理の担当に知らせてください。"))
    return row.id, compiled(row)


def find_authority(*, category: str, facts: Mapping[str, Any], on: date) -> tuple[int, Authority]:
    """Ask the authority table of that day who decides a matter of this category and amount.

    :raises NoRoute: no line of the table covers it.
    """
    table_id, table = authority_in_force(on)
    return table_id, authority_of(table, category=category, facts=facts)


def authority_of(table: DecisionTable, *, category: str, facts: Mapping[str, Any]) -> Authority:
    """What one table answers. :raises NoRoute: no line of it covers this."""
    answer = table.decide({"amount": 0, "importance": "ordinary", **facts, "category": category})
    if not answer.fired or not isinstance(answer.outputs, dict):
        raise NoRoute(_("事案決定規程の表に「%(category)s」の行がありません。") % {"category": category})
    found = answer.outputs
    return Authority(
        decider_rank=int(found["decider_rank"]),
        reviews=tuple(found.get("reviews") or ()),
        consults=tuple(found.get("consults") or ()),
        deputies=tuple(int(rank) for rank in found.get("deputies") or ()),
        collapses=bool(found.get("collapses")),
        article=answer.fired[0].citation or str(found.get("item", "")),
        why=answer.why,
    )


def find_route(
    *,
    category: str,
    facts: Mapping[str, Any],
    unit: str,
    drafter: Actor,
    at: datetime,
    consultations: Iterable[Consultation] = (),
) -> Route:
    """The stations a draft of this unit must pass, from the authority table and the organisation of that day.

    :param consultations: posts that the drafter consults besides those the table names.
    :raises NoRoute: the table names a rank that nobody above the unit holds, a duty or unit that there is not, or the
        drafter would decide.
    """
    on = calendar.office_day(at)
    table_id, authority = find_authority(category=category, facts=facts, on=on)
    own = _posts_of(drafter, at=at)
    decider = org.post_in_charge(unit, rank=authority.decider_rank, on=on)
    if decider is None:
        raise NoRoute(_("決定権者にあたる職が組織に見つかりません。"))
    delegation = delegation_of(decider.id, category=category, on=on)
    delegate = org.post(delegation.to_post_id, on=on) if delegation else None
    if delegate is not None:
        decider = delegate
    if decider.id in own:
        raise NoRoute(_("決定権者は自分の案件を起案できません。係の職員が起案してください。"))
    line = [org.post_in_charge(unit, rank=rank, on=on) for rank in range(3, authority.decider_rank)]
    checks = [_reviewer(duty, unit, on=on) for duty in authority.reviews]
    stations = order_route(
        line_reviews=[post.id for post in line if post and post.rank < authority.decider_rank],
        legal_checks=[post.id for post in checks],
        decider=decider.id,
        drafter_posts=own,
        consultations=[*_consulted(authority.consults, unit, on=on), *consultations],
    )
    return Route(
        stations,
        _deputies(authority, unit, decider, own, on=on),
        Decision.Power.DELEGATED if delegate else power_of(decider),
        delegation.id if delegation and delegate else None,
        authority.collapses,
        table_id,
        authority.article,
        authority.why,
    )


def _posts_of(drafter: Actor, *, at: datetime) -> list[int]:
    """Every post of the drafter: nobody reviews or decides the own draft under another post of theirs."""
    held = [post.id for post in org.posts_of(drafter.user_id, at=at)] if drafter.user_id else []
    return [*held, *([drafter.post_id] if drafter.post_id else [])]


def power_of(decider: org.PostView) -> Decision.Power:
    """By what power a post decides to which nothing was delegated: the own one, or always for it (専決)."""
    return Decision.Power.OWN if decider.rank >= org.Rank.GOVERNOR else Decision.Power.STANDING


def _consulted(names: Sequence[str], unit: str, *, on: date) -> Iterable[Consultation]:
    """Those whom the table names: a duty in the bureau, or a unit by its code, whose chief is asked. All at once.

    :raises NoRoute: there is no such duty or unit: nobody is left out in silence.
    """
    for name in names:
        post = org.reviewer_post(unit, duty=name, on=on) or chief_of(name, on=on)
        if post is None:
            raise _missing(name)
        yield Consultation(post.id)


def _reviewer(duty: str, unit: str, *, on: date) -> org.PostView:
    """The post of the bureau that checks.

    :raises NoRoute: no post of the bureau has the duty that the table names: nobody is left out in silence.
    """
    post = org.reviewer_post(unit, duty=duty, on=on)
    if post is None:
        raise _missing(duty)
    return post


def _missing(name: str) -> NoRoute:
    words = _("事案決定規程の表がこの事案の審査か協議に挙げる相手がいません。文書管理の担当に知らせてください。")
    return NoRoute(f"{words}{_unknown(name)}")


def _unknown(name: str) -> str:
    """What is said of a duty that nobody has, and of what is neither duty nor unit."""
    if name in org.Duty.values:
        words = _("「%(name)s」を担当する職が、この日の組織にありません。職に職務を付けてから使ってください。")
        return words % {"name": org.Duty(name).label}
    words = _("「%(name)s」という職務か組織が、この日の組織にありません。組織は局からの名前で書いてください。")
    return words % {"name": name}


def lacking_on(on: date) -> Lacks:
    """What the organisation of a day lacks of what a column of the authority table names: a duty that some post has, or
    for a consultation the code of a unit."""
    duties = org.duties(on=on)

    def lacks(column: str, name: str) -> str:
        has = name in duties or (column == "consults" and chief_of(name, on=on) is not None)
        return "" if has else _unknown(name)

    return lacks


def chief_of(unit: str, *, on: date) -> org.PostView | None:
    """The post in charge of a unit; None where there is no such unit."""
    try:
        return org.post_in_charge(unit, rank=org.Rank.SECTION_CHIEF, on=on)
    except org.UnknownUnit:
        return None


def _deputies(
    authority: Authority, unit: str, decider: org.PostView, own: Sequence[int], *, on: date
) -> tuple[int, ...]:
    """The posts that may decide for an absent decider, in the order of the rule: rank by rank, in the unit's order."""
    posts = [post for rank in authority.deputies for post in org.posts_of_rank(unit, rank=rank, on=on)]
    return tuple(post.id for post in posts if post.id not in own and post.id != decider.id and post.rank < decider.rank)


def delegation_of(post_id: int, *, category: str, on: date) -> Delegation | None:
    """委任 of a post's power over a category on a day, the newest first; None when there is none."""
    ended = Q(ends_on__lte=on) | Q(revoked_on__lte=on)
    for row in Delegation.objects.filter(from_post_id=post_id, starts_on__lte=on).exclude(ended):
        if not row.categories or category in row.categories:
            return row
    return None


@lru_cache(maxsize=8)
def _words(digest: str, xml: str) -> dict[str, tuple[tuple[str, str], ...]]:
    return {column.text: column.words for column in read_grid(xml).columns if column.role == "input"}


def words_of(on: date) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the inputs of the authority table of a day may be, with how they read: ``{"category": (("permit", "許可"),
    …)}``. Empty when no table is in force."""
    row = AuthorityTable.objects.filter(effective_from__lte=on).first()
    return _words(row.digest, row.xml) if row else {}


def post_named(office: str, *, at: datetime) -> int:
    """The post in charge of an office that a person named (主税局 徴収部 徴収課).

    :raises Refused: there is no such office, or nobody is in charge of it.
    """
    on = calendar.office_day(at)
    unit = org.unit_named(office, on=on)
    post = chief_of(unit.code, on=on) if unit else None
    if post is None:
        words = _("「%(office)s」という組織は見つかりません。局からの名前で入力してください。")
        raise Refused(words % {"office": office})
    return post.id
