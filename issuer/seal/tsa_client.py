"""Time stamps from one authority or several: asked with limits, verified before they are kept.

    client = TsaClient(["https://tsa.example/", "https://second.example/"], anchors=[root_der])
    token = client.stamp(digest)                  # TimestampToken; TsaError when no authority gave a good one

`stamp` blocks and may be called from many threads. Each authority has a number of requests that may be under way and a
rate; the caller waits for its turn, which is the back-pressure. An authority that fails, answers wrongly or asks to be
left alone rests, for longer each time, and the next one in the list is asked. Only when all have been resting for
`patience` does a call give up; what was stamped until then is the caller's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import rfc3161_client
from cryptography import x509

from issuer.errors import AtestatsError
from issuer.seal.cms_signature import DIGESTS
from issuer.seal.der import NULL, DerError, integer, octet_string, oid, read, sequence
from issuer.seal.http_fetch import Fetcher, FetchError
from issuer.seal.tsa_turns import Clock, Turns
from issuer.seal.tsp import TimestampError, TimestampToken, parse_token

_OIDS: Final = {name: dotted for dotted, name in DIGESTS.items()}
_TRUE: Final = b"\x01\x01\xff"


class TsaError(AtestatsError):
    """No good time stamp.

    TSA_UNREACHABLE (no authority answered), TSA_REFUSED (it answered no), TSA_ANSWER (the answer is not a time stamp of
    what was asked), TSA_CHAIN (not of an authority that is trusted here), TSA_POLICY, TSA_TIME (its clock and ours
    disagree). TSP_… codes of `TimestampError` stand for broken tokens.
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """What one authority is asked to bear: requests under way, and per second (None: as fast as it answers)."""

    parallel: int = 8
    per_second: float | None = None
    patience: float = 30.0
    """Seconds to wait for an authority to come back before a call gives up."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What an answer must show.

    `anchors` and `intermediates` are DER certificates; the chain of the token must lead to an anchor, valid at the
    token's own time. `policies`: OIDs, empty for any. `clock_error`: how far the token's time may be from ours, None
    for a rehearsal at another time.
    """

    anchors: Sequence[bytes]
    intermediates: Sequence[bytes] = ()
    policies: Collection[str] = ()
    clock_error: dt.timedelta | None = dt.timedelta(minutes=5)


