"""The Messaging API by LINE's own SDK, imported at the first use, in the worker: 70 MB that web processes save."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from .base import Messages, MessagingRefusedError, MessagingUnavailableError

TIMEOUT_SECONDS = 10
TAKEN_ALREADY = 409  # of a retry key: LINE has the message


class MessagingApi:
    def reply(self, reply_token: str, messages: Messages) -> None:
        from linebot.v3.messaging import ReplyMessageRequest

        body = ReplyMessageRequest.from_dict({"replyToken": reply_token, "messages": list(messages)})
        self._call(lambda api: api.reply_message(body, _request_timeout=TIMEOUT_SECONDS))

    def push(self, to: str, messages: Messages, *, retry_key: str) -> None:
        from linebot.v3.messaging import PushMessageRequest

        body = PushMessageRequest.from_dict({"to": to, "messages": list(messages)})
        self._call(
            lambda api: api.push_message(body, x_line_retry_key=retry_key, _request_timeout=TIMEOUT_SECONDS),
        )

    def language_of(self, line_id: str) -> str:
        profile = self._call(lambda api: api.get_profile(line_id, _request_timeout=TIMEOUT_SECONDS))
        return str(profile.language or "")[:2]

    def link_token(self, line_id: str) -> str:
        answer = self._call(lambda api: api.issue_link_token(line_id, _request_timeout=TIMEOUT_SECONDS))
        return str(answer.link_token)

    def _call(self, act: Callable[[Any], Any]) -> Any:
        from linebot.v3.messaging import ApiClient, ApiException, Configuration
        from linebot.v3.messaging import MessagingApi as Api

        configuration = Configuration(host=settings.LINE_API_URL, access_token=settings.LINE_CHANNEL_TOKEN)
        try:
            with ApiClient(configuration) as client:
                return act(Api(client))
        except ApiException as error:
            if error.status == TAKEN_ALREADY:
                return None
            if error.status == 429 or (error.status or 500) >= 500:
                raise MessagingUnavailableError(f"{error.status}") from error
            raise MessagingRefusedError(f"{error.status}: {error.body}"[:200]) from error
        except OSError as error:
            raise MessagingUnavailableError(type(error).__name__) from error
        except Exception as error:  # urllib3's errors are no OSErrors
            if type(error).__module__.startswith("urllib3"):
                raise MessagingUnavailableError(type(error).__name__) from error
            raise
