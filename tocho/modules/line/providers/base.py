from collections.abc import Sequence
from typing import Any, Protocol

Messages = Sequence[dict[str, Any]]


class MessagingUnavailableError(Exception):
    """No answer, or one that says: later."""


class MessagingRefusedError(Exception):
    """The messages are not taken, now or ever; the message says why."""


class Sender(Protocol):
    def reply(self, reply_token: str, messages: Messages) -> None:
        """Answer an event, once, within a minute. :raises MessagingRefusedError: the token is used or too old."""

    def push(self, to: str, messages: Messages, *, retry_key: str) -> None:
        """Send unasked; the same key is taken once. :raises MessagingUnavailableError, MessagingRefusedError:"""

    def language_of(self, line_id: str) -> str:
        """The language of a friend's telephone ("ja", "en" …); "" where LINE does not tell."""

    def link_token(self, line_id: str) -> str:
        """A token to link an account with (ten minutes, once)."""
