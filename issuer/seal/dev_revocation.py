"""OCSP answers and CRLs of the development PKI, made from the states of the keys.

    revocation = DevRevocation(store, clock=clock)
    answer = revocation.ocsp(request)              # DER in, DER out
    crl = revocation.crl("intermediate")           # DER, or None for an authority that is not known

`atestats keys compromise` makes a certificate revoked here, `suspend` puts it on hold, and that is all there is to do:
the states are read again whenever the store's index has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key

from issuer.seal.key import SealKey
from issuer.seal.key_life import KeyRecord
from issuer.seal.keystore import KeyStore
from issuer.seal.ocsp_responder import OcspResponder, Revoked, Status
from issuer.seal.public_keys import PublicKeys
from issuer.seal.signer import SoftSigner

_CRL_LIFE: Final = dt.timedelta(days=7)

_REASON_NUMBERS: Final = {x509.ReasonFlags.key_compromise: 1, x509.ReasonFlags.certificate_hold: 6}

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class _Revoked(NamedTuple):
    at: dt.datetime
    reason: x509.ReasonFlags
    invalid_since: dt.datetime | None


class DevRevocation:
    """The revocation side of the development CAs; `KeyStoreError` KEY_MISSING for a store without an OCSP key."""

    def __init__(self, store: KeyStore, *, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._store = store
        self._seen: PublicKeys | None = None
        self._records: dict[int, KeyRecord] = {}
        self._cas: dict[str, tuple[x509.Certificate, PrivateKey]] = {}
        for record in store.public_keys.records:
            if record.key.purpose == "ca":
                certificate = x509.load_der_x509_certificate(record.key.certificate)
                self._cas[record.key.owner] = certificate, _private(store, record.key)
        self._responder = OcspResponder(store.key("ocsp", "ocsp"), SoftSigner(store), clock=clock)

    def _by_serial(self) -> dict[int, KeyRecord]:
        public = self._store.public_keys  # as it is on disk now
        if public is not self._seen:
            self._seen = public
            self._records = {
                x509.load_der_x509_certificate(record.key.certificate).serial_number: record
                for record in public.records
                if record.key.certificate_chain
            }
        return self._records

    def ocsp(self, request: bytes) -> bytes:
        """An OCSPResponse: of the CA that issues seals; `unknown` for serial numbers that are not its own."""
        return self._responder.answer(request, self._status)

    def _status(self, serial: int) -> Status:
        record = self._by_serial()[serial]
        if record.key.purpose == "ca":
            raise KeyError(serial)
        revoked = _revoked(record)
        return Revoked(revoked.at, _REASON_NUMBERS[revoked.reason]) if revoked else None

    def crl(self, name: str) -> bytes | None:
        """The CRL of the authority of that name (`root`, `intermediate`)."""
        if name not in self._cas:
            return None
        certificate, private = self._cas[name]
        now = self._now()
        issuer_key = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(certificate.subject)
            .last_update(now)
            .next_update(now + _CRL_LIFE)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), critical=False
            )
        )
        for serial, record in self._by_serial().items():
            revoked = _revoked(record)
            if revoked and _issuer_of(record) == certificate.subject:
                builder = builder.add_revoked_certificate(_entry(serial, revoked))
        return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)

    def certificate(self, name: str) -> bytes | None:
        """The DER certificate of the authority of that name."""
        return self._cas[name][0].public_bytes(Encoding.DER) if name in self._cas else None

    def _now(self) -> dt.datetime:
        return self._clock().astimezone(dt.UTC).replace(microsecond=0)


def _revoked(record: KeyRecord) -> _Revoked | None:
    """What a CA makes of a key's state (RFC 5280, 5.3.1); a retired key's certificate just runs out."""
    if record.state == "compromised":
        return _Revoked(record.changed_at, x509.ReasonFlags.key_compromise, record.invalid_since)
    if record.state == "suspended":
        return _Revoked(record.changed_at, x509.ReasonFlags.certificate_hold, None)
    return None


def _entry(serial: int, revoked: _Revoked) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(revoked.at)
    builder = builder.add_extension(x509.CRLReason(revoked.reason), critical=False)
    if revoked.invalid_since is not None:
        moment = revoked.invalid_since.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
        builder = builder.add_extension(x509.InvalidityDate(moment), critical=False)
    return builder.build()


def _issuer_of(record: KeyRecord) -> x509.Name:
    return x509.load_der_x509_certificate(record.key.certificate).issuer


def _private(store: KeyStore, key: SealKey) -> PrivateKey:
    private = load_der_private_key(store.private(key), password=None)
    if not isinstance(
        private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    ):  # pragma: no cover - never made
        raise TypeError(type(private))
    return private
