"""Whom and what somebody means by a name that was typed."""

from datetime import date

from django.utils.translation import gettext as _

from tocho.core.accounts.models import User, UserKind
from tocho.core.org.queries.structure import snapshot
from tocho.lib.errors import Refused


def person_named(text: str) -> int:
    """The employee with this user name, or the only one with this name (spaces do not matter).

    :raises Refused: nobody, or more than one.
    """
    people = User.objects.filter(kind=UserKind.EMPLOYEE, is_active=True)
    found = list(people.filter(username__iexact=text)[:1]) or list(people.filter(display_name=text)[:2])
    if len(found) == 1:
        return found[0].id
    words = _("「%(name)s」という職員は見つかりません。職員番号で入力してください。")
    if found:
        words = _("「%(name)s」という職員は2人以上います。職員番号で入力してください。")
    raise Refused(words % {"name": text})


def post_titled(office: str, title: str, *, on: date) -> int:
    """The post with this title in the office with this full name on a day. :raises Refused: there is none."""
    wanted = "".join(office.split())
    now = snapshot(on)
    for post in now.posts.values():
        if post.title == title and "".join(now.units[post.unit_id].full_name.split()) == wanted:
            return post.id
    words = _("「%(office)s」に「%(title)s」という職は見つかりません。組織の名前は局から入力してください。")
    raise Refused(words % {"office": office, "title": title})
