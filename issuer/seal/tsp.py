"""A time stamp read and checked: RFC 3161 tokens, which are CMS signed data (RFC 5652) over a TSTInfo.

    token = parse_token(der)                       # TimestampToken, or TimestampError
    token.check_signature()                        # nothing, or TimestampError
    token.imprint == hashlib.new(token.imprint_algorithm, covered).digest()

What is judged here is the token itself: its form, its signature, and that the certificate in it is the one that the
signature names and may do nothing but stamp time. Whether that certificate leads to an anchor, and was valid at
`gen_time`, is for the verifier's trust store to say. Written on `issuer.seal.der`, since a verifier meets two or more
tokens in every file and general libraries take milliseconds for each.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from issuer.errors import AtestatsError
from issuer.seal import cms_signature
from issuer.seal.der import CONTEXT_0, INTEGER, OCTET_STRING, SEQUENCE, SET, DerError, Element, read

__all__ = ["MAX_TOKEN_BYTES", "TimestampError", "TimestampToken", "parse_token"]

MAX_TOKEN_BYTES: Final = 256 * 1024  # with certificates and a CRL inside, real tokens reach 20 kB

_CONTEXT_1: Final = 0xA1
_NULL: Final = b"\x05\x00"
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"  # RFC 2634, 5.4: SHA-1
_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"  # RFC 5035, 3


class TimestampError(AtestatsError):
    """A time stamp that cannot be read or relied on.

    TSP_FORM (not a token), TSP_ALGORITHM (a digest or signature that is not accepted), TSP_CERTIFICATE (the signer's
    certificate is missing, is another one, or may not stamp time), TSP_SIGNATURE (the signature or the digest under it
    does not fit).
    """


@dataclass(frozen=True, slots=True)
class _Signer:
    """SignerInfo (RFC 5652, 5.3): what `check_signature` needs."""

    digest_algorithm: str
    attributes: dict[str, Element]  # each value of the signed attributes, by type
    signed: bytes  # the signed attributes as SET OF, which is what the signature covers
    algorithm: Element
    value: bytes


@dataclass(frozen=True, slots=True)
class TimestampToken:
    """A token that was read; its signature is not checked until `check_signature` is called.

    `gen_time` is aware, UTC. `imprint` is the raw digest, by `imprint_algorithm` (`sha256`, `sha384`, `sha512`).
    `policy` is an OID in dotted form. `certificates` are all DER certificates of the token, `tsa_certificate` the one
    that the signed ESSCertID names. `raw` is the token's own DER.
    """

    gen_time: dt.datetime
    policy: str
    imprint_algorithm: str
    imprint: bytes
    nonce: int | None
    serial: int
    tsa_certificate: bytes
    certificates: tuple[bytes, ...]
    raw: bytes
    _content: bytes = field(repr=False)
    _signer: _Signer = field(repr=False)

    def check_signature(self) -> None:
        """Check what the TSA signed; raises `TimestampError` (RFC 5652, 5.4 and 5.6; RFC 3161, 2.3 and 2.4.2).

        The signed attributes name the content's type and digest, the digest fits, the signature fits the certificate
        that ESSCertID names, and that certificate has the extended key usage timeStamping alone and critical.
        """
        signer = self._signer
        try:
            if signer.attributes[_CONTENT_TYPE].as_oid() != _TST_INFO:
                raise _bad_signature()
            digest = signer.attributes[_MESSAGE_DIGEST].as_octets()
        except (KeyError, DerError):
            raise _bad_signature() from None
        if digest != hashlib.new(signer.digest_algorithm, self._content).digest():
            raise _bad_signature()
        if not cms_signature.may_stamp_time(self.tsa_certificate):
            raise _bad_certificate()
        try:
            scheme = cms_signature.scheme_of(signer.algorithm, signer.digest_algorithm)
        except (ValueError, IndexError):
            raise _bad_algorithm() from None
        if not cms_signature.fits(self.tsa_certificate, scheme, signer.value, signer.signed):
            raise _bad_signature()


def parse_token(der: bytes, certificates: Iterable[bytes] = ()) -> TimestampToken:
    """Read a TimeStampToken (the ContentInfo, not the TimeStampResp around it).

    `certificates`: DER certificates known from elsewhere, for a token that does not carry its own. Raises
    `TimestampError` TSP_FORM, TSP_ALGORITHM or TSP_CERTIFICATE, and nothing else.
    """
    try:
        return _token(der, tuple(certificates))
    except (DerError, ValueError, IndexError):
        raise _bad_form() from None


def _token(der: bytes, known: tuple[bytes, ...]) -> TimestampToken:
    if len(der) > MAX_TOKEN_BYTES:
        raise DerError("too large")
    signed_data = _content_of(read(der), _SIGNED_DATA).expect(SEQUENCE).children()
    version, digests, encapsulated, *rest = signed_data
    if version.as_int() != 3:  # RFC 5652, 5.1: the content is not plain data
        raise DerError("another version")
    content = _content_of(encapsulated, _TST_INFO).as_octets()
    own: list[bytes] = []
    if [element.tag for element in rest[:-1]] not in ([], [CONTEXT_0], [_CONTEXT_1], [CONTEXT_0, _CONTEXT_1]):
        raise DerError("neither certificates nor revocation lists")
    for element in rest[:-1]:
        if element.tag == CONTEXT_0:
            own = [
                each.expect(SEQUENCE).raw for each in element.children()
            ]  # X.509 certificates, nothing else
    [signer_info] = rest[-1].expect(SET).children()  # RFC 3161, 2.4.2: the TSA's signature and no other
    identifier, signer = _signer(signer_info)
    # What no signature covers must at least say nothing else (RFC 5652, 5.1: the digests of all signers).
    if [_digest_name(each) for each in digests.expect(SET).children()] != [signer.digest_algorithm]:
        raise DerError("other digests than the signer's")
    all_known = (*own, *known)
    tsa = _named_certificate(signer.attributes, all_known)
    if tsa is None or not cms_signature.is_named_by(tsa, identifier):
        raise _bad_certificate()
    moment, policy, algorithm, imprint, serial, nonce = _tst_info(content)
    return TimestampToken(
        moment, policy, algorithm, imprint, nonce, serial, tsa, tuple(own), der, content, signer
    )


def _content_of(info: Element, kind: str) -> Element:
    """The content of a ContentInfo or EncapsulatedContentInfo of that type (RFC 5652, 3 and 5.2)."""
    oid, explicit = info.expect(SEQUENCE).children()
    if oid.as_oid() != kind:
        raise DerError("another content type")
    [content] = explicit.expect(CONTEXT_0).children()
    return content


def _tst_info(content: bytes) -> tuple[dt.datetime, str, str, bytes, int, int | None]:
    """TSTInfo (RFC 3161, 2.4.2); accuracy, ordering, the TSA's name and extensions are not used."""
    version, policy, imprint, serial, moment, *optional = read(content).expect(SEQUENCE).children()
    if version.as_int() != 1:
        raise DerError("another version")
    algorithm, digest = imprint.expect(SEQUENCE).children()
    name = _digest_name(algorithm)
    value = digest.as_octets()
    if len(value) != cms_signature.HASHES[name].digest_size:
        raise DerError("an imprint of another length")
    nonces = [each.as_int() for each in optional if each.tag == INTEGER]
    nonce = nonces[0] if len(nonces) == 1 else None
    return moment.as_time(), policy.as_oid(), name, value, serial.as_int(), nonce


