"""Webhooks: when failed deliveries are tried again, and what signatures look like."""

from __future__ import annotations

import base64

import pytest

from src.webhooks.addresses import is_open, read_address
from src.webhooks.schedule import JITTER, LONGEST, RETRIES, wait_after
from src.webhooks.signing import headers, new_secret

HOUR = 3600


def test_retries_go_on_for_three_days() -> None:
    assert 70 * HOUR < sum(RETRIES) < 80 * HOUR
    assert list(RETRIES) == sorted(RETRIES)


def test_waits_scatter_around_the_plan() -> None:
    for failures, planned in enumerate(RETRIES, start=1):
        waits = [wait_after(failures) or 0.0 for _ in range(200)]
        assert all(planned * (1 - JITTER) <= wait <= planned * (1 + JITTER) for wait in waits)
        assert max(waits) - min(waits) > planned * JITTER
    assert wait_after(len(RETRIES) + 1) is None


def test_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    assert wait_after(1, wanted=600) == 600
    assert wait_after(1, wanted=10 * LONGEST) == LONGEST
    assert (wait_after(2, wanted=1) or 0.0) > 200
    assert wait_after(1, [], wanted=600) is None


def test_the_example_of_the_specification() -> None:
    """From github.com/standard-webhooks: the same id, time, body and secret, hence signature."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the specification's
    body = b'{"test": 2432232314}'
    sent = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [secret])
    assert sent["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_long_and_all_different() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(base64.b64decode(s.removeprefix("whsec_"))) == 32 for s in made)


@pytest.mark.parametrize("text", ["8.8.8.8", "100.128.0.1", "2606:4700::1", "64:ff9b::808:808"])
def test_public_addresses(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert is_open(address)


@pytest.mark.parametrize("text", ["127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002::1"])
def test_other_addresses(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert not is_open(address)


@pytest.mark.parametrize("text", ["0177.0.0.1", "127.1", "0x7f.1", "example.com", "", "1.2.3.4 "])
def test_no_addresses(text: str) -> None:
    assert read_address(text) is None
