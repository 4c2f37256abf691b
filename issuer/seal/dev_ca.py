"""The certification authority of the development PKI answers a request for a certificate.

    chain = certify_request(store, request, start=now)     # DER, own certificate first, without the root

What a trust service does in production; here with a TEST store's own intermediate key and no questions asked.
"""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.x509.oid import NameOID

from issuer.seal.keystore import KeyStore
from issuer.seal.keystore_error import KeyStoreError
from issuer.seal.pki import leaf_certificate


def certify_request(store: KeyStore, request: bytes, *, start: dt.datetime) -> tuple[bytes, ...]:
    """A seal certificate for the subject and key of a DER request, with the intermediate above it.

    Raises `KeyStoreError`: REQUEST_UNREADABLE, NOT_A_TEST_STORE, or as `KeyStore.private`.
    """
    if not store.public_keys.is_test:
        raise KeyStoreError(
            "NOT_A_TEST_STORE",
            "Šai krātuvei sertifikātus izsniedz uzticamības pakalpojums.",
            "The certificates of this store come from a trust service.",
            next_lv="Sūtiet pieprasījumu (CSR) uzticamības pakalpojuma sniedzējam.",
            next_en="Send the request (CSR) to the trust service.",
        )
    subject, public = _read(request)
    ca = store.key("intermediate", "ca")
    private = load_der_private_key(store.private(ca), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("the development CA has a P-256 key")
    issuer = x509.load_der_x509_certificate(ca.certificate)
    start = start.astimezone(dt.UTC).replace(microsecond=0)
    leaf = leaf_certificate(_marked(subject), public, "seal", issuer, private, start)
    return leaf.public_bytes(Encoding.DER), ca.certificate


def _read(request: bytes) -> tuple[x509.Name, ec.EllipticCurvePublicKey | rsa.RSAPublicKey]:
    try:
        parsed = x509.load_der_x509_csr(request)
        public = parsed.public_key()
        if parsed.is_signature_valid and isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            return parsed.subject, public
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        pass
    raise KeyStoreError(
        "REQUEST_UNREADABLE",
        "Sertifikāta pieprasījums nav lasāms vai nav parakstīts ar savu atslēgu.",
        "The request for a certificate is not readable, or not signed with its own key.",
        next_lv="Izveidojiet to no jauna: atestats keys csr.",
        next_en="Make it anew: atestats keys csr.",
    )


def _marked(subject: x509.Name) -> x509.Name:
    """Names begin with TEST in this PKI, whatever was asked for."""
    named = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    return x509.Name(
        [
            x509.NameAttribute(each.oid, _test_name(str(each.value))) if each.oid in named else each
            for each in subject
        ]
    )


def _test_name(name: str) -> str:
    return name if name.startswith("TEST ") else f"TEST {name}"[:64]
