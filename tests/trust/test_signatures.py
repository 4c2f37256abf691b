"""Signatures made by another implementation (joserfc) verify; everything else does not, least of all by confusion."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from issuer.seal import base64url
from issuer.trust.signatures import SignatureRefusedError, verify_signature

P256, P384, P521 = (ec.generate_private_key(curve()) for curve in (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1))
RSA = rsa.generate_private_key(65537, 2048)
KEYS = {
    "ES256": P256, "ES384": P384, "ES512": P521,
    "RS256": RSA, "RS384": RSA, "RS512": RSA, "PS256": RSA, "PS384": RSA, "PS512": RSA,
}  # fmt: skip


def signed_by_joserfc(algorithm: str) -> tuple[bytes, bytes]:
    key = KEYS[algorithm]
    jwk = RSAKey.import_key(key) if isinstance(key, rsa.RSAPrivateKey) else ECKey.import_key(key)
    token = jws.serialize_compact({"alg": algorithm}, b"payload", jwk, algorithms=[algorithm])
    signed, _, value = token.rpartition(".")
    return signed.encode(), base64url.decode(value)


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_signature_verifies_over_exactly_what_was_signed(algorithm: str) -> None:
    signed, signature = signed_by_joserfc(algorithm)
    key = KEYS[algorithm].public_key()
    assert verify_signature(algorithm, key, signed, signature)
    assert not verify_signature(algorithm, key, signed + b"x", signature)
    assert not verify_signature(algorithm, key, signed, signature[:-1])
    assert not verify_signature(algorithm, key, signed, signature + b"\0")
    assert not verify_signature(algorithm, key, signed, b"")
    assert not verify_signature(algorithm, key, signed, bytes([signature[0] ^ 1]) + signature[1:])


@pytest.mark.parametrize("other", KEYS)
@pytest.mark.parametrize("algorithm", KEYS)
def test_no_signature_passes_under_another_algorithm(algorithm: str, other: str) -> None:
    if algorithm == other:
        return
    signed, signature = signed_by_joserfc(algorithm)
    assert not accepted(other, KEYS[algorithm].public_key(), signed, signature)


def accepted(algorithm: str, key, signed: bytes, signature: bytes) -> bool:
    try:
        return verify_signature(algorithm, key, signed, signature)
    except SignatureRefusedError:
        return False


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "EdDSA", "ES256K", "RS1", "", "es256"])
def test_what_is_not_on_the_list_is_refused(algorithm: str) -> None:
    public = P256.public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    forged = hmac.new(spki, b"signed", hashlib.sha256).digest()  # the public key as an HMAC secret
    with pytest.raises(SignatureRefusedError) as caught:
        verify_signature(algorithm, public, b"signed", forged)
    assert caught.value.code == "ALGORITHM_UNKNOWN"


def test_es256_is_bound_to_its_curve_and_rsa_to_a_length() -> None:
    for key in (P384.public_key(), ec.generate_private_key(ec.SECP256K1()).public_key(), RSA.public_key()):
        with pytest.raises(SignatureRefusedError) as caught:
            verify_signature("ES256", key, b"signed", bytes(64))
        assert caught.value.code == "ALGORITHM_KEY_MISMATCH"
    with pytest.raises(SignatureRefusedError) as caught:
        verify_signature("RS256", rsa.generate_private_key(65537, 1024).public_key(), b"signed", bytes(128))
    assert caught.value.code == "KEY_TOO_SHORT"
    with pytest.raises(SignatureRefusedError):
        verify_signature("ES256", ed25519.Ed25519PrivateKey.generate().public_key(), b"signed", bytes(64))


@pytest.mark.parametrize("r", [0, 2**256 - 1])
def test_ecdsa_values_out_of_range_are_no_signature(r: int) -> None:
    assert not verify_signature("ES256", P256.public_key(), b"signed", r.to_bytes(32, "big") + bytes(32))
