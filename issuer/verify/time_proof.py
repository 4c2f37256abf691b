"""Since when a seal is proven to exist: time stamps inside one another, judged from the outside in.

    proof = prove_time(claimed, form, stamps, evidence, at)
    proof.proven            # time of the earliest signature time stamp that holds, or None
    proof.level             # "B-B" … "B-LTA": how far the evidence carries
    proof.best              # `proven`, or the claimed time when nothing is proven

ETSI EN 319 102-1, 5.6.2: the outermost stamp must hold today; it proves that everything it covers existed at its own
time, so the stamps inside it need only have held then. An archive time stamp thus protects older ones whose authority
has long expired. `order` names the first contradiction: what is inside cannot be younger than what covers it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from issuer.errors import AtestatsError
from issuer.seal.levels import Level
from issuer.seal.tsp import TimestampToken, parse_token
from issuer.trust.certificates import Certificate, CertificateStore, Chain
from issuer.trust.signatures import SHORT_RSA_UNTIL, is_short_rsa
from issuer.verify.revocation import HARMLESS, NO_EVIDENCE, RevocationEvidence
from issuer.verify.timestamps import Stamp, judge_token
from issuer.verify.words import WORDS

# Clocks of sealing servers, of time-stamping authorities and of telephones differ; DSS and OpenID tolerate as much.
CLOCK_TOLERANCE: Final = dt.timedelta(minutes=5)

# Why a stamp that is intact proves nothing.
Weakness = Literal["TSA_UNTRUSTED", "TSA_NOT_VALID", "TSA_EXPIRED", "TSA_REVOKED", "TSA_WEAK"]


@dataclass(frozen=True, slots=True)
class JudgedStamp:
    """A stamp, and why it proves nothing, if so. `needed_until`: the time at which its authority had to be good."""

    stamp: Stamp
    needed_until: dt.datetime
    weakness: Weakness | None


@dataclass(frozen=True, slots=True)
class TimeProof:
    """What is known of the time of a seal. Times are aware UTC; `stamps` in the order of the file."""

    claimed: dt.datetime
    form: Level
    level: Level
    proven: dt.datetime | None = None
    archived: dt.datetime | None = None  # time of the newest archive stamp or evidence record that holds
    stamps: tuple[JudgedStamp, ...] = ()
    fault: str | None = None  # TSP_…: the first broken stamp
    order: str | None = None  # TIME_ORDER, TIME_CLAIMED_LATER, TIME_STAMP_IN_FUTURE

    @property
    def best(self) -> dt.datetime:
        """The proven time, or the claimed one: what the seal is judged by (EN 319 102-1: best-signature-time)."""
        return self.proven or self.claimed

    @property
    def weakness(self) -> Weakness | None:
        """Why the signature time stamp does not hold, when none does."""
        if self.proven is not None or not self.stamps:
            return None
        return next((each.weakness for each in self.stamps if each.weakness is not None), None)


def unproven(claimed: dt.datetime) -> TimeProof:
    """The proof of what has no time stamp: none."""
    return TimeProof(claimed, "B-B", "B-B")


def prove_time(
    claimed: dt.datetime,
    form: Level,
    stamps: Sequence[Stamp],
    evidence: RevocationEvidence,
    at: dt.datetime,
    record: dt.datetime | None = None,
) -> TimeProof:
    """The time that `stamps` (in the order of `etsiU`) prove at `at`.

    `record`: the time since which an evidence record proves the whole file; it is then the outermost stamp.
    """
    faults = [stamp.fault for stamp in stamps if stamp.fault is not None]
    if faults:
        judged = tuple(JudgedStamp(stamp, at, None) for stamp in stamps)
        return TimeProof(claimed, form, "B-B", stamps=judged, fault=faults[0])
    judged = _judge(stamps, evidence, record or at)
    good = [each.stamp for each in judged if each.weakness is None]
    archive_times = [_time(stamp) for stamp in good if stamp.kind == "arcTst"]
    signature_times = [_time(stamp) for stamp in good if stamp.kind == "sigTst"]
    if record is not None:
        archive_times.append(record)
    # What covers the whole file covers the signature, too; a stamp of the signature alone is the usual proof.
    proven = min(signature_times or archive_times, default=None)
    return TimeProof(
        claimed,
        form,
        _level(form, proven is not None, bool(archive_times)),
        proven,
        max(archive_times, default=None),
        judged,
        order=_contradiction(claimed, stamps, record, at),
    )


def _judge(stamps: Sequence[Stamp], evidence: RevocationEvidence, at: dt.datetime) -> tuple[JudgedStamp, ...]:
    """From the outside in: a stamp must have been good until the earliest good archive stamp that covers it."""
    judged: dict[int, JudgedStamp] = {}
    for number in sorted(range(len(stamps)), key=lambda number: -stamps[number].place):
        stamp = stamps[number]
        covering = [
            _time(each.stamp)
            for each in judged.values()
            if each.stamp.kind == "arcTst" and each.stamp.place > stamp.place and each.weakness is None
        ]
        until = min([at, *covering])
        judged[number] = JudgedStamp(stamp, until, weakness_of(stamp, until, evidence))
    return tuple(judged[number] for number in range(len(stamps)))


def weakness_of(stamp: Stamp, until: dt.datetime, evidence: RevocationEvidence) -> Weakness | None:
    """Why an intact stamp proves nothing, when its authority had to be good until `until`; None when it does."""
    chain = stamp.chain
    if chain is None:
        return "TSA_UNTRUSTED"
    if chain.problem_at(_time(stamp)) is not None or not chain.is_granted_at(_time(stamp)):
        return "TSA_NOT_VALID"
    if chain.problem_at(until) is not None:
        return "TSA_EXPIRED"
    if is_short_rsa(chain.leaf.public_key) and until >= SHORT_RSA_UNTIL:
        return "TSA_WEAK"
    return "TSA_REVOKED" if _is_revoked(chain, _time(stamp), until, evidence) else None


class WeakTokenError(AtestatsError):
    """A time stamp that is intact and proves nothing: `code` is a `Weakness`."""


def trusted_token(der: bytes, store: CertificateStore, until: dt.datetime) -> TimestampToken:
    """A token from outside the file (evidence record, checkpoint), with an authority that was good until `until`.

    Raises `TimestampError` for a broken one, `WeakTokenError` for one that proves nothing.
    """
    token = parse_token(der)
    token.check_signature()
    stamp = judge_token("arcTst", 0, token, token.imprint, (), store)
    weakness = weakness_of(stamp, until, NO_EVIDENCE)
    if weakness is not None:
        raise WeakTokenError(weakness, *WORDS[f"TIME_{weakness}"])
    return token


def _is_revoked(chain: Chain, made: dt.datetime, until: dt.datetime, evidence: RevocationEvidence) -> bool:
    """Whether one of the path was revoked before the stamp was proven to exist (RFC 3161, 4)."""
    for certificate, issuer in links(chain):
        for answer in evidence.answers(certificate, issuer):
            revoked_at = answer.revoked_at
            if revoked_at is None or revoked_at > until:
                continue
            if answer.reason not in HARMLESS or made >= revoked_at:
                return True
    return False


def links(chain: Chain) -> list[tuple[Certificate, Certificate]]:
    """(certificate, its issuer) for everything on the path that is not an anchor."""
    path = [chain.leaf, *chain.issuers, chain.anchor]
    return [(subject, issuer) for subject, issuer in pairwise(path) if subject.der != chain.anchor.der]


def _contradiction(
    claimed: dt.datetime, stamps: Sequence[Stamp], record: dt.datetime | None, at: dt.datetime
) -> str | None:
    times = [*map(_time, stamps), *([record] if record is not None else [])]
    if any(time > at + CLOCK_TOLERANCE for time in times):
        return "TIME_STAMP_IN_FUTURE"
    if any(time < claimed - CLOCK_TOLERANCE for time in times):
        return "TIME_CLAIMED_LATER"
    if record is not None and any(time > record + CLOCK_TOLERANCE for time in times):
        return "TIME_ORDER"
    for outer in stamps:
        if outer.kind == "arcTst" and any(
            _time(inner) > _time(outer) + CLOCK_TOLERANCE for inner in stamps if inner.place < outer.place
        ):
            return "TIME_ORDER"
    return None


def _level(form: Level, is_proven: bool, is_archived: bool) -> Level:
    if not is_proven:
        return "B-B"
    return "B-LT" if form == "B-LTA" and not is_archived else form


def _time(stamp: Stamp) -> dt.datetime:
    assert stamp.time is not None  # only a stamp with a fault has no time
    return stamp.time
