"""Revocation data of the certificates behind a seal, fetched once for all documents that it can serve.

    client = RevocationClient(fetch, anchors, known=issuers, folder=out / ".evidence")
    data = client.collect([seal_certificate, tsa_certificate], certificates, since=token.gen_time)

OCSP first, the CRL when that fails. An answer serves every document whose time stamp it does not precede, so a school
costs one request, not one per document; answers are kept in `folder` for the next run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from issuer.errors import AtestatsError
from issuer.seal.etsi_u import ValidationData
from issuer.seal.revocation import Answer, read_crl, read_ocsp, revocation_error

Fetch = Callable[..., bytes]
_LONGEST_PATH = 6


class RevocationClient:
    """Collects certificates, OCSP answers and CRLs; safe to share between threads.

    `anchors` and `known` are DER: where paths end, and issuers that may stand between. `now` is this machine's clock.
    """

    def __init__(
        self,
        fetch: Fetch,
        anchors: Iterable[bytes],
        *,
        known: Iterable[bytes] = (),
        folder: Path | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._fetch = fetch
        self._anchors = frozenset(anchors)
        self._known = tuple(dict.fromkeys([*self._anchors, *known]))
        self._folder = folder
        self._now = now
        self._answers: dict[bytes, tuple[Answer, dt.datetime]] = {}
        self._failures: dict[bytes, AtestatsError] = {}  # of this run: who does not answer is not asked again
        self._locks: defaultdict[bytes, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()
        self.fetched = 0
        """How many answers came over the network."""

    def collect(
        self, leaves: Iterable[bytes], certificates: Iterable[bytes], since: dt.datetime
    ) -> ValidationData:
        """Everything that shows the `leaves` (DER) not to have been revoked at `since` (aware).

        `certificates` are candidates for the paths (`x5c`, those of the token). Revocation data comes for every
        certificate of the paths but the anchors, and for delegated responders unless they carry ocsp-nocheck. Raises
        `RevocationError`, or `FetchError` when nobody answers.
        """
        candidates = tuple(dict.fromkeys([*certificates, *self._known]))
        found: dict[bytes, None] = {}
        answers: dict[bytes, Answer] = {}
        waiting = list(leaves)
        while waiting:
            path = self._path(waiting.pop(), candidates)
            found.update(dict.fromkeys(path))
            for certificate, issuer in pairwise(path):
                if certificate in answers:
                    continue
                answer = answers[certificate] = self._answer(certificate, issuer, since)
                if answer.responder is not None and answer.responder not in found:
                    found[answer.responder] = None
                    if not _needs_no_check(answer.responder):
                        waiting.append(answer.responder)
        return ValidationData(
            tuple(found),
            tuple(dict.fromkeys(each.raw for each in answers.values() if each.kind == "crl")),
            tuple(dict.fromkeys(each.raw for each in answers.values() if each.kind == "ocsp")),
        )

    # ── paths ──

    def _path(self, leaf: bytes, candidates: Sequence[bytes]) -> list[bytes]:
        """From `leaf` to an anchor, both included."""
        path = [leaf]
        while path[-1] not in self._anchors:
            issuer = _issuer_among(path[-1], candidates) or self._fetched_issuer(path[-1])
            if issuer is None or issuer in path or len(path) == _LONGEST_PATH:
                raise revocation_error(
                    "REV_CHAIN",
                    "Sertifikāts neved pie uzticama izdevēja.",
                    "A certificate does not lead to an authority that is trusted here.",
                )
            path.append(issuer)
        return path

    def _fetched_issuer(self, certificate: bytes) -> bytes | None:
        """The issuer that the certificate's caIssuers address gives (RFC 5280, 4.2.2.1), if it is the issuer."""
        for url in _access(certificate, AuthorityInformationAccessOID.CA_ISSUERS):
            try:
                return _issuer_among(certificate, (self._fetch(url),))
            except AtestatsError:
                continue
        return None

    # ── answers ──

    def _answer(self, certificate: bytes, issuer: bytes, since: dt.datetime) -> Answer:
        with self._guard:
            lock = self._locks[certificate]
        with lock:  # threads that need the same answer wait for one request
            known = self._answers.get(certificate) or self._stored(certificate, issuer)
            if known is None or not _serves(*known, since):
                if certificate in self._failures:
                    raise self._failures[certificate]
                known = self._ask(certificate, issuer), self._now()
                self._store(certificate, known[0])
            self._answers[certificate] = known
        return _judged(known[0], since)

    def _ask(self, certificate: bytes, issuer: bytes) -> Answer:
        failure: AtestatsError | None = None
        for ask in self._ways(certificate, issuer):
            try:
                answer = ask()
            except AtestatsError as error:
                failure = failure or error
            else:
                with self._guard:
                    self.fetched += 1
                return answer
        self._failures[certificate] = failure or revocation_error(
            "REV_ADDRESS",
            "Sertifikātā nav norādīts, kur uzzināt par tā atsaukšanu.",
            "A certificate does not say where to ask about its revocation.",
        )
        raise self._failures[certificate]

    def _ways(self, certificate: bytes, issuer: bytes) -> Iterator[Callable[[], Answer]]:
        subject, authority = _load(certificate), _load(issuer)
        for url in _access(certificate, AuthorityInformationAccessOID.OCSP):
            # RFC 5019, 2.1.1: SHA-1 in the CertID is what every responder knows; nothing rests on its strength.
            request = ocsp.OCSPRequestBuilder().add_certificate(subject, authority, hashes.SHA1())  # noqa: S303
            body = request.build().public_bytes(Encoding.DER)
            yield lambda url=url, body=body: read_ocsp(  # type: ignore[misc]
                self._fetch(url, body, "application/ocsp-request"), subject, authority
            )
        for url in _distribution_points(certificate):
            yield lambda url=url: read_crl(self._fetch(url), subject, authority)  # type: ignore[misc]

    # ── what is kept on disk ──

    def _stored(self, certificate: bytes, issuer: bytes) -> tuple[Answer, dt.datetime] | None:
        if self._folder is None:
            return None
        for suffix, reader in (("ocsp", read_ocsp), ("crl", read_crl)):
            path = self._folder / f"{hashlib.sha256(certificate).hexdigest()}.{suffix}"
            try:
                raw = path.read_bytes()
                fetched_at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
                return reader(raw, _load(certificate), _load(issuer)), fetched_at
            except (OSError, AtestatsError):
                continue
        return None

    def _store(self, certificate: bytes, answer: Answer) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(certificate).hexdigest()
        other = {"ocsp": "crl", "crl": "ocsp"}[answer.kind]
        aside = self._folder / f".{name}.{os.getpid()}"
        aside.write_bytes(answer.raw)
        aside.rename(self._folder / f"{name}.{answer.kind}")
        (self._folder / f"{name}.{other}").unlink(missing_ok=True)


