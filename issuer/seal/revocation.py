"""Whether a certificate was revoked: OCSP answers (RFC 6960) and CRLs (RFC 5280, 5), read and checked.

    answer = read_ocsp(der, certificate, issuer)       # x509.Certificate each; RevocationError for what is no answer
    answer = read_crl(der, certificate, issuer)
    answer.revoked_at is None                          # good, as of answer.this_update

An answer must be about this certificate and signed by its issuer, or by a responder whom the issuer has certified for
that alone. Whether it is recent enough is for the caller, who knows the time in question.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final, Literal, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from issuer.errors import AtestatsError
from issuer.seal.der import read

_STRONG: Final = frozenset({"sha256", "sha384", "sha512"})
# What the library raises for bytes that it cannot read, part of it only when that part is looked at.
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    InvalidSignature,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_READ_EXTENSIONS: Final = frozenset(
    {x509.CRLNumber.oid, x509.AuthorityKeyIdentifier.oid, x509.IssuingDistributionPoint.oid}
)


class RevocationError(AtestatsError):
    """No word on a certificate that can be relied on.

    REV_ANSWER (unreadable, of another certificate, or not signed by its issuer), REV_UNKNOWN (the responder does not
    know the certificate or does not answer about it), REV_ADDRESS (the certificate names no place to ask), REV_CHAIN
    (no way from it to an anchor), REV_STALE, REV_ON_HOLD, REV_REVOKED (before the time in question).
    """


class Answer(NamedTuple):
    """What an OCSP responder or a CRL says of one certificate. Times are aware, UTC.

    `reason` is the name of a CRLReason (`key_compromise`, `certificate_hold`, …) of a revoked certificate.
    `responder` is the delegated responder's DER certificate, None when the issuer itself signed.
    """

    kind: Literal["ocsp", "crl"]
    raw: bytes
    this_update: dt.datetime
    next_update: dt.datetime | None
    revoked_at: dt.datetime | None
    reason: str | None
    responder: bytes | None


def read_ocsp(raw: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> Answer:
    """The answer of a DER OCSPResponse about `certificate`, which `issuer` issued.

    Raises `RevocationError` REV_ANSWER or REV_UNKNOWN. The responder's certificate must have been valid when the answer
    was produced.
    """
    try:
        response = ocsp.load_der_ocsp_response(raw)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise not_known()
        [single] = [each for each in response.responses if _is_about(each, certificate, issuer)]
        responder = _responder(response, issuer)
        _verify(responder, response)
    except _UNREADABLE:
        raise bad_answer() from None
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise not_known()
    delegated = None if responder == issuer else responder.public_bytes(Encoding.DER)
    reason = single.revocation_reason
    return Answer(
        "ocsp",
        raw,
        single.this_update_utc,
        single.next_update_utc,
        single.revocation_time_utc,
        reason.name if reason else None,
        delegated,
    )


def _is_about(
    single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    """CertID (RFC 6960, 4.1.1): serial number and both hashes of the issuer, by whatever hash was used."""
    name = single.hash_algorithm.name
    subject = issuer.subject.public_bytes()
    return (
        single.serial_number == certificate.serial_number
        and single.issuer_name_hash == hashlib.new(name, subject, usedforsecurity=False).digest()
        and single.issuer_key_hash == hashlib.new(name, _key_bits(issuer), usedforsecurity=False).digest()
    )


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The subjectPublicKey without its tag, length and count of unused bits."""
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return read(spki).children()[1].content[1:]


