"""One X.509 certificate and the facts that are asked of it.

certificate = Certificate.from_der(der)           # CertificateError: unreadable, weak, critical parts unread
certificate.organization_identifier               # "NTRLV-90000000000"
"""

from __future__ import annotations

import datetime as dt
import hashlib
import warnings
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID, NameOID

from issuer.errors import AtestatsError
from issuer.trust.signatures import MIN_RSA_BITS, SealKeyType

MAX_CERTIFICATE_BYTES: Final = 16 * 1024

_STRONG_HASHES = frozenset({"sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512"})
# Critical extensions that are read here or that only narrow what the certificate is for. Name constraints
# are not here: nothing below evaluates them, so a path through a CA that has critical ones is refused (RFC
# 5280, 4.2).
_READ_EXTENSIONS = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)


_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


class CertificateError(AtestatsError):
    """A certificate that cannot be read or that leads nowhere. `code` begins with `CERT_`."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """A certificate and the facts asked of it. Times are aware UTC; `sha256` is over the DER bytes."""

    der: bytes
    sha256: bytes
    x509: x509.Certificate
    subject: bytes  # DER names, compared byte for byte (RFC 5280, 7.1, allows more; certificate makers copy)
    issuer: bytes
    public_key: SealKeyType
    not_before: dt.datetime
    not_after: dt.datetime
    organization_identifier: str | None  # 2.5.4.97, ETSI EN 319 412-1, 5.1.4
    organization_name: str
    is_ca: bool
    path_length: int | None
    may_sign_certificates: bool
    may_seal: bool  # keyUsage nonRepudiation (contentCommitment) or digitalSignature

    @classmethod
    def from_der(cls, der: bytes) -> Certificate:
        """Read one certificate; raises `CertificateError` CERT_UNREADABLE, CERT_WEAK or CERT_EXTENSION_UNKNOWN."""
        if len(der) > MAX_CERTIFICATE_BYTES:
            raise _unreadable()
        try:
            with warnings.catch_warnings():
                # About faults that the library tolerates, some until its next release: nothing is printed.
                warnings.simplefilter("ignore", UserWarning)
                return cls._read(der)
        except _UNREADABLE:
            raise _unreadable() from None

    @classmethod
    def _read(cls, der: bytes) -> Certificate:
        """Every part is read here and now: `cryptography` parses late and would fail in the middle of a path."""
        cert = x509.load_der_x509_certificate(der)
        key = cert.public_key()
        if not isinstance(key, (ec.EllipticCurvePublicKey, rsa.RSAPublicKey)) or (
            isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS
        ):
            raise _error(
                "CERT_WEAK",
                "Sertifikāta atslēga nav pietiekami stipra vai nav atļauta.",
                "The key of the certificate is too weak or of a kind that is not allowed.",
            )
        hash_function = cert.signature_hash_algorithm
        if hash_function is None or hash_function.name not in _STRONG_HASHES:
            raise _error(
                "CERT_WEAK",
                "Sertifikāts ir parakstīts ar vāju jaucējfunkciju.",
                "The certificate is signed with a weak hash function.",
            )
        extensions = cert.extensions
        if any(each.critical and each.oid not in _READ_EXTENSIONS for each in extensions):
            raise _error(
                "CERT_EXTENSION_UNKNOWN",
                "Sertifikātam ir kritisks paplašinājums, ko šī programma nepazīst.",
                "The certificate has a critical extension that this program does not know.",
            )
        constraints = _extension(extensions, x509.BasicConstraints)
        usage = _extension(extensions, x509.KeyUsage)
        return cls(
            der=der,
            sha256=hashlib.sha256(der).digest(),
            x509=cert,
            subject=cert.subject.public_bytes(),
            issuer=cert.issuer.public_bytes(),
            public_key=key,
            not_before=cert.not_valid_before_utc,
            not_after=cert.not_valid_after_utc,
            organization_identifier=_attribute(cert.subject, NameOID.ORGANIZATION_IDENTIFIER),
            organization_name=_attribute(cert.subject, NameOID.ORGANIZATION_NAME) or "",
            is_ca=constraints is not None and constraints.ca,
            path_length=constraints.path_length if constraints is not None else None,
            may_sign_certificates=usage is not None and usage.key_cert_sign,
            may_seal=usage is not None and (usage.content_commitment or usage.digital_signature),
        )


def _extension(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    """The one value of an attribute; None when it is missing or there are several (then it identifies
    nobody).
    """
    values = name.get_attributes_for_oid(oid)
    return str(values[0].value) if len(values) == 1 else None


def _unreadable() -> CertificateError:
    return _error("CERT_UNREADABLE", "Sertifikātu nevar nolasīt.", "The certificate cannot be read.")


def _error(code: str, message_lv: str, message_en: str) -> CertificateError:
    return CertificateError(code, message_lv, message_en)