def _serves(answer: Answer, fetched_at: dt.datetime, since: dt.datetime) -> bool:
    """Whether an answer known already tells of a document stamped at `since`, so that it need not be asked again.

    It was made after the stamp; or it was fetched after it, and was then the latest there was.
    """
    if answer.this_update >= since:
        return True
    return fetched_at >= since and answer.next_update is not None and answer.next_update >= since


def _judged(answer: Answer, since: dt.datetime) -> Answer:
    """The answer, if with it a document stamped at `since` goes on to B-LT."""
    if answer.this_update < since and answer.next_update is not None and answer.next_update < since:
        raise revocation_error(
            "REV_STALE",
            "Ziņas par sertifikāta atsaukšanu ir novecojušas.",
            "The news about the revocation of a certificate is out of date.",
        )
    if answer.reason == "certificate_hold":
        raise revocation_error(
            "REV_ON_HOLD",
            "Sertifikāts ir apturēts; kamēr nav zināms, vai to atjaunos, līmeni necels.",
            "A certificate is on hold; until it is known whether it comes back, the level is not raised.",
        )
    if answer.revoked_at is not None and answer.revoked_at <= since:
        raise revocation_error(
            "REV_REVOKED",
            "Sertifikāts bija atsaukts pirms laika zīmoga.",
            "A certificate had been revoked before the time stamp.",
        )
    return answer


@lru_cache(maxsize=4096)
def _load(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise revocation_error(
            "REV_CHAIN", "Sertifikāts nav nolasāms.", "A certificate cannot be read."
        ) from None


@lru_cache(maxsize=8192)
def _is_issued_by(certificate: bytes, issuer: bytes) -> bool:
    try:
        _load(certificate).verify_directly_issued_by(_load(issuer))
    except (ValueError, TypeError, InvalidSignature, AtestatsError):
        return False
    return True


def _issuer_among(certificate: bytes, candidates: Sequence[bytes]) -> bytes | None:
    return next((each for each in candidates if _is_issued_by(certificate, each)), None)


def _extension(certificate: bytes, oid: x509.ObjectIdentifier) -> Any:
    try:
        return _load(certificate).extensions.get_extension_for_oid(oid).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return ()


def _access(certificate: bytes, method: x509.ObjectIdentifier) -> list[str]:
    descriptions = _extension(certificate, ExtensionOID.AUTHORITY_INFORMATION_ACCESS)
    return [
        each.access_location.value
        for each in descriptions
        if each.access_method == method and isinstance(each.access_location, x509.UniformResourceIdentifier)
    ]


def _distribution_points(certificate: bytes) -> list[str]:
    points = _extension(certificate, ExtensionOID.CRL_DISTRIBUTION_POINTS)
    names = [name for point in points for name in point.full_name or ()]
    return [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]


def _needs_no_check(certificate: bytes) -> bool:
    """id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1)."""
    return isinstance(_extension(certificate, ExtensionOID.OCSP_NO_CHECK), x509.OCSPNoCheck)
