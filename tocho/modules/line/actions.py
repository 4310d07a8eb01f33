"""What is done when LINE tells something, and when an application that a friend follows moves."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tocho.core.jobs.api import app as jobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Entry, Subject
from tocho.modules.procedures import api as procedures

from .models import Arrival, Following, Friend, Push, Ticket
from .providers import MessagingRefusedError, MessagingUnavailableError, sender
from .queries import KINDS, found_messages, state_messages, told_of, welcome, words_for
from .rules import KEPT_DAYS, TICKET_LIFE, Message, button_message, new_code, said, text_message, word_digest

READER = "line.pushes"


@transaction.atomic
def take_events(*, events: Iterable[Mapping[str, Any]], at: datetime) -> int:
    """Keep what LINE told, each event once, and let jobs answer; returns how many were new. LINE wants its 200 soon."""
    fresh = [Arrival(event_id=str(event["webhookEventId"])[:64], event=event, arrived_at=at) for event in events]
    known = set(Arrival.objects.filter(event_id__in=[a.event_id for a in fresh]).values_list("event_id", flat=True))
    Arrival.objects.bulk_create([one for one in fresh if one.event_id not in known], ignore_conflicts=True)
    new = Arrival.objects.filter(event_id__in=[a.event_id for a in fresh], handled_at=None)
    for arrival_id in new.exclude(event_id__in=known).order_by("id").values_list("id", flat=True):
        jobs.configure_task("line.handle_event", priority=1).defer(arrival_id=arrival_id)
    return len(fresh) - len(known)


def handle_event(*, arrival_id: int, at: datetime) -> None:
    """Do what an event asks for, then answer it.

    What is changed here and that it was handled is one transaction; the answer goes out after it, since it cannot be
    taken back: where the worker is killed in between, the friend asks again.
    """
    with transaction.atomic():
        arrival = Arrival.objects.select_for_update().get(id=arrival_id)
        if arrival.handled_at is not None:
            return
        event = arrival.event
        friend = _friend(event, at=at)
        messages: list[Message] = []
        if friend is not None:
            with translation.override(friend.language):
                messages = _answer(friend, event, at=at)
        arrival.handled_at = at
        arrival.save(update_fields=["handled_at"])
    if friend is not None and messages and event.get("replyToken"):
        _reply(friend, event["replyToken"], messages, retry_key=_retry_key(arrival_id))


def _retry_key(arrival_id: int) -> str:
    return f"00000000-0000-4000-8000-{arrival_id:012x}"


def _reply(friend: Friend, token: str, messages: list[Message], *, retry_key: str) -> None:
    """Answer by the event's token; where that is too old, by ourselves."""
    try:
        sender().reply(token, messages)
    except MessagingRefusedError:
        sender().push(friend.line_id, messages, retry_key=retry_key)


def _friend(event: Mapping[str, Any], *, at: datetime) -> Friend | None:
    """Who the event is from; None for groups and for rooms, which are not answered."""
    source = event.get("source") or {}
    if source.get("type") != "user" or not source.get("userId"):
        return None
    friend, made = Friend.objects.get_or_create(line_id=str(source["userId"])[:64], defaults={"added_at": at})
    if made:
        _record(friend, "line.friend_added", at=at)
    return friend


def _answer(friend: Friend, event: Mapping[str, Any], *, at: datetime) -> list[Message]:
    match event.get("type"):
        case "follow":
            return _welcome(friend)
        case "unfollow":
            _block(friend, at=at)
        case "accountLink":
            return _link(friend, event.get("link") or {}, at=at)
        case "message" if (event.get("message") or {}).get("type") == "text":
            return _talk(friend, str(event["message"].get("text") or ""), at=at)
        case "message":
            return [text_message(_("文字で送ってください。書類や写真は、申請の画面で付けられます。"))]
    return []


