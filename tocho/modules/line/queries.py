from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocho.engines.search import api as search
from tocho.modules.procedures import api as procedures

from .models import Following, Friend
from .rules import Hit, Message, button_message, cards_message, help_messages, nothing_found

SHOWN = 10


def words_for(kind: str, news: procedures.ApplicationNews) -> str:
    """What a friend is told when this happens to an application; "" for what is not told."""
    texts = {
        "application.submitted": _("申請を受け付けました。"),
        "application.fee_collected": _("手数料の納付を確かめました。審査を始めます。"),
        "application.correction_requested": _("内容の補正をお願いします。期限までに直してください。"),
        "application.corrected": _("補正を受け取りました。審査を続けます。"),
        "application.correction_expired": _("補正の期限が過ぎました。担当の部署が確認します。"),
        "application.withdrawn": _("申請の取下げを受け付けました。"),
        "application.closed": _("手続が終わりました。結果を確かめてください。"),
        "notice.released": _("通知が届いています。"),
        "message.answered": _("担当の部署から新しいメッセージがあります。"),
    }
    return f"{news.title} {news.number}\n{texts[kind]}" if kind in texts else ""


KINDS = (
    "application.submitted",
    "application.fee_collected",
    "application.correction_requested",
    "application.corrected",
    "application.correction_expired",
    "application.withdrawn",
    "application.closed",
    "notice.released",
    "message.answered",
)


def told_of(application_ids: Iterable[int]) -> dict[int, list[Friend]]:
    """The friends who are told of each application: those who follow it, and those whose account it belongs to."""
    news = procedures.news_of(application_ids)
    owners = {one.user_id for one in news.values() if one.user_id}
    linked = Friend.objects.filter(user_id__in=owners, blocked_at=None)
    by_user: dict[int, list[Friend]] = {}
    for friend in linked:
        by_user.setdefault(friend.user_id or 0, []).append(friend)
    found = {one.id: list(by_user.get(one.user_id, ())) if one.user_id else [] for one in news.values()}
    for following in Following.objects.select_related("friend").filter(
        application_id__in=list(news), friend__blocked_at=None
    ):
        if following.friend not in found[following.application_id]:
            found[following.application_id].append(following.friend)
    return found


def found_messages(text: str) -> list[Message]:
    """The procedures that a text looks for, as cards; what people come for most where there are none."""
    hits = search.search(text, kinds=["procedure"], limit=SHOWN)
    if not hits:
        return nothing_found(text, _popular())
    cards = [Hit(hit.title, hit.excerpt, settings.SITE_URL + hit.url) for hit in hits]
    return [cards_message(_("「%(text)s」の手続") % {"text": text[:100]}, cards, label=_("見る・申請する"))]


def state_messages(friend: Friend, *, at: datetime) -> list[Message]:
    """Where the applications of a friend are: those that are followed, and those of the linked account."""
    followed = friend.followings.order_by("-id").values_list("application_id", flat=True)[:SHOWN]
    news = {**procedures.news_of(followed), **procedures.news_of_user(friend.user_id, limit=SHOWN)}
    if not news:
        link = settings.SITE_URL + reverse("line:about")
        text = _(
            "知らせる申請はまだありません。申請の状況の画面で「LINEで知らせを受け取る」を押すか、「連携」と送ってください。"
        )
        return [button_message(text, label=_("くわしく"), url=link)]
    rows = sorted(news.values(), key=lambda one: -one.id)[:SHOWN]
    cards = [Hit(one.title, f"{one.state_label}　{one.number}".strip(), settings.SITE_URL + one.link) for one in rows]
    return [cards_message(_("申請の状況"), cards, label=_("状況を見る"))]


def welcome() -> list[Message]:
    """What a new friend, or who asks for help, is told."""
    return help_messages(_popular())


def _popular() -> Sequence[str]:
    return [card.title for card in procedures.popular(get_language() or "ja", limit=3)]
