"""X.509 certificates of seals: what they say, and whether they lead to an anchor that we trust.

    store = CertificateStore(anchors=[root_der], intermediates=[ca_der])
    chain = store.chain([leaf_der, ca_der])         # raises CertificateError when no path leads to an anchor
    chain.leaf.organization_identifier              # "NTRLV-90000000000"
    chain.problem_at(sealing_time)                  # None, or CERT_NOT_YET_VALID, CERT_EXPIRED, …

Path building after RFC 5280, 6.1, for the few shapes that seal certificates have: names chain, signatures
verify, CAs may sign, path lengths hold, no critical extension is left unread, hashes and keys are strong.
Time is kept apart: a path that is found is the same for every document of a school, the sealing time is not;
so paths are cached and only compared with a clock. Revocation needs data from outside and belongs to
`status`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtensionOID, NameOID

from issuer.errors import AtestatsError
from issuer.trust.signatures import MIN_RSA_BITS, SealKeyType

MAX_CERTIFICATES: Final = 10  # in one file; real seals carry one to four
MAX_CERTIFICATE_BYTES: Final = 16 * 1024
_MAX_PATH: Final = 6
_MAX_SIGNATURE_CHECKS: Final = 24  # a file with many same-named CAs must not buy computing time
_CACHED_CHAINS: Final = 2048

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
                # About faults that the library still tolerates; its next release refuses them, and so will this.
                warnings.simplefilter("ignore", CryptographyDeprecationWarning)
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


@dataclass(frozen=True, eq=False)
class Chain:
    """A path from the seal certificate to an anchor, without the anchor; `ca_window` is when all its CAs are
    valid.
    """

    leaf: Certificate
    issuers: tuple[Certificate, ...]
    anchor: Certificate
    ca_window: tuple[dt.datetime, dt.datetime]

    def problem_at(self, moment: dt.datetime) -> str | None:
        """The code of what is wrong with the path at `moment`, or None: CERT_NOT_YET_VALID, CERT_EXPIRED,
        CERT_CA_EXPIRED.
        """
        if moment < self.leaf.not_before:
            return "CERT_NOT_YET_VALID"
        if moment > self.leaf.not_after:
            return "CERT_EXPIRED"
        if not self.ca_window[0] <= moment <= self.ca_window[1]:
            return "CERT_CA_EXPIRED"
        return None


class CertificateStore:
    """Anchors and intermediates in DER; finds paths and remembers them. Not for use by several threads at
    once.
    """

    def __init__(self, anchors: Iterable[bytes], intermediates: Iterable[bytes] = ()) -> None:
        self._anchors = [Certificate.from_der(der) for der in anchors]
        self._anchor_digests = frozenset(anchor.sha256 for anchor in self._anchors)
        self._intermediates = [Certificate.from_der(der) for der in intermediates]
        self._chains: OrderedDict[tuple[bytes, ...], Chain] = OrderedDict()

    def anchor(self, der: bytes) -> Certificate | None:
        """The anchor that is this very certificate, or None: trusted lists name time-stamping units themselves."""
        return next((anchor for anchor in self._anchors if anchor.der == der), None)

    def chain(self, certificates: Sequence[bytes]) -> Chain:
        """The path of `certificates[0]` (DER) through the other ones and the store's intermediates to an
        anchor.

        Raises `CertificateError`: CERT_UNREADABLE, CERT_WEAK, CERT_EXTENSION_UNKNOWN, CERT_TOO_MANY,
        CERT_USAGE (not made for sealing) or CERT_NO_PATH (no anchor at the end).
        """
        key = tuple(certificates)
        found = self._chains.get(key)
        if found is None:
            found = self._build(key)
            self._chains[key] = found
            if len(self._chains) > _CACHED_CHAINS:
                self._chains.popitem(last=False)
        else:
            self._chains.move_to_end(key)
        return found

    def _build(self, certificates: tuple[bytes, ...]) -> Chain:
        if not 0 < len(certificates) <= MAX_CERTIFICATES:
            raise _error(
                "CERT_TOO_MANY",
                f"Zīmogā jābūt no 1 līdz {MAX_CERTIFICATES} sertifikātiem.",
                f"A seal carries 1 to {MAX_CERTIFICATES} certificates.",
            )
        leaf = Certificate.from_der(certificates[0])
        if leaf.is_ca or not leaf.may_seal:
            raise _error(
                "CERT_USAGE",
                "Sertifikāts nav paredzēts zīmogošanai.",
                "The certificate is not meant for sealing.",
            )
        others = [_try_read(der) for der in certificates[1:]]
        pool = [other for other in others if other is not None and other.is_ca]
        path = next(self._paths(leaf, pool + self._intermediates, [_MAX_SIGNATURE_CHECKS]), None)
        if path is None:
            raise _error(
                "CERT_NO_PATH",
                "Zīmoga sertifikātu nav izdevis neviens no uzticamajiem izdevējiem.",
                "The seal certificate does not come from any of the trusted issuers.",
            )
        *issuers, anchor = path
        return Chain(
            leaf,
            tuple(issuers),
            anchor,
            (max(ca.not_before for ca in path), min(ca.not_after for ca in path)),
        )

    def _paths(
        self, leaf: Certificate, pool: Sequence[Certificate], checks: list[int]
    ) -> Iterator[list[Certificate]]:
        """Every chain of CAs from the issuer of `leaf` to an anchor, shortest way up first."""
        stack: list[list[Certificate]] = [[]]
        while stack:
            path = stack.pop()
            subject = path[-1] if path else leaf
            for anchor in self._anchors:
                if _issued(anchor, subject, len(path), checks):
                    yield [*path, anchor]
            if len(path) < _MAX_PATH - 1:
                stack += [
                    [*path, ca]
                    for ca in pool
                    if ca.sha256 not in self._anchor_digests
                    and all(ca.sha256 != seen.sha256 for seen in path)
                    and _issued(ca, subject, len(path), checks)
                ]


def _issued(issuer: Certificate, subject: Certificate, below: int, checks: list[int]) -> bool:
    """Whether CA `issuer`, with `below` CAs under it on this path, issued `subject`. Spends one of
    `checks[0]`.
    """
    if issuer.subject != subject.issuer or not (issuer.is_ca and issuer.may_sign_certificates):
        return False
    if issuer.path_length is not None and below > issuer.path_length:
        return False
    if checks[0] == 0:
        return False
    checks[0] -= 1
    try:
        subject.x509.verify_directly_issued_by(issuer.x509)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _try_read(der: bytes) -> Certificate | None:
    try:
        return Certificate.from_der(der)
    except CertificateError:
        return None


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
