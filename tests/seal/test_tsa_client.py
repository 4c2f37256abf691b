"""Several time-stamping authorities: whose turn it is, what an outage does, and which answers are not kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading

import pytest
from seal_samples import MINISTRY, START, refusal

from issuer.seal import der
from issuer.seal.http_fetch import Fetcher, FetchError
from issuer.seal.keystore import KeyStore
from issuer.seal.lock import Lock
from issuer.seal.pki import development_keys
from issuer.seal.signer import SoftSigner
from issuer.seal.time_stamping import TEST_POLICY, TimeStampAuthority
from issuer.seal.tsa_client import Limits, Trust, TsaClient, timestamp_request
from issuer.seal.tsa_turns import Clock, Turns
from issuer.seal.tsp import parse_token

NOW = START + dt.timedelta(days=21)
DIGEST = hashlib.sha256(b"a signature").digest()
A, B = "https://a.test/", "https://b.test/"


class Ticks(Clock):
    """Time that passes when somebody waits, and only then."""

    def __init__(self) -> None:
        self.time = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def wait(self, condition, seconds) -> None:
        self.waits.append(round(seconds, 3))
        self.time += seconds


@pytest.fixture(scope="module")
def authority(store, signer) -> TimeStampAuthority:
    return TimeStampAuthority(store.key("timestamp", "timestamp"), signer, clock=lambda: NOW)


@pytest.fixture
def client(store, authority):
    """A client whose network is a function: `answers[url](request)`."""

    def make(answers, *urls, limits=None, trust=None, clock=None):
        def fetch(url, body, content_type):
            assert content_type == "application/timestamp-query"
            return answers[url](body)

        return TsaClient(
            urls or tuple(answers),
            trust=trust or Trust([store.public_keys.root]),
            fetch=fetch,
            limits=limits,
            clock=clock or Ticks(),
            now=lambda: NOW,
        )

    return make


def down(request: bytes) -> bytes:
    raise FetchError("FETCH_UNREACHABLE", "neatbild", "does not answer")


def test_a_good_answer_is_kept(client, authority):
    asked = client({A: authority.answer})
    token = asked.stamp(DIGEST)
    assert token.imprint == DIGEST
    assert token.policy == TEST_POLICY
    assert asked.stamped == {A: 1}
    longer = hashlib.sha512(b"x").digest()
    assert asked.stamp(longer, "sha512").imprint == longer


def test_the_next_authority_answers_when_the_first_does_not(client, authority):
    asked = client({A: down, B: authority.answer})
    for _ in range(3):
        assert asked.stamp(DIGEST).imprint == DIGEST
    assert asked.stamped == {A: 0, B: 3}


def test_when_it_comes_back_the_first_is_asked_again(client, authority):
    clock = Ticks()
    answers = {A: down, B: authority.answer}
    asked = client(answers, clock=clock)
    asked.stamp(DIGEST)
    answers[A] = authority.answer
    clock.time += 10
    asked.stamp(DIGEST)
    assert asked.stamped == {A: 1, B: 1}


def test_an_outage_of_all_ends_in_words_after_patience(client):
    clock = Ticks()
    asked = client({A: down, B: down}, clock=clock, limits=Limits(patience=30))
    assert refusal(asked.stamp, DIGEST) == "FETCH_UNREACHABLE"
    assert 30 < clock.time < 120
    # Another thread, that has not asked itself, hears that nobody answers.
    assert refusal(asked.stamp, DIGEST) in ("TSA_UNREACHABLE", "FETCH_UNREACHABLE")


def test_one_that_asks_to_be_left_alone_is(client, authority):
    clock = Ticks()
    calls = []

    def busy_once(request: bytes) -> bytes:
        calls.append(clock.time)
        if len(calls) == 1:
            error = FetchError("FETCH_STATUS", "429", "429")
            error.retry_after = 17.0
            raise error
        return authority.answer(request)

    client({A: busy_once}, clock=clock).stamp(DIGEST)
    assert calls == [0.0, 17.0]


def test_the_rate_is_kept():
    clock = Ticks()
    turns = Turns([A], 8, 10.0, 30.0, clock)
    for _ in range(21):
        turns.succeeded(turns.take())
    assert clock.time == pytest.approx(2.0)


def test_no_more_are_under_way_than_allowed(client, authority):
    """Real threads: eight callers, three places."""
    under_way, most, lock = 0, 0, threading.Lock()
    gate = threading.Barrier(3, timeout=10)

    def slow(request: bytes) -> bytes:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        gate.wait()  # three are in here together, or the test fails
        with lock:
            under_way -= 1
        return authority.answer(request)

    asked = client({A: slow}, limits=Limits(parallel=3), clock=Clock())
    threads = [threading.Thread(target=asked.stamp, args=(DIGEST,)) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 3
    assert asked.stamped == {A: 9}


def test_failures_of_one_outage_count_once():
    clock = Ticks()
    turns = Turns([A], 8, None, 30.0, clock)
    for _ in range(8):
        turns.take()
    for _ in range(8):
        turns.failed(A, None)
    turns.take()
    assert clock.time == pytest.approx(0.5)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory) -> TimeStampAuthority:
    """An authority of somebody else's PKI that looks just like ours."""
    folder = tmp_path_factory.mktemp("foreign")
    lock = Lock.new(key_file=folder / "key")
    keys = development_keys([MINISTRY], MINISTRY, algorithm="ES256", start=START)
    KeyStore.create(folder / "keys", keys, lock=lock, made_at=START, is_test=True)
    store = KeyStore.open(folder / "keys", key_file=folder / "key")
    return TimeStampAuthority(store.key("timestamp", "timestamp"), SoftSigner(store), clock=lambda: NOW)