def _responder(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate:
    """Who signed: the issuer, or a certificate in the answer that the issuer made for OCSP (RFC 6960, 4.2.2.2)."""
    for candidate in (issuer, *response.certificates):
        named = (
            response.responder_key_hash == hashlib.sha1(_key_bits(candidate), usedforsecurity=False).digest()
            if response.responder_key_hash is not None
            else response.responder_name == candidate.subject
        )
        if named and (candidate == issuer or _is_delegated(candidate, issuer, response.produced_at_utc)):
            return candidate
    raise bad_answer()


def _is_delegated(candidate: x509.Certificate, issuer: x509.Certificate, at: dt.datetime) -> bool:
    try:
        candidate.verify_directly_issued_by(issuer)
        usage = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (*_UNREADABLE, x509.ExtensionNotFound):
        return False
    in_time = candidate.not_valid_before_utc <= at <= candidate.not_valid_after_utc
    return in_time and ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _verify(responder: x509.Certificate, response: ocsp.OCSPResponse) -> None:
    digest = response.signature_hash_algorithm
    if digest is None or digest.name not in _STRONG:
        raise UnsupportedAlgorithm("hash")
    key, signed = responder.public_key(), response.tbs_response_bytes
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(response.signature, signed, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(response.signature, signed, padding.PKCS1v15(), digest)
    else:
        raise UnsupportedAlgorithm("key")


def read_crl(raw: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> Answer:
    """What a DER CRL of `issuer` says of `certificate`; raises `RevocationError` REV_ANSWER.

    Indirect CRLs, deltas and those of some reasons only are refused: they do not say that a certificate is good.
    """
    try:
        crl = x509.load_der_x509_crl(raw)
        digest = crl.signature_hash_algorithm
        if crl.issuer != issuer.subject or digest is None or digest.name not in _STRONG:
            raise bad_answer()
        if not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]  # a type it refuses raises
            raise bad_answer()
        _check_scope(crl, certificate)
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        revoked_at, reason = _revoked(entry) if entry is not None else (None, None)
    except _UNREADABLE:
        raise bad_answer() from None
    return Answer("crl", raw, crl.last_update_utc, crl.next_update_utc, revoked_at, reason, None)


def _check_scope(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> None:
    for extension in crl.extensions:
        if extension.critical and extension.oid not in _READ_EXTENSIONS:
            raise bad_answer()  # a delta CRL says so in a critical extension (RFC 5280, 5.2.4)
        point = extension.value
        if isinstance(point, x509.IssuingDistributionPoint) and not _covers(point, certificate):
            raise bad_answer()


def _covers(point: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    """Whether a CRL of this scope (RFC 5280, 5.2.5) speaks of the certificate, for every reason."""
    if point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs:
        return False
    try:
        is_ca = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_ca = False
    return not (point.only_contains_ca_certs if not is_ca else point.only_contains_user_certs)


def _revoked(entry: x509.RevokedCertificate) -> tuple[dt.datetime, str | None]:
    """Since when the key is not to be relied on, and why: invalidityDate may lie before the revocation (5.3.2)."""
    revoked_at, reason = entry.revocation_date_utc, None
    for extension in entry.extensions:
        if isinstance(extension.value, x509.CRLReason):
            reason = extension.value.reason.name
        elif isinstance(extension.value, x509.InvalidityDate):
            revoked_at = min(revoked_at, extension.value.invalidity_date_utc)
    return revoked_at, reason


def bad_answer() -> RevocationError:
    """An answer that cannot be relied on."""
    return revocation_error(
        "REV_ANSWER",
        "Atbilde par sertifikāta atsaukšanu nav derīga.",
        "The answer about the revocation of a certificate is not valid.",
    )


def not_known() -> RevocationError:
    """No answer on this certificate."""
    return revocation_error(
        "REV_UNKNOWN",
        "Par sertifikāta atsaukšanu nav ziņu.",
        "Nothing is known about the revocation of a certificate.",
    )


def revocation_error(code: str, message_lv: str, message_en: str) -> RevocationError:
    """One of the errors of this room, with what to do next."""
    return RevocationError(
        code,
        message_lv,
        message_en,
        next_lv="Dokuments paliek iepriekšējā līmenī. Palaidiet to pašu komandu vēlāk vai sazinieties ar sertifikātu "
        "izdevēju.",
        next_en="The document stays at its level. Run the same command later, or ask the certification authority.",
    )