def _signer(info: Element) -> tuple[Element, _Signer]:
    version, identifier, digest, attributes, algorithm, value, *unsigned = info.expect(SEQUENCE).children()
    if [each.tag for each in unsigned] not in ([], [_CONTEXT_1]):
        raise DerError("more than unsigned attributes")
    if version.as_int() != (1 if identifier.tag == SEQUENCE else 3):  # RFC 5652, 5.3
        raise DerError("another version")
    found: dict[str, Element] = {}
    for attribute in attributes.expect(CONTEXT_0).children():
        kind, values = attribute.expect(SEQUENCE).children()
        [found_value] = values.expect(SET).children()[:1]
        if found.setdefault(kind.as_oid(), found_value) is not found_value:
            raise DerError("a signed attribute twice")  # RFC 5652, 11: a type at most once
    # RFC 5652, 5.4: signed as SET OF, written as [0] IMPLICIT; only the identifier octet differs.
    signed = bytes((SET,)) + attributes.raw[1:]
    return identifier, _Signer(
        _digest_name(digest), found, signed, algorithm.expect(SEQUENCE), value.as_octets()
    )


def _digest_name(algorithm: Element) -> str:
    kind, *parameters = algorithm.expect(SEQUENCE).children()
    name = cms_signature.DIGESTS.get(kind.as_oid())
    if name is None or [each.raw for each in parameters] not in ([], [_NULL]):  # RFC 5754, 2
        raise _bad_algorithm()
    return name


def _named_certificate(attributes: dict[str, Element], certificates: tuple[bytes, ...]) -> bytes | None:
    """The certificate whose hash and issuerSerial the signed attribute holds (RFC 5816, 2.2.1), or None."""
    attribute = attributes.get(_SIGNING_CERTIFICATE_V2)
    if attribute is not None:
        parts = attribute.expect(SEQUENCE).children()[0].expect(SEQUENCE).children()[0].children()
        name = "sha256"  # the default of ESSCertIDv2
        if parts[0].tag == SEQUENCE:
            name = _digest_name(parts.pop(0))
    elif (attribute := attributes.get(_SIGNING_CERTIFICATE)) is not None:
        parts = attribute.expect(SEQUENCE).children()[0].expect(SEQUENCE).children()[0].children()
        name = "sha1"
    else:
        return None
    digest = parts[0].expect(OCTET_STRING).content
    for certificate in certificates:
        # SHA-1 names a certificate in old tokens; it is what the standard of their time gave, and the signature, the
        # serial number and the chain are checked besides.
        if hashlib.new(name, certificate, usedforsecurity=False).digest() == digest:
            fits = len(parts) == 1 or cms_signature.has_issuer_serial(certificate, parts[1])
            return certificate if fits else None
    return None


def _bad_form() -> TimestampError:
    return _error("TSP_FORM", "Laika zīmogs nav nolasāms.", "The time stamp cannot be read.")


def _bad_algorithm() -> TimestampError:
    return _error(
        "TSP_ALGORITHM",
        "Laika zīmogs lieto algoritmu, ko nepieņem.",
        "The time stamp uses an algorithm that is not accepted.",
    )


def _bad_certificate() -> TimestampError:
    return _error(
        "TSP_CERTIFICATE",
        "Laika zīmogā nav tā parakstītāja sertifikāta, vai tas neder laika zīmogiem.",
        "The time stamp lacks its signer's certificate, or that may not sign time stamps.",
    )


def _bad_signature() -> TimestampError:
    return _error(
        "TSP_SIGNATURE", "Laika zīmoga paraksts neder.", "The signature of the time stamp does not fit."
    )


def _error(code: str, message_lv: str, message_en: str) -> TimestampError:
    return TimestampError(
        code,
        message_lv,
        message_en,
        next_lv="Laika zīmogs nepierāda neko; vajadzīgs cits.",
        next_en="The time stamp proves nothing; another one is needed.",
    )