def _welcome(friend: Friend) -> list[Message]:
    try:
        language = sender().language_of(friend.line_id)
    except (MessagingRefusedError, MessagingUnavailableError):
        language = ""
    friend.language, friend.blocked_at = ("ja" if language in ("", "ja") else "en"), None
    friend.save(update_fields=["language", "blocked_at"])
    with translation.override(friend.language):
        return welcome()


def _block(friend: Friend, *, at: datetime) -> None:
    """Who blocks the account is told nothing more, and what tied the telephone to anything is gone."""
    friend.blocked_at, friend.user, friend.linked_at = at, None, None
    friend.save(update_fields=["blocked_at", "user", "linked_at"])
    friend.followings.all().delete()
    _record(friend, "line.friend_gone", at=at)


def _talk(friend: Friend, text: str, *, at: datetime) -> list[Message]:
    intent, rest = said(text)
    match intent:
        case "link":
            return _offer_link(friend)
        case "unlink":
            unlink(friend_id=friend.id, at=at)
            return [text_message(_("連携をやめました。"))]
        case "state":
            return state_messages(friend, at=at)
        case "follow":
            return _follow(friend, rest, at=at)
        case "search":
            return found_messages(rest)
    return welcome()


def _offer_link(friend: Friend) -> list[Message]:
    token = sender().link_token(friend.line_id)
    url = f"{settings.SITE_URL}{reverse('line:link')}?linkToken={token}"
    return [button_message(_("ログインして、このLINEとつなぎます。"), label=_("連携する"), url=url)]


@transaction.atomic
def make_link_ticket(*, user_id: int, at: datetime) -> str:
    """The nonce with which LINE confirms that a telephone belongs to this person's account (account link, once)."""
    nonce = secrets.token_urlsafe(32)
    Ticket.objects.create(
        kind=Ticket.Kind.LINK, digest=word_digest(nonce), user_id=user_id, made_at=at, expires_at=at + TICKET_LIFE
    )
    return nonce


@transaction.atomic
def make_follow_ticket(*, application_id: int, at: datetime) -> str:
    """The word to send in the talk in order to be told of one application."""
    code = new_code()
    Ticket.objects.create(
        kind=Ticket.Kind.FOLLOW,
        digest=word_digest(code),
        application_id=application_id,
        made_at=at,
        expires_at=at + TICKET_LIFE,
    )
    return code


def _use(kind: Ticket.Kind, word: str, *, at: datetime) -> Ticket | None:
    """The ticket of a word, used up; None where it is unknown, used or too old."""
    ticket = (
        Ticket.objects.select_for_update()
        .filter(kind=kind, digest=word_digest(word), used_at=None, expires_at__gt=at)
        .first()
    )
    if ticket is not None:
        ticket.used_at = at
        ticket.save(update_fields=["used_at"])
    return ticket


def _link(friend: Friend, link: Mapping[str, Any], *, at: datetime) -> list[Message]:
    ticket = _use(Ticket.Kind.LINK, str(link.get("nonce") or ""), at=at) if link.get("result") == "ok" else None
    if ticket is None:
        return [text_message(_("連携できませんでした。もう一度「連携」と送ってください。"), quick=[_("連携")])]
    friend.user_id, friend.linked_at = ticket.user_id, at
    friend.save(update_fields=["user", "linked_at"])
    _record(friend, "line.linked", at=at)
    return [
        text_message(_("アカウントとつなぎました。申請の状態が変わると、ここでお知らせします。"), quick=[_("状況")])
    ]


@transaction.atomic
def unlink(*, friend_id: int, at: datetime) -> None:
    """Part a telephone from the account. Done again it changes nothing."""
    friend = Friend.objects.select_for_update().get(id=friend_id)
    if friend.user_id is None:
        return
    _record(friend, "line.unlinked", at=at)
    friend.user, friend.linked_at = None, None
    friend.save(update_fields=["user", "linked_at"])


