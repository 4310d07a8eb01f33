import base64
from datetime import UTC, datetime

import pytest

from tocho.engines.rest.openapi import has_nul
from tocho.engines.rest.rules import is_public, new_secret, next_try, request_digest, secret_digest, signed_headers

AT = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


def test_signature_is_that_of_the_standard_webhooks_specification() -> None:
    """The example of the published specification (standard-webhooks), recomputed from its secret, id and body."""
    headers = signed_headers(
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, tz=UTC),
        body=b'{"test": 2432232314}',
    )
    assert headers["Webhook-Signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_differ_and_are_found_by_their_digest() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert len({secret_digest(secret) for secret in secrets}) == 50
    assert all(len(base64.urlsafe_b64decode(secret[3:] + "=")) == 32 for secret in secrets)


def test_tries_come_ever_more_rarely_and_end() -> None:
    pauses = [next_try(tries) for tries in range(1, 9)]
    assert pauses[-1] is None
    assert pauses[:-1] == sorted(pauses[:-1])  # type: ignore[type-var]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_addresses_outside_are_public(address: str) -> None:
    assert is_public(address)


def test_another_body_or_path_is_another_request() -> None:
    one = request_digest("POST", "/a", b"x")
    assert one == request_digest("POST", "/a", b"x")
    assert (
        len(
            {
                one,
                request_digest("PUT", "/a", b"x"),
                request_digest("POST", "/b", b"x"),
                request_digest("POST", "/a", b"y"),
            }
        )
        == 4
    )


def test_nul_is_found_wherever_it_hides() -> None:
    assert has_nul({"a": [{"b": "x\0"}]})
    assert has_nul({"a\0": 1})
    assert not has_nul({"a": [1, None, "x"]})
