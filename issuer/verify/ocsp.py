"""What an OCSP response says about a certificate (RFC 6960); read and checked once for all files that carry it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from issuer.trust.certificates import Certificate
from issuer.verify.certificate_reader import read_certificate
from issuer.verify.revocation_answer import STRONG_HASHES, UNREADABLE, Answer, key_bits, key_identifier


@lru_cache(maxsize=2048)
def _ocsp(der: bytes) -> ocsp.OCSPResponse | None:
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        hash_function = response.signature_hash_algorithm
        list(response.responses)
    except UNREADABLE:
        return None
    return response if hash_function is not None and hash_function.name in STRONG_HASHES else None


@lru_cache(maxsize=8192)
def ocsp_answer(
    der: bytes, certificate: Certificate, issuer: Certificate
) -> Answer | tuple[Answer, bytes] | Literal["broken"] | None:
    """About the certificate; with the responder's DER when that one's own state must be asked as well."""
    response = _ocsp(der)
    if response is None:
        return "broken"
    single = next((each for each in response.responses if _is_about(each, certificate, issuer)), None)
    if single is None or single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        return None
    responder = _responder(response, issuer)
    if responder is None:
        return "broken"
    revoked_at, reason = single.revocation_time_utc, single.revocation_reason
    answer = Answer(
        "OCSP",
        single.this_update_utc,
        single.next_update_utc,
        revoked_at,
        (reason.value if reason is not None else "unspecified") if revoked_at else "",
        responder.organization_name,
    )
    if responder.der == issuer.der or _needs_no_check(responder):
        return answer
    return answer, responder.der


def _is_about(single: ocsp.OCSPSingleResponse, certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the CertID names the certificate (RFC 6960, 4.1.1). SHA-1 only names here; it protects nothing."""
    if single.serial_number != certificate.x509.serial_number:
        return False
    name = single.hash_algorithm.name
    if name not in (*STRONG_HASHES, "sha1"):
        return False
    by_name = hashlib.new(name, issuer.subject, usedforsecurity=False).digest()
    by_key = hashlib.new(name, key_bits(issuer), usedforsecurity=False).digest()
    return (single.issuer_name_hash, single.issuer_key_hash) == (by_name, by_key)


def _responder(response: ocsp.OCSPResponse, issuer: Certificate) -> Certificate | None:
    """Who signed: the issuer, or a responder that it certified for this (RFC 6960, 4.2.2.2); None when nobody did."""
    delegates = []
    for each in response.certificates[:8]:
        read = read_certificate(each.public_bytes(Encoding.DER))
        if read is not None and _is_delegate(read, issuer):
            delegates.append(read)
    for candidate in (issuer, *delegates):
        if not candidate.not_before <= response.produced_at_utc <= candidate.not_after:
            continue
        if response.responder_name is not None:
            named = response.responder_name.public_bytes() == candidate.subject
        else:
            named = response.responder_key_hash == key_identifier(candidate)
        if named and _is_signed(response, candidate):
            return candidate
    return None


def _is_delegate(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        usage = certificate.x509.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        certificate.x509.verify_directly_issued_by(issuer.x509)
    except (*UNREADABLE, x509.ExtensionNotFound, InvalidSignature):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _needs_no_check(responder: Certificate) -> bool:
    """id-pkix-ocsp-nocheck: the CA vouches for this responder for as long as its certificate lasts (4.2.2.2.1)."""
    return any(isinstance(each.value, x509.OCSPNoCheck) for each in responder.x509.extensions)


def _is_signed(response: ocsp.OCSPResponse, responder: Certificate) -> bool:
    hash_function = response.signature_hash_algorithm
    assert hash_function is not None  # `_ocsp` would have refused it
    key, signed, signature = responder.public_key, response.tbs_response_bytes, response.signature
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hash_function))
        else:
            key.verify(signature, signed, padding.PKCS1v15(), hash_function)
    except InvalidSignature:
        return False
    return True
