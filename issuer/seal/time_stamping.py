"""A time-stamping authority: RFC 3161 answers, made from DER in 0.1 ms. For development and tests only.

    authority = TimeStampAuthority(store.key("timestamp", "timestamp"), signer, clock=clock)
    response = authority.answer(request)            # TimeStampReq in, TimeStampResp out, both DER

It signs with any `Signer` and gives what EN 319 422 asks of a token: ESSCertIDv2 with issuer and serial number, an
accuracy of one second, one signature. Its policy is an example OID: nothing here claims to be a trust service.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Final

from issuer.seal.cms_signature import DIGESTS, HASHES, names_of
from issuer.seal.der import (
    CONTEXT_0,
    INTEGER,
    OID,
    SEQUENCE,
    DerError,
    Element,
    context,
    generalized_time,
    integer,
    octet_string,
    oid,
    read,
    sequence,
    set_of,
    tlv,
)
from issuer.seal.der_signing import der_algorithm, der_signature
from issuer.seal.key import SealKey
from issuer.seal.signer import Signer

TEST_POLICY: Final = "2.999.1.2"  # arc 2.999 is ITU-T's for examples (X.660, A.8)

_BOOLEAN: Final = 0x01
_TST_INFO: Final = oid("1.2.840.113549.1.9.16.1.4")
_SHA256: Final = sequence(oid("2.16.840.1.101.3.4.2.1"))
# PKIFailureInfo (RFC 3161, 2.4.2)
_BAD_ALGORITHM, _BAD_FORMAT, _UNACCEPTED_POLICY, _UNACCEPTED_EXTENSION = 0, 5, 15, 16


class _RefusedError(Exception):
    def __init__(self, bit: int) -> None:
        self.bit = bit


class TimeStampAuthority:
    """Answers time stamp requests with one key."""

    def __init__(
        self,
        key: SealKey,
        signer: Signer,
        *,
        clock: Callable[[], dt.datetime],
        policy: str = TEST_POLICY,
    ) -> None:
        self._key = key
        self._signer = signer
        self._clock = clock
        self._policy = policy
        issuer, serial, _ = names_of(key.certificate)
        self._identifier = sequence(issuer, integer(serial))
        issuer_serial = sequence(sequence(context(4, issuer)), integer(serial))
        # ESSCertIDv2 (RFC 5035, 4): SHA-256 is the default and is not written.
        certificate_id = sequence(octet_string(hashlib.sha256(key.certificate).digest()), issuer_serial)
        self._constant = (
            _attribute("1.2.840.113549.1.9.3", _TST_INFO),
            _attribute("1.2.840.113549.1.9.16.2.47", sequence(sequence(certificate_id))),
        )
        self._algorithm = der_algorithm(key)

    def answer(self, request: bytes) -> bytes:
        """A granted TimeStampResp with a token, or one that says why not; never an exception for a bad request."""
        try:
            imprint, nonce, with_certificates = self._read(request)
        except _RefusedError as refusal:
            return _refused(refusal.bit)
        except (DerError, ValueError, IndexError):
            return _refused(_BAD_FORMAT)
        return sequence(sequence(integer(0)), self._token(imprint, nonce, with_certificates))

    def _read(self, request: bytes) -> tuple[bytes, bytes, bool]:
        """TimeStampReq (RFC 3161, 2.4.1): the imprint and nonce as they were written, and certReq."""
        version, imprint, *optional = read(request).expect(SEQUENCE).children()
        algorithm, digest = imprint.expect(SEQUENCE).children()
        name = DIGESTS.get(algorithm.expect(SEQUENCE).children()[0].as_oid())
        if version.as_int() != 1 or name is None or len(digest.as_octets()) != HASHES[name].digest_size:
            raise _RefusedError(_BAD_ALGORITHM if name is None else _BAD_FORMAT)
        fields = {element.tag: element for element in optional}
        if OID in fields and fields[OID].as_oid() != self._policy:
            raise _RefusedError(_UNACCEPTED_POLICY)
        if CONTEXT_0 in fields:
            raise _RefusedError(_UNACCEPTED_EXTENSION)
        nonce: Element | None = fields.get(INTEGER)
        wanted = fields.get(_BOOLEAN)
        return imprint.raw, nonce.raw if nonce else b"", wanted is not None and wanted.content != b"\0"

    def _token(self, imprint: bytes, nonce: bytes, with_certificates: bool) -> bytes:
        now = self._clock().astimezone(dt.UTC).replace(microsecond=0)
        info = sequence(
            integer(1),
            oid(self._policy),
            imprint,
            integer(secrets.randbits(127)),
            generalized_time(now),
            sequence(integer(1)),  # accuracy: one second
            nonce,
        )
        attributes = set_of(
            *self._constant,
            _attribute("1.2.840.113549.1.9.4", octet_string(hashlib.sha256(info).digest())),
        )
        certificates = context(0, *sorted(self._key.certificate_chain)) if with_certificates else b""
        signer_info = sequence(
            integer(1),
            self._identifier,
            _SHA256,
            b"\xa0" + attributes[1:],  # [0] IMPLICIT SET OF, signed as the SET OF (RFC 5652, 5.4)
            self._algorithm,
            octet_string(der_signature(self._signer, self._key, attributes)),
        )
        content = sequence(_TST_INFO, context(0, octet_string(info)))
        signed = sequence(integer(3), set_of(_SHA256), content, certificates, set_of(signer_info))
        return sequence(oid("1.2.840.113549.1.7.2"), context(0, signed))


def _attribute(kind: str, value: bytes) -> bytes:
    return sequence(oid(kind), set_of(value))


def _refused(bit: int) -> bytes:
    """A rejection (status 2) with its PKIFailureInfo: a named bit string without trailing zeros (X.690, 11.2.2)."""
    bits = bytearray(bit // 8 + 1)
    bits[-1] = 0x80 >> bit % 8
    return sequence(sequence(integer(2), tlv(0x03, bytes((7 - bit % 8,)), bytes(bits))))