class TsaClient:
    """Asks the authorities at `urls`, the first first."""

    def __init__(
        self,
        urls: Sequence[str],
        anchors: Sequence[bytes] = (),
        *,
        trust: Trust | None = None,
        fetch: Callable[[str, bytes, str], bytes] | None = None,
        limits: Limits | None = None,
        clock: Clock | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        limits = limits or Limits()
        self._trust = trust or Trust(anchors)
        self._fetch = fetch or Fetcher()
        self._turns = Turns(urls, limits.parallel, limits.per_second, limits.patience, clock or Clock())
        self._now = now
        load = x509.load_der_x509_certificate
        self._roots = [load(der) for der in self._trust.anchors]
        self._intermediates = [load(der) for der in self._trust.intermediates]

    @property
    def stamped(self) -> dict[str, int]:
        """How many good time stamps each authority has given, by address."""
        return self._turns.done

    def stamp(self, digest: bytes, algorithm: str = "sha256") -> TimestampToken:
        """A verified token over `digest`, which was made by `algorithm` (sha256, sha384, sha512).

        Raises `TsaError`, or the last failure of the authorities (`FetchError`, `TimestampError`) when all rest.
        """
        last: AtestatsError | None = None
        while True:
            url = self._turns.take()
            if url is None:
                raise last or _unreachable()
            try:
                token = self._ask(url, digest, algorithm)
            except AtestatsError as error:
                self._turns.failed(url, error.retry_after if isinstance(error, FetchError) else None)
                last = error
            except BaseException:
                self._turns.failed(url, None)
                raise
            else:
                self._turns.succeeded(url)
                return token

    def _ask(self, url: str, digest: bytes, algorithm: str) -> TimestampToken:
        nonce = secrets.randbits(64)
        request = timestamp_request(digest, algorithm, nonce)
        answer = self._fetch(url, request, "application/timestamp-query")
        return self.verify(answer, digest, algorithm, nonce)

    def verify(self, answer: bytes, digest: bytes, algorithm: str, nonce: int) -> TimestampToken:
        """The token of a TimeStampResp, if it is good; else `TsaError` or `TimestampError`.

        The form, signature and signer's certificate are judged by our own reader and by rfc3161-client (OpenSSL), which
        also builds the chain: a token that only one of them accepts is not kept.
        """
        token = parse_token(_granted(answer))
        token.check_signature()
        if (token.imprint_algorithm, token.imprint, token.nonce) != (algorithm, digest, nonce):
            raise _error(
                "TSA_ANSWER",
                "Laika zīmogs nav atbilde uz šo pieprasījumu.",
                "The time stamp does not answer this request.",
            )
        if self._trust.policies and token.policy not in self._trust.policies:
            raise _error(
                "TSA_POLICY",
                f"Laika zīmoga politika {token.policy} nav pieņemama.",
                f"The policy of the time stamp, {token.policy}, is not accepted.",
            )
        tolerance = self._trust.clock_error
        if tolerance is not None and abs(token.gen_time - self._now()) > tolerance:
            raise _error(
                "TSA_TIME",
                "Laika zīmoga laiks un šī datora pulkstenis nesakrīt.",
                "The time of the time stamp and the clock of this machine do not agree.",
            )
        self._check_chain(answer, digest)
        return token

    def _check_chain(self, answer: bytes, digest: bytes) -> None:
        """RFC 5280 by OpenSSL, at the token's time; certificates inside the token are candidates, not trusted."""
        verifier = rfc3161_client.VerifierBuilder(
            roots=list(self._roots), intermediates=list(self._intermediates)
        ).build()
        try:
            verifier.verify(rfc3161_client.decode_timestamp_response(answer), digest)
        except (rfc3161_client.VerificationError, ValueError):
            raise _error(
                "TSA_CHAIN",
                "Laika zīmogs nav no uzticama izdevēja.",
                "The time stamp does not come from an authority that is trusted here.",
            ) from None


def timestamp_request(digest: bytes, algorithm: str, nonce: int) -> bytes:
    """A TimeStampReq for a digest, with a nonce, asking for certificates (RFC 3161, 2.4.1)."""
    if hashlib.new(algorithm).digest_size != len(digest):
        raise ValueError("a digest of another length")
    imprint = sequence(sequence(oid(_OIDS[algorithm]), NULL), octet_string(digest))
    return sequence(integer(1), imprint, integer(nonce), _TRUE)


def _granted(answer: bytes) -> bytes:
    """The token of a TimeStampResp whose status is granted (RFC 3161, 2.4.2); we ask for nothing to be modified."""
    try:
        status, *token = read(answer).children()
        value = status.children()[0].as_int()
        if value != 0:
            raise _error(
                "TSA_REFUSED",
                f"Laika zīmogu izdevējs atteica (statuss {value}).",
                f"The time-stamping authority refused (status {value}).",
            )
        return token[0].raw
    except (DerError, IndexError):
        raise TimestampError(
            "TSP_FORM", "Laika zīmoga atbilde nav nolasāma.", "The time stamp answer cannot be read."
        ) from None


def _unreachable() -> TsaError:
    return _error(
        "TSA_UNREACHABLE",
        "Neviens laika zīmogu izdevējs neatbild.",
        "No time-stamping authority answers.",
    )


def _error(code: str, message_lv: str, message_en: str) -> TsaError:
    return TsaError(
        code,
        message_lv,
        message_en,
        next_lv="Palaidiet to pašu komandu vēlāk vai norādiet citu izdevēju ar --tsa: padarītais ir saglabāts.",
        next_en="Run the same command later, or name another authority with --tsa: what is done is kept.",
    )