def answer_of(authority, *, digest=DIGEST, nonce=7) -> bytes:
    return authority.answer(timestamp_request(digest, "sha256", nonce))


def test_answers_that_are_not_kept(client, authority, foreign, store, signer):
    asked = client({A: down})
    good = answer_of(authority)
    assert asked.verify(good, DIGEST, "sha256", 7).raw == parse_token(der.read(good).children()[1].raw).raw
    assert refusal(asked.verify, good, DIGEST, "sha256", 8) == "TSA_ANSWER"  # replayed: another nonce
    other = answer_of(authority, digest=bytes(32))
    assert refusal(asked.verify, other, DIGEST, "sha256", 7) == "TSA_ANSWER"
    assert refusal(asked.verify, answer_of(foreign), DIGEST, "sha256", 7) == "TSA_CHAIN"
    assert refusal(asked.verify, b"<html>", DIGEST, "sha256", 7) == "TSP_FORM"
    assert refusal(asked.verify, authority.answer(b""), DIGEST, "sha256", 7) == "TSA_REFUSED"
    broken = bytearray(good)
    broken[-1] ^= 1
    assert refusal(asked.verify, bytes(broken), DIGEST, "sha256", 7) == "TSP_SIGNATURE"
    late = TimeStampAuthority(
        store.key("timestamp", "timestamp"), signer, clock=lambda: NOW + dt.timedelta(hours=1)
    )
    assert refusal(asked.verify, answer_of(late), DIGEST, "sha256", 7) == "TSA_TIME"
    strict = client({A: down}, trust=Trust([store.public_keys.root], policies={"0.4.0.2023.1.1"}))
    assert refusal(strict.verify, good, DIGEST, "sha256", 7) == "TSA_POLICY"


def test_an_authority_whose_certificate_has_ended_is_not_trusted(client, store, signer):
    after = START + dt.timedelta(days=365 * 11)
    old = TimeStampAuthority(store.key("timestamp", "timestamp"), signer, clock=lambda: after)
    asked = client({A: down}, trust=Trust([store.public_keys.root], clock_error=None))
    assert refusal(asked.verify, answer_of(old), DIGEST, "sha256", 7) == "TSA_CHAIN"


def test_a_wrong_answer_sends_the_client_to_the_next(client, authority, foreign):
    asked = client({A: foreign.answer, B: authority.answer})
    asked.stamp(DIGEST)
    assert asked.stamped == {A: 0, B: 1}


@pytest.mark.parametrize("url", ["", "ftp://a/", "http://", "/tsa", "http://[", "file:///etc/passwd"])
def test_only_http_addresses_are_fetched(url):
    assert refusal(Fetcher(), url) == "FETCH_ADDRESS"


def test_nobody_there_is_said_in_words():
    assert refusal(Fetcher(), "http://127.0.0.1:1/tsa") == "FETCH_UNREACHABLE"
