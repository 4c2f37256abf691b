"""Remote seals (CSC API): an outside v1 server, a strict v2 one; batches, ends of authorisations, half failures."""

from __future__ import annotations

import hashlib

import pytest
from csc_world import LABELS, DummyV1, StrictV2, make_pki, seal_key
from seal_samples import fits, refusal

from issuer.seal.csc_signer import CscSigner

MESSAGES = [f"dokuments {n}".encode() for n in range(25)]
DIGESTS = [hashlib.sha256(message).digest() for message in MESSAGES]


class Clock:
    """Time that passes when somebody sleeps, or says so."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("csc")


@pytest.fixture(scope="module")
def pki(home):
    return make_pki(home)


@pytest.fixture(scope="module")
def dummy(home, pki):
    server = DummyV1(home)
    yield server
    server.end()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def service(pki, clock):
    server = StrictV2(pki, now=clock.monotonic)
    yield server
    server.end()


@pytest.fixture
def key(pki):
    return seal_key(pki, "ES256")


def signer_of(service, key, clock, **options) -> CscSigner:
    options = {"access_token": lambda: service.token} | options
    return CscSigner(
        service.url,
        "v2",
        {key.key_id: LABELS[key.algorithm]},
        sleep=clock.sleep,
        monotonic=clock.monotonic,
        **options,
    )


def assert_whole(key, signatures, messages=MESSAGES) -> None:
    for message, signature in zip(messages, signatures, strict=True):
        assert fits(key.certificate, key.algorithm, message, signature)


@pytest.mark.parametrize(("algorithm", "count"), [("ES256", 25), ("RS256", 4), ("PS256", 4)])
def test_an_outside_service_of_version_1(dummy, algorithm, count):
    key = dummy.key(algorithm)
    signer = CscSigner(dummy.url, "v1", {key.key_id: f"pki/{LABELS[algorithm]}"})
    assert_whole(key, signer.sign_many(key, DIGESTS[:count]), MESSAGES[:count])
    assert signer.sign_many(key, []) == []


def test_an_outside_service_refuses_what_it_does_not_have(dummy, key, clock):
    signer = CscSigner(dummy.url, "v1", {key.key_id: "pki/none"}, sleep=clock.sleep)
    assert refusal(signer.sign_many, key, DIGESTS) == "SIGN_CSC_REFUSED"


@pytest.mark.parametrize(("algorithm", "groups"), [("ES256", [10, 10, 5]), ("RS256", [4]), ("PS256", [4])])
def test_a_strict_service_of_version_2(service, pki, clock, algorithm, groups):
    """Ten signatures per authorisation: each group is authorised for its hashes, then signed."""
    key, count = seal_key(pki, algorithm), sum(groups)
    assert_whole(key, signer_of(service, key, clock).sign_many(key, DIGESTS[:count]), MESSAGES[:count])
    calls = [(name, n) for n in groups for name in ("credentials/authorize", "signatures/signHash")]
    assert service.calls == [("credentials/info", 0), *calls]
    assert clock.slept == []


def test_one_authorisation_for_several_calls(service, key, clock):
    service.multisign = 100
    assert_whole(key, signer_of(service, key, clock, per_call=10).sign_many(key, DIGESTS))
    assert [size for method, size in service.calls if method == "credentials/authorize"] == [25]
    assert [size for method, size in service.calls if method == "signatures/signHash"] == [10, 10, 5]


def test_the_same_document_twice_in_a_batch(service, key, clock):
    signatures = signer_of(service, key, clock).sign_many(key, [DIGESTS[0], DIGESTS[1], DIGESTS[0]])
    assert signatures[0] == signatures[2] != signatures[1]


@pytest.mark.parametrize("option", ["raw_ecdsa", "delayed"])
def test_services_differ(service, key, clock, option):
    """ECDSA as R ‖ S instead of DER; an answer that must be asked for (signPolling)."""
    setattr(service, option, True)
    assert_whole(key, signer_of(service, key, clock).sign_many(key, DIGESTS))


def test_a_pin_goes_where_the_service_wants_it(service, key, clock):
    service.pin = "1357"
    assert_whole(key, signer_of(service, key, clock, pin=lambda: "1357").sign_many(key, DIGESTS))


def test_a_wrong_pin_is_tried_once(service, key, clock):
    service.pin = "1357"
    signer = signer_of(service, key, clock, pin=lambda: "0000")
    assert refusal(signer.sign_many, key, DIGESTS) == "SIGN_CSC_REFUSED"
    assert [method for method, _ in service.calls].count("credentials/authorize") == 1


# ── half failures ──


def test_an_authorisation_that_ends_half_way_is_renewed_for_the_rest_only(service, key, clock):
    service.multisign, service.lasts = 100, 60.0
    signer = signer_of(service, key, clock, per_call=10)
    sign = service.sign

    def slow(body):
        clock.now += 25
        return sign(body)

    service.sign = slow
    assert_whole(key, signer.sign_many(key, DIGESTS))
    authorised = [size for method, size in service.calls if method == "credentials/authorize"]
    assert authorised[0] == 25
    assert authorised[1:] == [5]
    assert clock.slept == []


def test_an_authorisation_that_ends_earlier_than_it_said(service, key, clock):
    service.multisign = 100
    signer = signer_of(service, key, clock, per_call=10)
    sign, seen = service.sign, []

    def forgetful(body):
        seen.append(body["SAD"])
        if len(seen) == 2:
            service.grants[seen[0]]["until"] = 0
        return sign(body)

    service.sign = forgetful
    assert_whole(key, signer.sign_many(key, DIGESTS))
    assert [size for method, size in service.calls if method == "credentials/authorize"] == [25, 15]


@pytest.mark.parametrize(
    "steps", [["partial"], ["", "partial", "partial"], ["lost"], ["", "lost"], ["drop"], ["503"]]
)
def test_what_is_missing_is_asked_for_again(service, key, clock, steps):
    service.script = {"signatures/signHash": list(steps)}
    assert_whole(key, signer_of(service, key, clock).sign_many(key, DIGESTS))


def test_a_service_that_asks_for_patience_gets_it(service, key, clock):
    service.script = {"credentials/authorize": ["", "429", "429"], "credentials/info": ["503"]}
    assert_whole(key, signer_of(service, key, clock).sign_many(key, DIGESTS))
    assert clock.slept == [2.0, 7.0, 7.0]


def test_after_a_failure_the_batch_is_whole_or_nothing_and_nothing_is_paid_twice(service, key, clock):
    service.script = {"signatures/signHash": ["", *["503"] * 5]}
    signer = signer_of(service, key, clock)
    assert refusal(signer.sign_many, key, DIGESTS) == "SIGN_CSC_UNREACHABLE"
    service.calls.clear()
    assert_whole(key, signer.sign_many(key, DIGESTS))
    assert sum(size for method, size in service.calls if method == "signatures/signHash") == 15


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"signatures/signHash": ["swapped"]}, "SIGN_WRONG"),
        ({"signatures/signHash": ["empty"]}, "SIGN_CSC_ANSWER"),
        ({"signatures/signHash": ["nonsense"]}, "SIGN_CSC_ANSWER"),
        ({"credentials/authorize": ["nonsense"]}, "SIGN_CSC_ANSWER"),
        ({"credentials/info": ["nonsense"]}, "SIGN_CSC_ANSWER"),
        ({"credentials/info": ["drop"] * 5}, "SIGN_CSC_UNREACHABLE"),
        ({"credentials/authorize": ["500"] * 5}, "SIGN_CSC_UNREACHABLE"),
    ],
)
def test_failures_have_words(service, key, clock, script, code):
    service.script = script
    assert refusal(signer_of(service, key, clock).sign_many, key, DIGESTS) == code


def test_access_is_not_tried_again(service, key, clock):
    signer = signer_of(service, key, clock, access_token=lambda: "cita")
    assert refusal(signer.sign_many, key, DIGESTS) == "SIGN_CSC_ACCESS"
    assert len(service.calls) == 1
    assert clock.slept == []


@pytest.mark.parametrize(
    "change",
    [
        {"key": {"status": "disabled", "algo": ["1.2.840.10045.4.3.2"]}},
        {"key": {"status": "enabled", "algo": ["1.2.840.10045.4.3.4"]}},
        {"key": {}},
        {"cert": {"certificates": ["AAAA"]}},
        {"cert": {"certificates": []}},
        {"cert": None},
        {"auth": {"mode": "oauth2code"}},
        {"multisign": "daudz"},
    ],
)
def test_a_credential_that_is_not_the_one_meant_signs_nothing(service, key, clock, change):
    service.changes = {"credentials/info": change}
    assert refusal(signer_of(service, key, clock).sign_many, key, DIGESTS) == "SIGN_CSC_CREDENTIAL"
    assert [method for method, _ in service.calls] == ["credentials/info"]


def test_a_key_without_a_credential_is_not_signed_with_another(service, pki, clock, key):
    other = seal_key(pki, "RS256")
    assert refusal(signer_of(service, key, clock).sign_many, other, DIGESTS) == "SIGN_CSC_CREDENTIAL"
    assert service.calls == []


@pytest.mark.parametrize("url", ["http://seal.example", "ftp://localhost", "seal.example", ""])
def test_keys_are_not_used_over_an_open_line(url):
    assert refusal(CscSigner, url, "v2", {}) == "SIGN_CSC_ADDRESS"


def test_only_digests_are_sent(service, key, clock):
    assert refusal(signer_of(service, key, clock).sign_many, key, [b"a document"]) == "SIGN_DIGEST"
    assert service.calls == []
