from importlib import import_module
from typing import Any

import pytest
from django.conf import settings

from tocho.core.accounts import api as accounts

pytestmark = pytest.mark.django_db
Store: Any = import_module(settings.SESSION_ENGINE).SessionStore


def test_two_links_opened_at_once_in_one_browser_both_count() -> None:
    begun = Store()
    begun["signings"] = ["first"]
    begun.save()
    one, two = Store(begun.session_key), Store(begun.session_key)
    assert one["signings"] == two["signings"] == ["first"]  # both requests have read before either writes
    for store, value in ((one, "a"), (two, "b")):
        accounts.remember(store, "signings", value, most=3)
        assert not store.modified
    assert Store(begun.session_key)["signings"] == ["first", "a", "b"]
    accounts.remember(one, "signings", "a", most=3)
    assert Store(begun.session_key)["signings"] == ["first", "b", "a"]


def test_a_new_session_is_left_to_the_response() -> None:
    store = Store()
    accounts.remember(store, "signings", "a", most=3)
    assert (store.modified, store.session_key, store["signings"]) == (True, None, ["a"])
