"""A certificate that came back from a trust service: is it this key's, this holder's, and does it lead to a root?

    chain, root = check_certificates(record, certificates, known=public.issuers.values(), at=now)

Everything is checked before anything is stored, because a wrong certificate found on the day of sealing is
found too late. A self-signed certificate is never taken for a seal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from issuer.seal.key import SealKey
from issuer.seal.keystore_error import KeyStoreError
from issuer.seal.signer import MIN_RSA_BITS

_LONGEST_CHAIN = 8


def check_certificates(
    key: SealKey, certificates: Sequence[bytes], known: Iterable[bytes], at: dt.datetime
) -> tuple[tuple[bytes, ...], bytes]:
    """The chain of `key` without its root (DER, own certificate first), and the root.

    `certificates`: DER, in any order, as the trust service gave them; `known`: those already in the store.
    Raises `KeyStoreError`: CERTIFICATE_UNREADABLE, CERTIFICATE_OTHER_KEY (none is for this key),
    CERTIFICATE_SELF_SIGNED, CERTIFICATE_HOLDER (another organisation), CERTIFICATE_USAGE (not for seals),
    CERTIFICATE_KEY (algorithm or length), CERTIFICATE_NOT_VALID (at that time), CERTIFICATE_CHAIN (no way to
    a root).
    """
    given = [_parsed(der) for der in certificates]
    mine = [each for each in given if _spki(each) == key.spki]
    if not mine:
        raise _refused(
            "CERTIFICATE_OTHER_KEY",
            "Neviens no sertifikātiem nav šīs atslēgas.",
            "None of the certificates is this key's.",
        )
    leaf = max(mine, key=lambda each: each.not_valid_after_utc)
    _check_leaf(leaf, key, at)
    path = _path(leaf, [*given, *map(_parsed, known)])
    ders = [each.public_bytes(Encoding.DER) for each in path]
    return tuple(ders[:-1]), ders[-1]


def _check_leaf(leaf: x509.Certificate, key: SealKey, at: dt.datetime) -> None:
    if leaf.issuer == leaf.subject:
        raise _refused(
            "CERTIFICATE_SELF_SIGNED",
            "Sertifikātu atslēga parakstījusi pati sev.",
            "The key certified itself.",
        )
    holders = [name.value for name in leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)]
    if holders != [key.organization_identifier]:
        raise _refused(
            "CERTIFICATE_HOLDER",
            f"Sertifikātā ir cita organizācija, nevis {key.organization_identifier}.",
            f"The certificate names another organisation than {key.organization_identifier}.",
        )
    if not _may_seal(leaf):
        raise _refused(
            "CERTIFICATE_USAGE",
            "Sertifikāts nav paredzēts zīmogošanai (keyUsage).",
            "The certificate is not for sealing (keyUsage).",
        )
    if not _fits(leaf, key):
        raise _refused(
            "CERTIFICATE_KEY",
            f"Sertifikāta atslēga neder algoritmam {key.algorithm}.",
            f"The key of the certificate does not fit the algorithm {key.algorithm}.",
        )
    if not leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc:
        raise _refused(
            "CERTIFICATE_NOT_VALID",
            f"Sertifikāts nav derīgs {at:%Y-%m-%d}.",
            f"The certificate is not valid on {at:%Y-%m-%d}.",
        )


def _path(leaf: x509.Certificate, pool: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """From `leaf` to a self-signed root, each certified by the next."""
    path = [leaf]
    while path[-1].issuer != path[-1].subject:
        above = [each for each in pool if _certifies(each, path[-1])]
        if not above or len(path) > _LONGEST_CHAIN:
            raise _refused(
                "CERTIFICATE_CHAIN",
                "Trūkst sertifikāta ceļā līdz saknei.",
                "A certificate on the way to the root is missing.",
            )
        path.append(above[0])
    return path


def _certifies(above: x509.Certificate, below: x509.Certificate) -> bool:
    try:
        constraints = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return constraints.ca


def _may_seal(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return (usage.content_commitment or usage.digital_signature) and not usage.key_cert_sign


def _fits(leaf: x509.Certificate, key: SealKey) -> bool:
    public = leaf.public_key()
    if key.algorithm == "ES256":
        return isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1)
    return isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA_BITS


def _parsed(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
    except Exception:  # the library raises many kinds for hostile bytes
        raise _refused(
            "CERTIFICATE_UNREADABLE", "Sertifikātu nevar nolasīt.", "The certificate cannot be read."
        ) from None
    return certificate


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _refused(code: str, lv: str, en: str) -> KeyStoreError:
    return KeyStoreError(
        code,
        lv,
        en,
        next_lv="Lūdziet sertifikātu izdevējam tieši šī pieprasījuma (CSR) sertifikātu ar visu ķēdi.",
        next_en="Ask the trust service for the certificate of exactly this request (CSR), with its chain.",
    )
