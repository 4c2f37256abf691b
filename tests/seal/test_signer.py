"""Software signers: the right bytes for each algorithm, one call for a batch, nothing but digests."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from seal_samples import OTHER, SCHOOL, fits

from issuer.errors import AtestatsError
from issuer.seal import SealKey, SoftSigner

MESSAGES = [f"dokuments {n}".encode() for n in range(5)]
DIGESTS = [hashlib.sha256(message).digest() for message in MESSAGES]


@pytest.mark.parametrize(("algorithm", "length"), [("ES256", 64), ("RS256", 384), ("PS256", 384)])
def test_signatures_come_in_order_and_fit_the_certificate(make_keys, algorithm, length):
    store = make_keys(algorithm, holders=(SCHOOL,)).open()
    key = store.key(SCHOOL.owner, "seal")
    assert key.algorithm == algorithm
    signatures = SoftSigner(store).sign_many(key, DIGESTS)
    assert [len(signature) for signature in signatures] == [length] * len(DIGESTS)
    for message, signature in zip(MESSAGES, signatures, strict=True):
        assert fits(key.certificate, algorithm, message, signature)
    assert not fits(key.certificate, algorithm, MESSAGES[0], signatures[1])
    assert store.key(SCHOOL.owner, "qr").algorithm == "ES256"  # whatever the seal's


def test_a_batch_may_be_empty(store, signer):
    assert signer.sign_many(store.key(SCHOOL.owner, "seal"), []) == []


@pytest.mark.parametrize("digest", [b"", bytes(31), bytes(33), bytes(64), b"a document"])
def test_only_sha_256_digests_are_signed(store, signer, digest):
    with pytest.raises(AtestatsError) as refused:
        signer.sign_many(store.key(SCHOOL.owner, "seal"), [bytes(32), digest])
    assert refused.value.code == "SIGN_DIGEST"


def test_each_key_is_opened_once(store, monkeypatch):
    opened = []
    private = type(store).private
    monkeypatch.setattr(
        type(store), "private", lambda self, key: opened.append(key.owner) or private(self, key)
    )
    signer = SoftSigner(store)
    for _ in range(3):
        for owner in (SCHOOL.owner, OTHER.owner):
            signer.sign_many(store.key(owner, "seal"), [bytes(32)])
    assert opened == [SCHOOL.owner, OTHER.owner]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_key_that_does_not_fit_its_algorithm_is_refused(algorithm):
    """RSA below 3072 bits, or RSA called ES256: a store made by other means must not get a seal out of it."""
    short = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    class Store:
        def usable(self, key: SealKey) -> None:
            """Any key may sign."""

        def private(self, key: SealKey) -> bytes:
            return short.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    key = SealKey("k", "x", "seal", algorithm, "NTRLV-90999900000", (b"",), b"")
    with pytest.raises(AtestatsError) as refused:
        SoftSigner(Store()).sign_many(key, [bytes(32)])
    assert refused.value.code == "SIGN_KEY_TYPE"