def _follow(friend: Friend, code: str, *, at: datetime) -> list[Message]:
    ticket = _use(Ticket.Kind.FOLLOW, code, at=at)
    if ticket is None or ticket.application_id is None:
        return [text_message(_("この番号は使えません。申請の状況の画面で、新しい番号を出してください。"))]
    follow(friend_id=friend.id, application_id=ticket.application_id, at=at)
    news = procedures.news_of([ticket.application_id])[ticket.application_id]
    text = _("%(title)s（%(number)s）の知らせを、ここに送ります。") % {"title": news.title, "number": news.number}
    return [button_message(text, label=_("状況を見る"), url=settings.SITE_URL + news.link)]


@transaction.atomic
def follow(*, friend_id: int, application_id: int, at: datetime) -> None:
    """Tell a friend of one application from now on. Done again it changes nothing."""
    _following, made = Following.objects.get_or_create(
        friend_id=friend_id, application_id=application_id, defaults={"since": at}
    )
    if made:
        ledger.append(
            subject=Subject("application", application_id), kind="application.followed", actor=Actor(), at=at,
            data={"channel": "line"},
        )  # fmt: skip


@transaction.atomic
def unlink_account(*, user_id: int) -> None:
    """The account was closed: its friends are told nothing by it any more (recorded with the closing)."""
    Friend.objects.filter(user_id=user_id).update(user=None, linked_at=None)


@transaction.atomic
def stop_following(*, application_id: int) -> None:
    """The application was erased: nobody follows it any more (recorded with the erasure)."""
    Following.objects.filter(application_id=application_id).delete()


@transaction.atomic
def make_pushes(*, at: datetime) -> int:
    """A message to each friend who is told of what happened to an application since the last time; returns how many."""
    if not settings.LINE_CHANNEL_TOKEN:
        return 0
    entries = [one for one in ledger.read_new(reader=READER, kinds=KINDS) if one.subject.type == "application"]
    friends = told_of({entry.subject.id for entry in entries})
    made = [
        Push(friend=friend, entry_id=entry.id, messages=[_news(entry, friend)], made_at=at)
        for entry in entries
        for friend in friends.get(entry.subject.id, ())
    ]
    for push in Push.objects.bulk_create(made):
        jobs.configure_task("line.send_push").defer(push_id=push.id)
    return len(made)


def _news(entry: Entry, friend: Friend) -> Message:
    with translation.override(friend.language):
        news = procedures.news_of([entry.subject.id])[entry.subject.id]
        return button_message(words_for(entry.kind, news), label=_("状況を見る"), url=settings.SITE_URL + news.link)


def send_push(*, push_id: int, at: datetime) -> None:
    """Send a message. LINE takes it once, whatever is killed when (``X-Line-Retry-Key``).

    :raises MessagingUnavailableError: the job tries again.
    """
    push = Push.objects.select_related("friend").get(id=push_id)
    if push.state != Push.State.WAITING or push.friend.blocked_at is not None:
        return
    try:
        sender().push(push.friend.line_id, push.messages, retry_key=str(push.retry_key))
        state, problem = Push.State.SENT, ""
    except MessagingRefusedError as error:
        state, problem = Push.State.FAILED, str(error)[:200]
    Push.objects.filter(id=push_id, state=Push.State.WAITING).update(state=state, problem=problem, sent_at=at)


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Empty what people typed, and drop used tickets, after some days; returns how many events were emptied."""
    before = at - timedelta(days=KEPT_DAYS)
    Ticket.objects.filter(expires_at__lt=before).delete()
    Push.objects.filter(made_at__lt=before).exclude(messages=[]).update(messages=[])
    return Arrival.objects.filter(handled_at__lt=before).exclude(event={}).update(event={})


def _record(friend: Friend, kind: str, *, at: datetime) -> None:
    ledger.append(subject=Subject("line_friend", friend.id), kind=kind, actor=Actor(user_id=friend.user_id), at=at)
