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
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from issuer.trust.certificate import MAX_CERTIFICATE_BYTES, Certificate, CertificateError

__all__ = [
    "MAX_CERTIFICATES",
    "MAX_CERTIFICATE_BYTES",
    "Certificate",
    "CertificateError",
    "CertificateStore",
    "Chain",
    "Grants",
]

MAX_CERTIFICATES: Final = 10  # in one file; real seals carry one to four
_MAX_PATH: Final = 6
_MAX_SIGNATURE_CHECKS: Final = 24  # a file with many same-named CAs must not buy computing time
_CACHED_CHAINS: Final = 2048

# Periods in which a trusted list granted the service of an anchor: from, until (None: still). Aware times.
Grants: TypeAlias = "tuple[tuple[dt.datetime, dt.datetime | None], ...]"


@dataclass(frozen=True, eq=False)
class Chain:
    """A path from the seal certificate to an anchor, without the anchor; `ca_window` is when all its CAs are
    valid. `grants`: when a trusted list granted the anchor's service; None when no list speaks of it.
    """

    leaf: Certificate
    issuers: tuple[Certificate, ...]
    anchor: Certificate
    ca_window: tuple[dt.datetime, dt.datetime]
    grants: Grants | None = None

    def is_granted_at(self, moment: dt.datetime) -> bool:
        """Whether the anchor's service was granted at `moment`, as far as a trusted list says; a service that was
        withdrawn later keeps what it did before (ETSI TS 119 612, 5.5.5).
        """
        return self.grants is None or any(
            start <= moment and (end is None or moment < end) for start, end in self.grants
        )

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
    once. `grants`: SHA-256 of an anchor -> when a trusted list granted its service.
    """

    def __init__(
        self,
        anchors: Iterable[bytes],
        intermediates: Iterable[bytes] = (),
        grants: Mapping[bytes, Grants] | None = None,
    ) -> None:
        self._anchors = [Certificate.from_der(der) for der in anchors]
        self._anchor_digests = frozenset(anchor.sha256 for anchor in self._anchors)
        self._intermediates = [Certificate.from_der(der) for der in intermediates]
        self._grants = grants or {}
        self._chains: OrderedDict[tuple[bytes, ...], Chain] = OrderedDict()

    def anchor(self, der: bytes) -> Certificate | None:
        """The anchor that is this very certificate, or None: trusted lists name time-stamping units themselves."""
        return next((anchor for anchor in self._anchors if anchor.der == der), None)

    def knows(self, der: bytes) -> bool:
        """Whether this very certificate is an anchor or an intermediate of the store."""
        return any(each.der == der for each in (*self._anchors, *self._intermediates))

    def chain_of_anchor(self, anchor: Certificate) -> Chain:
        """The path of an anchor that acts itself, as time-stamping units on trusted lists do: nothing is above."""
        window = (anchor.not_before, anchor.not_after)
        return Chain(anchor, (), anchor, window, self._grants.get(anchor.sha256))

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
            self._grants.get(anchor.sha256),
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


def _error(code: str, message_lv: str, message_en: str) -> CertificateError:
    return CertificateError(code, message_lv, message_en)
