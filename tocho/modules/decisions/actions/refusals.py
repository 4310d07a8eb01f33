from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tocho.lib.errors import Refused

from ..rules import Alone, Illegal, Why


class StepGone(Refused):
    """The station is no longer open: someone acted first, or the draft went back."""


class NotYourStep(Refused):
    """The actor may not act here: another's post, another's turn, the own draft."""


class DraftRefused(Refused):
    """The draft cannot be made, circulated or taken back in its present state."""


class Changed(Refused):
    """The draft was revised after the actor had read it."""


class RuleChanged(Refused):
    """Another authority table is in force now, by which another decides or others must be asked."""


class NotAbsent(Refused):
    """代決 is not possible: the decider is there, or the actor does not stand in the order."""


WORDS: dict[Why, tuple[type[Refused], str | Promise]] = {
    Why.GONE: (StepGone, _("ほかの操作が先に行われました。画面を開き直して、いまの状態を確かめてください。")),
    Why.ON_HOLD: (StepGone, _("この事案は保留されています。保留を解いてから処理してください。")),
    Why.NOT_YOURS: (NotYourStep, _("この職にいまいる人だけが処理できます。任期や兼務の登録を確かめてください。")),
    Why.OWN_DRAFT: (NotYourStep, _("自分が起案した案件を、自分で承認・決定することはできません。")),
    Why.OWN_ACT: (NotYourStep, _("自分が行った処理を、自分で後閲することはできません。")),
    Why.NOT_DRAFTER: (DraftRefused, _("回付できるのは、起案した人だけです。")),
    Why.NOT_DECIDER: (NotYourStep, _("これは決定権者だけができます。差し戻しを使ってください。")),
    Why.NOT_CIRCULABLE: (
        DraftRefused,
        _("この起案はもう回付できません。画面を開き直して、いまの状態を確かめてください。"),
    ),
    Why.NOT_PULLABLE: (DraftRefused, _("引き戻せるのは、回付中の自分の起案だけです。")),
    Why.ALREADY_ANSWERED: (
        DraftRefused,
        _("すでに関与者が処理したため、そのままでは引き戻せません。引戻しへの同意を依頼してください。"),
    ),
    Why.NOT_DEFERRABLE: (DraftRefused, _("後閲にできるのは、まだ処理していない審議と協議だけです。")),
    Why.NEEDS_REASON: (Refused, _("理由を入力してください。起案者と関与者に伝わります。")),
    Why.NEEDS_URGENCY: (Refused, _("代決には、急ぐ理由を入力してください。決定の記録に残ります。")),
    Why.ONLY_CONSULTED_OBJECT: (NotYourStep, _("異議を述べられるのは、協議を受けた人だけです。")),
    Why.NOTHING_TO_PULL_UP: (StepGone, _("引き上げる相手がいません。そのまま処理できます。")),
    Why.CHECK_CANNOT_BE_PASSED: (
        NotYourStep,
        _("審査がまだ終わっていません。審査は引き上げられません。審査の担当に知らせてください。"),
    ),
    Why.COMMON_SUPERIOR_DECIDES: (
        NotYourStep,
        _("異議が残っています。関与者に共通の上司が決定します。協議先に差し戻すと、改めてその上司まで回付されます。"),
    ),
    Why.OBJECTION_NEEDS_REASON: (Refused, _("異議が残ったまま決定するときは、その理由を意見に書いてください。")),
    Why.ONLY_DECISION_DEPUTISED: (NotYourStep, _("代決できるのは決定だけです。審議や協議は後閲にできます。")),
    Why.YOU_ARE_THE_DECIDER: (NotYourStep, _("あなた自身が決定権者です。代決ではなく、決定してください。")),
    Why.DECIDER_IS_THERE: (NotAbsent, _("決定権者の不在が登録されていません。代決はできません。")),
    Why.NOT_IN_THE_ORDER: (NotAbsent, _("事案決定規程の定める代決者ではないため、代決できません。")),
    Why.ANOTHER_DEPUTY_FIRST: (NotAbsent, _("先の順位の代決者がいます。その人に代決を依頼してください。")),
    Why.WEIGHTY_NEEDS_INSTRUCTION: (
        NotAbsent,
        _("重要・異例・先例となる事案や異議のある事案は、あらかじめ受けた指示を入力しなければ代決できません。"),
    ),
    Why.NOT_AN_EARLIER_STATION: (StepGone, _("差し戻す先は、すでに処理した関与者から選んでください。")),
    Why.POST_REVIEW_LEFT: (Refused, _("後閲が残っています。すべて済むと完結できます。")),
    Why.ALREADY_ISSUED: (
        Refused,
        _("施行した決定の施行は取り消せません。取消し・変更の決定を起案してください。"),
    ),
    Why.CHANGED: (
        Changed,
        _("開いたあとで改訂されました。いまの案を読んで、もう一度処理してください。"),
    ),
    Why.DELEGATION_ENDED: (
        NotYourStep,
        _("この決定の委任は終わりました。差し戻してください。起案し直すと、いまの決定権者に回付されます。"),
    ),
    Why.NOT_ON_THE_ROUTE: (NotYourStep, _("供覧に付せるのは、起案した人と関与者だけです。")),
}


def refused(illegal: Illegal) -> Refused:
    """The refusal that a person reads."""
    kind, words = WORDS[illegal.why]
    return kind(str(words))


APART: dict[Alone, str | Promise] = {
    Alone.GONE: _("ほかの操作が先に行われました。"),
    Alone.ON_HOLD: _("保留されています。"),
    Alone.OWN_DRAFT: _("自分が起案した案件です。"),
    Alone.TO_BE_READ: _("後閲と供覧は、開いて読んでから記録します。"),
    Alone.CHANGED: _("一覧を見たあとで改訂されました。開いて確かめてください。"),
    Alone.ASKED_BACK: _("起案者が引戻しを依頼しています。"),
    Alone.OBJECTION: _("異議があります。開いて、意見を書いて処理してください。"),
    Alone.WEIGHTY: _("重要・異例・先例となる事案です。開いて処理してください。"),
    Alone.REVISED: _("改訂されています。何が変わったかを読んでから処理してください。"),
}


def apart(why: Alone | None) -> str:
    """Why a matter is left out of what is answered together, as a person reads it; "" when it is not."""
    return str(APART[why]) if why else ""
