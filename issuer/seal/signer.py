"""Signers: from digests to signatures, whatever keeps the key. Documents never come here.

signer = SoftSigner(KeyStore.open(keydir))
key = store.key("9922900001", "seal")
signatures = signer.sign_many(key, [prepared.digest for prepared in batch])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_private_key

from issuer.errors import AtestatsError
from issuer.seal.key import SealKey

if TYPE_CHECKING:
    from issuer.seal.keystore import KeyStore

MIN_RSA_BITS: Final = 3072  # SOG-IS, ETSI TS 119 312: shorter keys end with 2028
_SHA256: Final = Prehashed(hashes.SHA256())
_ECDSA: Final = ec.ECDSA(_SHA256)
_PKCS1: Final = padding.PKCS1v15()
_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)  # RFC 7518, 3.5: as long as the hash


class SignerError(AtestatsError):
    """A signature that was not made.

    SIGN_DIGEST, SIGN_KEY_TYPE, or a backend's own code beginning with `SIGN_`.
    """


class Signer(Protocol):
    """What a backend must do: software, a PKCS#11 token, a remote seal (CSC API), a cloud key service.

    `sign_many` is the only method, and it blocks. It takes a batch because the costs of the slow backends
    are per authorisation and per round trip: a CSC service authorises a list of hashes at once
    (`credentials/authorize` with up to `multisign` of them, then `signatures/signHash`), and such a backend
    cuts the batch into those pieces itself. A PKCS#11 backend signs one by one but keeps session and key
    handle between calls (looking the key up each time is 23 times slower) and lives in a process of its own
    per token connection, because modules are not safe in threads. Whoever wants concurrency runs several
    keys at once, in worker processes, or with `asyncio.to_thread` for backends that wait for a network; per
    key the calls come one after the other.
    """

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """Sign each digest with `key`, by `key.algorithm`; signatures in the order of the digests, all or
        none.

        `digests` are SHA-256 values of 32 bytes. ES256 gives R ‖ S, 64 bytes (RFC 7518, 3.4), not DER;
        RS256 the PKCS #1 v1.5 value; PS256 the PSS value with MGF1-SHA-256 and a salt of 32 bytes; both as
        long as the modulus. Raises `AtestatsError`: `SignerError`, or `KeyStoreError` for a missing or
        damaged key. After an error the whole batch may be given again: two signatures of one digest do no
        harm, because the caller writes down what it is about to seal before it asks, and stores one of
        them.
        """
        ...


class SoftSigner:
    """Signs with the private keys of a `KeyStore`, in this process.

    Keys are unwrapped and parsed once, then kept; whether a key may still sign is asked each time.
    """

    def __init__(self, keystore: KeyStore) -> None:
        self._keystore = keystore
        self._handles: dict[str, tuple[SealKey, Callable[[bytes], bytes]]] = {}

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """See `Signer.sign_many`."""
        check_digests(digests)
        self._keystore.usable(key)
        known, sign = self._handles.get(key.key_id, (None, None))
        if sign is None or known != key:
            sign = _handle(key, self._keystore.private(key))
            self._handles[key.key_id] = (key, sign)
        return [sign(digest) for digest in digests]


def check_digests(digests: Sequence[bytes]) -> None:
    """Raises `SignerError` SIGN_DIGEST unless every digest has the 32 bytes of SHA-256."""
    if any(len(digest) != 32 for digest in digests):
        raise SignerError(
            "SIGN_DIGEST", "Jaucējvērtībai jābūt 32 baitus garai.", "A digest must be 32 bytes long."
        )


def _handle(key: SealKey, pkcs8: bytes) -> Callable[[bytes], bytes]:
    """A function that signs one digest with an opened key."""
    # The box was authenticated; OpenSSL's primality check of an RSA key would cost more than a hundred
    # signatures.
    private = load_der_private_key(pkcs8, password=None, unsafe_skip_rsa_key_validation=True)
    if key.algorithm == "ES256" and isinstance(private, ec.EllipticCurvePrivateKey):
        if isinstance(private.curve, ec.SECP256R1):
            return _es256(private)
    elif isinstance(private, rsa.RSAPrivateKey) and private.key_size >= MIN_RSA_BITS:
        if key.algorithm == "RS256":
            return lambda digest: private.sign(digest, _PKCS1, _SHA256)
        if key.algorithm == "PS256":
            return lambda digest: private.sign(digest, _PSS, _SHA256)
    raise wrong_key_type(key)


def wrong_key_type(key: SealKey) -> SignerError:
    """SIGN_KEY_TYPE: a key of another kind or length than its algorithm takes."""
    return SignerError(
        "SIGN_KEY_TYPE",
        f"Atslēga {key.key_id} neder algoritmam {key.algorithm}.",
        f"The key {key.key_id} does not fit the algorithm {key.algorithm}.",
        next_lv=f"ES256 vajag P-256 atslēgu, RS256 un PS256 — RSA ar vismaz {MIN_RSA_BITS} bitiem.",
        next_en=f"ES256 takes a P-256 key, RS256 and PS256 RSA of {MIN_RSA_BITS} bits or more.",
    )


def _es256(private: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    def sign(digest: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(digest, _ECDSA))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign
