"""Pure rules of the seal inventory: what follows on what, when a seal may go, how the report counts.

押印の見直し (規制改革実施計画 2020-07-17; 「都政の構造改革 ver.0」 Project 2): a seal that rests on no rule is dropped
at once, one in a rule of the city after the rule is amended, one in a law after the nation has changed it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from .models import Basis, Disposition, State

Values = Mapping[str, Any]

# surveyed → classified → planned → rule_amended → abolished | retained (reviewed again) | state_request;
# from everywhere: removed, which is counted no more
MOVES: dict[str, tuple[str, ...]] = {
    "surveyed": ("classified", "abolished", "removed"),
    "classified": ("planned", "abolished", "retained", "state_request", "removed"),
    "planned": ("rule_amended", "classified", "retained", "removed"),
    "rule_amended": ("abolished", "planned", "removed"),
    "retained": ("classified", "removed"),
    "state_request": ("classified", "retained", "removed"),
    "abolished": ("removed",),
    "removed": (),
}
WITHOUT_RULE = frozenset({Basis.HABIT, Basis.NONE})
TO_GO = frozenset({Disposition.ABOLISH, Disposition.DIGITAL})
CLASSES = ("abolished", "to_abolish", "adjusting", "by_law", "certificate", "unclassified")


def is_habit(values: Values) -> bool:
    """Whether the seal rests on no rule at all: nothing has to be amended before it goes."""
    return values["basis"] in WITHOUT_RULE


def settled_state(values: Values) -> str:
    """The state that follows from what was found: with a class it is 区分済; to go and without a rule, 廃止済 at once.

    States beyond 区分済 are moved by people only.
    """
    state: str = values["state"]
    if state not in ("surveyed", "classified") or not values["disposition"]:
        return state
    return "abolished" if values["disposition"] in TO_GO and is_habit(values) else "classified"


def problems(values: Values) -> Iterator[tuple[str, str]]:
    """What a requirement may not say: (column, what is wrong). The database guards the same by constraints."""
    for key in ("affair", "document", "unit"):
        if not values[key]:
            yield key, _("空です。必ず書いてください。")
    if not is_habit(values) and not values["basis_text"]:
        yield (
            "basis_text",
            _(
                "法令、条例、規則、要綱に根拠があるときは、名前と条項を書いてください。慣行だけなら、根拠を「慣行」にします。"
            ),
        )
    if values["disposition"] == Disposition.BY_LAW and is_habit(values):
        yield "disposition", _("根拠が慣行だけのものは「法令等で規定」にできません。")
    if values["state"] not in ("surveyed", "removed") and not values["disposition"]:
        yield "disposition", _("区分を消すことはできません。")
    elif values["state"] in ("planned", "rule_amended") and values["disposition"] not in TO_GO:
        yield "disposition", _("改正の予定が入っています。先に「区分済にする」で戻してから、区分を変えてください。")
    elif values["state"] == "abolished" and values["disposition"] not in TO_GO:
        yield "disposition", _("廃止済のものの区分は変えられません。")
    if values["state"] == "state_request" and (values["basis"], values["disposition"]) != (
        Basis.LAW,
        Disposition.BY_LAW,
    ):
        yield "basis", _("国へ要望したものです。先に「区分済にする」で戻してから、根拠と区分を変えてください。")
    if values["disposition"] == Disposition.DIGITAL and values["substitute"] in ("", "nothing"):
        yield "substitute", _("デジタル代替にするときは、印に代わる方法を選んでください。")


def refusal_to_move(values: Values, to: str, *, amended_on: date | None, on: date) -> str:
    """Why a requirement may not move to a state on a day; empty when it may.

    ``amended_on`` is the day from which the amendment of its rule is in force.
    """
    if to not in MOVES[values["state"]]:
        words = {"now": State(values["state"]).label, "to": State(to).label}
        return _("「%(now)s」から「%(to)s」へは進めません。") % words
    if to == "abolished" and values["state"] == "classified" and not is_habit(values):
        return _("規定に根拠のある押印は、規定を改正してから廃止します。先に改正の予定を入れてください。")
    if to == "planned":
        if values["disposition"] not in TO_GO:
            return _("廃止予定かデジタル代替のものだけに、改正の予定を入れられます。")
        if not values["rule"] or not values["planned_on"]:
            return _("改正する規定と、改正の予定日を選んでください。")
    if to == "rule_amended" and (amended_on is None or amended_on > on):
        return _("規定の改正がまだ施行されていません。規定のページで改正を記録してください。")
    if to == "retained" and not (values["retained_reason"] and values["review_on"] and values["review_on"] > on):
        return _("残す理由と、見直す日（先の日付）を書いてください。")
    if to == "state_request" and (values["basis"] != Basis.LAW or values["disposition"] != Disposition.BY_LAW):
        return _("国へ要望するのは、法令に根拠があり「法令等で規定」としたものだけです。")
    return ""


def answer_day(as_of: date, closes_on: date, on: date) -> date:
    """From which day an answer counts: until the round closes it speaks of the round's day, later of its own."""
    return as_of if as_of < on <= closes_on else on


def class_of(state: str, disposition: str) -> str:
    """Where the report counts a seal (no removed one): 廃止済, 廃止予定, 取扱調整中, 法令等で規定あり, 表彰状など."""
    if state == State.ABOLISHED:
        return "abolished"
    if disposition in TO_GO:
        return "to_abolish"
    return disposition or "unclassified"
