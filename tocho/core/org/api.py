"""The organisation's door: units, posts, who holds them, and which task addresses a person answers for.

Days are days of the government's offices (Asia/Tokyo); ``at`` is an aware moment. Units and posts come from a copy in
memory that follows every change (``queries/structure.py``); people and their absences are asked of the database.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tocho.core.ledger.api import Actor
from tocho.core.org.forms import AbsenceForm
from tocho.core.org.models import Absence, AppointmentKind, Duty, Rank, UnitKind
from tocho.core.org.queries import absences, people
from tocho.core.org.queries.appointments import AppointmentView, appointments_to, own_appointments
from tocho.core.org.queries.people import Away, Holder, Holding, office_day
from tocho.core.org.queries.structure import PostView, UnitView, UnknownUnit, distrust, snapshot, structure, unit_on

__all__ = [
    "AbsenceForm",
    "AppointmentKind",
    "AppointmentView",
    "Away",
    "Duty",
    "Holder",
    "Holding",
    "PostView",
    "Rank",
    "UnitKind",
    "UnitView",
    "UnknownUnit",
    "absences_at",
    "actor_label",
    "address_label",
    "addresses_of",
    "appointments_to",
    "bureau_code_of",
    "bureau_names",
    "bureau_of",
    "bureaus",
    "children_of",
    "colleagues",
    "coming_absences",
    "common_superior",
    "distrust",
    "duties",
    "holders",
    "holders_for",
    "holders_of",
    "holdings_for",
    "label_of",
    "line_of",
    "may_act",
    "municipalities",
    "municipality_named",
    "office_day",
    "own_appointments",
    "people_at",
    "post",
    "post_above",
    "post_in_charge",
    "posts_of",
    "posts_of_rank",
    "posts_serving",
    "reviewer_post",
    "sections",
    "speaking_post",
    "successors_of",
    "superior_post",
    "unit",
    "unit_codes_of",
    "unit_named",
    "units_below",
    "with_predecessors",
]


def _day(on: date | None) -> date:
    return on or timezone.localdate()


def unit(code: str, *, on: date | None = None) -> UnitView:
    """The unit with this code as it is called and placed on a day (default: today).

    :raises UnknownUnit: no unit has the code on that day.
    """
    return unit_on(code, on=_day(on))


def bureau_of(unit_code: str, *, on: date | None = None) -> UnitView:
    """The bureau (局) to which a unit belongs; the unit itself when it is one, or the root.

    :raises UnknownUnit: no unit has the code on that day.
    """
    found = unit(unit_code, on=on)
    return unit(found.bureau_code, on=on) if found.bureau_code else found


def bureaus(*, on: date | None = None) -> tuple[UnitView, ...]:
    """All bureaus of a day in their official order (建制順)."""
    found = [view for view in snapshot(_day(on)).units.values() if view.kind == UnitKind.BUREAU]
    return tuple(sorted(found, key=lambda view: (view.position, view.code)))


def municipalities(*, on: date | None = None) -> tuple[UnitView, ...]:
    """All municipalities (区市町村) of a day in the order of their codes (全国地方公共団体コード)."""
    found = [view for view in snapshot(_day(on)).units.values() if view.kind == UnitKind.MUNICIPALITY]
    return tuple(sorted(found, key=lambda view: view.code))


def municipality_named(name: str, *, on: date | None = None) -> UnitView | None:
    """The municipality that an address names (西多摩郡瑞穂町 → 瑞穂町); None when there is none."""
    plain = name.strip().removeprefix("東京都")
    found = [view for view in municipalities(on=on) if view.name in plain]
    return max(found, key=lambda view: len(view.name), default=None)


def children_of(unit_code: str, *, on: date | None = None) -> tuple[UnitView, ...]:
    """The units directly below a unit, in their order.

    :raises UnknownUnit: no unit has the code on that day.
    """
    day = _day(on)
    now = snapshot(day)
    return tuple(now.units[child] for child in now.children.get(unit_on(unit_code, on=day).id, ()))


def successors_of(unit_code: str, *, on: date) -> tuple[UnitView, ...]:
    """The units of a day that do what a unit (of whatever time) did; the unit itself while it exists.

    Figures of an abolished bureau roll up to these. Empty when nothing succeeded it.
    """
    now = snapshot(on)
    if unit_code in now.units_by_code:
        return (now.units_by_code[unit_code],)
    old = people.unit_id_of(unit_code)
    return tuple(view for view in now.units.values() if old in now.unit_line.get(view.id, ()))


def label_of(unit_code: str, *, on: date) -> str:
    """``主税局 徴収部 徴収課``; of a unit that is gone what took over from it; the code where nobody knows it."""
    return "、".join(view.full_name for view in successors_of(unit_code, on=on)) or unit_code


def bureau_code_of(unit_code: str, *, on: date) -> str:
    """Code of the bureau that a unit (of whatever time) counts for on a day: its own, or that of its only successor; ""
    when several took over, or none.
    """
    heirs = successors_of(unit_code, on=on)
    return (heirs[0].bureau_code or heirs[0].code) if len(heirs) == 1 else ""


def bureau_names(*, on: date) -> dict[str, str]:
    """Name by code of all bureaus of a day, in their official order (建制順)."""
    return {view.code: view.name for view in bureaus(on=on)}


def units_below(unit_code: str, *, on: date) -> tuple[UnitView, ...]:
    """A unit and everything below it, from the top down.

    :raises UnknownUnit: no unit has the code on that day.
    """
    found = [unit(unit_code, on=on)]
    for view in found:  # grows while it is read
        found += children_of(view.code, on=on)
    return tuple(found)


def post(post_id: int, *, on: date | None = None) -> PostView | None:
    """A post as it is called on a day; None when it does not exist on that day."""
    return snapshot(_day(on)).posts.get(post_id)


def posts_of(user_id: int, *, at: datetime) -> tuple[PostView, ...]:
    """The posts a person holds at a moment, main post first; empty when the appointment ended yesterday. One query."""
    return people.posts_of(user_id, at=at)


def actor_of(user_id: int | None, *, at: datetime) -> Actor:
    """A person as the ledger names them: under the main post, where there is one. One query."""
    posts = posts_of(user_id or 0, at=at)
    return Actor(user_id=user_id, post_id=posts[0].id if posts else None)


def actor_label(actor: Actor, names: Mapping[int, str], *, on: date) -> str:
    """Who acted, as a time line says it: ``主税局 徴収課長 佐藤 恵子``; システム where nobody did."""
    held = post(actor.post_id, on=on) if actor.post_id else None
    who = " ".join(filter(None, (held.label if held else "", names.get(actor.user_id or 0, ""))))
    return who or _("システム")


def addresses_of(user_id: int, *, at: datetime) -> tuple[str, ...]:
    """Every task address a person answers for at a moment: ``("post:12", "unit:34", …)``. One query.

    Own posts and units, and everything that they succeeded, so that what was sent to an office before a reorganisation
    is found by the office that took over.
    """
    return people.addresses_of(user_id, at=at)


def with_predecessors(unit_codes: Collection[str], *, on: date) -> frozenset[str]:
    """These codes of a day and those of the dissolved units that they took over."""
    return people.with_predecessors(unit_codes, day=on)


def unit_codes_of(user_id: int, *, at: datetime, least: int = 0) -> frozenset[str]:
    """The codes of a person's units and of those they took over: what was filed under them is theirs. One query.

    :param least: only units in which the person's post has at least this rank.
    """
    return people.unit_codes_of(user_id, at=at, least=least)


def may_act(user_id: int, address: str, *, at: datetime) -> bool:
    """Whether a person answers for an address at a moment."""
    return address in people.addresses_of(user_id, at=at)


def holdings_for(user_id: int, post_ids: Collection[int], *, at: datetime) -> dict[int, Holding]:
    """By which appointment a person answers for each of these posts at a moment; those they do not are missing. One
    query, none when the person was asked about before in the request."""
    return people.holdings_for(user_id, post_ids, at=at)


def absences_at(user_ids: Collection[int], *, at: datetime) -> dict[int, Away]:
    """Who of these people is registered as away at a moment, by which row and until when. One query."""
    return people.absences_at(user_ids, at=at)


def coming_absences(user_id: int, *, at: datetime) -> list[Absence]:
    """The absences of a person that are not over, the nearest first. One query."""
    return absences.coming(Absence.objects.filter(user_id=user_id), at=at)


def address_label(address: str, *, on: date | None = None) -> str:
    """What an address is called: "主税局 徴収課長", "主税局 徴収部 徴収課"; the address itself when it is gone."""
    kind, _, number = address.partition(":")
    now = snapshot(_day(on))
    key = int(number) if number.isdigit() else 0
    if kind == "post" and key in now.posts:
        return now.posts[key].label
    return now.units[key].full_name if kind == "unit" and key in now.units else address


def post_in_charge(unit_code: str, *, rank: int, on: date) -> PostView | None:
    """The first post of at least a rank, going up from a unit: who decides what the authority rules give that rank.

    In each unit the lowest sufficient rank counts; of several the one that comes first in the unit's order, a post
    without a special duty before one with. None when nobody that high stands above the unit (the governor decides
    nothing for the assembly's office).

    :raises UnknownUnit: no unit has the code on that day.
    """
    now = snapshot(on)
    place: UnitView | None = unit_on(unit_code, on=on)
    while place is not None:
        enough = [post for post in now.posts_in.get(place.id, ()) if post.rank >= rank]
        if enough:
            return min(enough, key=lambda post: (post.rank, bool(post.serves_as), post.position, post.id))
        place = now.units.get(place.parent_id) if place.parent_id else None
    return None


def speaking_post(bureau_code: str, *, at: datetime) -> PostView | None:
    """The post that is asked for a bureau first: the chief of the first section that has one in office; where no
    section has, the bureau's own chief. None where there is neither.
    """
    day = office_day(at)
    for view in units_below(bureau_code, on=day):
        for one in posts_of_rank(view.code, rank=Rank.SECTION_CHIEF, on=day)[:1]:
            if bureau_code_of(one.unit_code, on=day) == bureau_code and holders_of(one.id, at=at):
                return one
    return post_in_charge(bureau_code, rank=Rank.SECTION_CHIEF, on=day)


def reviewer_post(unit_code: str, *, duty: str, on: date) -> PostView | None:
    """The post of a unit's bureau that has a special duty; ``legal_review`` is 文書審査 (東京都事案決定規程: 審査).

    :raises UnknownUnit: no unit has the code on that day.
    """
    now = snapshot(on)
    bureau = unit_on(unit_code, on=on).bureau_code
    found = [
        post for post in now.posts.values() if post.serves_as == duty and now.units[post.unit_id].bureau_code == bureau
    ]
    return min(found, key=lambda post: (post.position, post.id), default=None)


def posts_serving(duty: str, *, on: date) -> tuple[PostView, ...]:
    """The posts of the whole city that have a special duty on a day, in the order of their units."""
    found = [post for post in snapshot(on).posts.values() if post.serves_as == duty]
    return tuple(sorted(found, key=lambda post: (post.unit_code, post.position, post.id)))


def duties(*, on: date) -> frozenset[str]:
    """The special duties (``legal_review``, ``personnel``, …) that some post of that day has."""
    return frozenset(post.serves_as for post in snapshot(on).posts.values() if post.serves_as)


def line_of(unit_code: str, *, on: date) -> tuple[str, ...]:
    """The codes of a unit and of all units above it, from below.

    :raises UnknownUnit: no unit has the code on that day.
    """
    now = snapshot(on)
    place: UnitView | None = unit_on(unit_code, on=on)
    codes: list[str] = []
    while place is not None:
        codes.append(place.code)
        place = now.units.get(place.parent_id) if place.parent_id else None
    return tuple(codes)


def common_superior(unit_codes: Collection[str], *, rank: int, on: date) -> PostView | None:
    """The first post of at least a rank that stands over all these units: the superior they have in common
    (共通の上司). None when nobody does (a commission has no superior in common with a bureau).

    :raises UnknownUnit: a unit does not exist on that day.
    """
    lines = [line_of(code, on=on) for code in unit_codes]
    shared = [code for code in lines[0] if all(code in line for line in lines)] if lines else []
    return post_in_charge(shared[0], rank=rank, on=on) if shared else None


def post_above(post_id: int, *, on: date) -> PostView | None:
    """Who is responsible where nobody in a post (of whatever time) can be: the next higher in its line. Of a post that
    is gone and has no successor, the post of at least its rank in what took its unit over, or above where the unit
    last stood. None at the top."""
    now, source = snapshot(on), structure()
    heirs = [post for key, post in now.posts.items() if key == post_id or post_id in now.post_line.get(key, ())]
    if heirs:
        return superior_post(f"post:{heirs[0].id}", on=on)
    row = next((one for one in source.posts if one.id == post_id), None)
    unit_id = row.unit_id if row else None
    while row is not None and unit_id is not None:
        units = successors_of(source.codes[unit_id], on=on)
        if units:
            return post_in_charge(units[0].code, rank=row.rank, on=on)
        last = max((one for one in source.versions if one.unit_id == unit_id), key=lambda one: one.valid_from)
        unit_id = last.parent_id
    return None


def posts_of_rank(unit_code: str, *, rank: int, on: date) -> tuple[PostView, ...]:
    """The posts of exactly a rank in the first unit, going up from a unit, that has any; in the unit's order, those
    without a special duty first.

    :raises UnknownUnit: no unit has the code on that day.
    """
    now = snapshot(on)
    for code in line_of(unit_code, on=on):
        here = [post for post in now.posts_in.get(now.units_by_code[code].id, ()) if post.rank == rank]
        if here:
            return tuple(sorted(here, key=lambda post: (bool(post.serves_as), post.position, post.id)))
    return ()


def superior_post(address: str, *, on: date) -> PostView | None:
    """Whom to tell when an address does not get to its work: above a post the next higher in its line, above a unit the
    chief of the unit (課長, 部長, 局長). None at the top, and for an address that is gone."""
    kind, _sign, number = address.partition(":")
    now = snapshot(on)
    key = int(number) if number.isdigit() else 0
    if kind == "post" and key in now.posts:
        below = now.posts[key]
        return post_in_charge(below.unit_code, rank=below.rank + 1, on=on)
    if kind == "unit" and key in now.units:
        return post_in_charge(now.units[key].code, rank=Rank.SECTION_CHIEF, on=on)
    return None


def sections(*, on: date) -> tuple[UnitView, ...]:
    """All sections (課) of a day in their official order."""
    found = [view for view in snapshot(on).units.values() if view.kind == UnitKind.SECTION]
    return tuple(sorted(found, key=lambda view: (view.bureau_code, view.position, view.code)))


def unit_named(text: str, *, on: date) -> UnitView | None:
    """The unit that a person means by a full name ("主税局 徴収部 徴収課", spaces do not matter) or a code."""
    now = snapshot(on)
    wanted = "".join(text.split())
    named = (view for view in now.units.values() if "".join(view.full_name.split()) == wanted)
    return now.units_by_code.get(text.strip()) or next(named, None)


def people_at(address: str, *, at: datetime) -> tuple[Holder, ...]:
    """Everybody who answers for a task address at a moment, each person once, those present first. One query."""
    return tuple(people.people_at(address, at=at))


def colleagues(addresses: Collection[str], *, at: datetime) -> tuple[tuple[int, str], ...]:
    """Those who answer for all of these task addresses, as choices (user id, name with post); those away are marked and
    come last. One query for each address."""
    groups = [people_at(address, at=at) for address in sorted(set(addresses))]
    if not groups:
        return ()
    common = set.intersection(*({one.user_id for one in group} for group in groups))
    return tuple(
        (one.user_id, f"{one.display_name}（{one.post.title}）" + (_("（不在）") if one.absent else ""))
        for one in groups[0]
        if one.user_id in common
    )


def holders(post_ids: Collection[int], *, at: datetime) -> dict[int, Holder]:
    """Who holds each post at a moment; vacant posts are missing. One query.

    Of several in one post (主事) the first who is present; of a sole post simply its holder, present or not.
    """
    return {post_id: found[0] for post_id, found in people.holders(post_ids, at=at).items()}


def holders_of(post_id: int, *, at: datetime) -> tuple[Holder, ...]:
    """Everybody who holds a post at a moment, those present first."""
    return tuple(people.holders([post_id], at=at).get(post_id, ()))


def holders_for(post_ids: Collection[int], *, at: datetime) -> dict[int, list[Holder]]:
    """Everybody who answers for each of these posts, also where it is one of before a reorganisation, those present
    first; empty where nobody does. One query."""
    return people.holders_for(post_ids, at=at)
