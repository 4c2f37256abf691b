"""An OCSP responder (RFC 6960), made from DER: general libraries write their own clock into `producedAt`.

responder = OcspResponder(store.key("ocsp", "ocsp"), signer, clock=clock)
answer = responder.answer(request, status_of)           # DER in, DER out; status_of(serial) -> Status
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from issuer.seal.cms_signature import names_of
from issuer.seal.der import (
    CONTEXT_2,
    INTEGER,
    SEQUENCE,
    DerError,
    Element,
    context,
    generalized_time,
    octet_string,
    oid,
    read,
    sequence,
    tlv,
)
from issuer.seal.der_signing import der_algorithm, der_signature
from issuer.seal.key import SealKey
from issuer.seal.signer import Signer

_ENUMERATED: Final = 0x0A
_BIT_STRING: Final = 0x03
_BASIC: Final = oid("1.3.6.1.5.5.7.48.1.1")
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_MALFORMED: Final = sequence(tlv(_ENUMERATED, b"\x01"))


class Revoked(NamedTuple):
    """A revoked certificate: since when, and the number of its CRLReason (RFC 5280, 5.3.1)."""

    at: dt.datetime
    reason: int


Status: TypeAlias = Revoked | None  # None: good


class OcspResponder:
    """Answers for one CA with a delegated responder's key. `life`: how long an answer is the latest."""

    def __init__(
        self,
        key: SealKey,
        signer: Signer,
        *,
        clock: Callable[[], dt.datetime],
        life: dt.timedelta = dt.timedelta(days=1),
    ) -> None:
        self._key = key
        self._signer = signer
        self._clock = clock
        self._life = life
        self._identifier = context(2, octet_string(names_of(key.certificate)[2]))  # byKey
        self._algorithm = der_algorithm(key)

    def answer(self, request: bytes, status_of: Callable[[int], Status]) -> bytes:
        """An OCSPResponse about every certificate of the request; `malformedRequest` for what is not one.

        `status_of` takes a serial number and raises KeyError for one that the CA has not given out.
        """
        try:
            identifiers, nonce = _read(request)
        except (DerError, ValueError, IndexError):
            return _MALFORMED
        now = self._clock().astimezone(dt.UTC).replace(microsecond=0)
        singles = [self._single(each, status_of, now) for each in identifiers]
        extensions = context(1, sequence(nonce)) if nonce else b""
        produced = generalized_time(now)
        data = sequence(self._identifier, produced, sequence(*singles), extensions)
        signature = tlv(_BIT_STRING, b"\0", der_signature(self._signer, self._key, data))
        certificates = context(0, sequence(self._key.certificate))
        basic = sequence(data, self._algorithm, signature, certificates)
        return sequence(tlv(_ENUMERATED, b"\0"), context(0, sequence(_BASIC, octet_string(basic))))

    def _single(self, identifier: Element, status_of: Callable[[int], Status], now: dt.datetime) -> bytes:
        serial = identifier.children()[3].as_int()
        try:
            revoked = status_of(serial)
        except KeyError:
            status = tlv(0x82)
        else:
            status = tlv(0x80) if revoked is None else _revoked(revoked)
        until = context(0, generalized_time(now + self._life))
        return sequence(identifier.raw, status, generalized_time(now), until)


def _revoked(revoked: Revoked) -> bytes:
    moment = revoked.at.astimezone(dt.UTC).replace(microsecond=0)
    return context(1, generalized_time(moment), context(0, tlv(_ENUMERATED, bytes((revoked.reason,)))))


def _read(request: bytes) -> tuple[list[Element], bytes]:
    """The CertIDs of an OCSPRequest (RFC 6960, 4.1.1) and its nonce extension, whole, or nothing."""
    fields = read(request).expect(SEQUENCE).children()[0].expect(SEQUENCE).children()
    [requests] = [each for each in fields if each.tag == SEQUENCE]
    identifiers = [each.children()[0].expect(SEQUENCE) for each in requests.children()]
    for identifier in identifiers:
        _algorithm, _name, _key, serial = identifier.children()
        serial.expect(INTEGER)
    nonce = b""
    for field in fields:
        if field.tag == CONTEXT_2:
            for extension in field.children()[0].children():
                if extension.children()[0].as_oid() == _NONCE:
                    nonce = extension.raw
    return identifiers, nonce
