"""What we accept: facts about a seal and its document, held against the bundle, a policy and a point in time.

    verdict = verify(data, bundle, at, policy=STRICT)

Evidence and policy are kept apart: `evidence` and `time_proof` find out what is so, the functions here say what that is
worth; none of them knows bytes or formats. A policy decides only where evidence is *missing*: what is false fails under
every policy. (Authority has its own file.)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from issuer.seal.levels import LEVELS, Level
from issuer.trust.certificates import Chain
from issuer.trust.entity import ListedKey
from issuer.trust.signatures import SHORT_RSA_UNTIL, is_short_rsa
from issuer.verify.checks import say
from issuer.verify.statement import Statement
from issuer.verify.time_proof import CLOCK_TOLERANCE, TimeProof
from issuer.verify.verdict import Check


@dataclass(frozen=True, slots=True)
class Policy:
    """Which evidence must be there; without it the verdict is `indeterminate`.

    `minimum_level`: the least level of the seal that is accepted. `needs_status`: a document must be in a status list.
    `needs_log`: its entry in the transparency log must be shown. `claim_within`: how far the claimed sealing time may
    lie before what proves it (or, of a seal without proof, before the time of the question): an older claim is nobody's
    but the key holder's word, and whoever stole the key would write last year's date.
    """

    name: Literal["default", "strict"]
    minimum_level: Level
    needs_status: bool
    needs_log: bool
    logged_within: dt.timedelta | None
    claim_within: dt.timedelta = dt.timedelta(days=31)


# A file fresh from the sealing run, before its time stamp, passes and says loudly that its time is only claimed.
DEFAULT: Final = Policy("default", "B-B", needs_status=False, needs_log=False, logged_within=None)
# For decisions that cannot be taken back: nothing is left to the word of whoever holds the key.
STRICT: Final = Policy(
    "strict", "B-T", needs_status=True, needs_log=True, logged_within=dt.timedelta(days=31)
)
POLICIES: Final[Mapping[str, Policy]] = {policy.name: policy for policy in (DEFAULT, STRICT)}


def time(
    proof: TimeProof, chain: Chain | None, policy: Policy, at: dt.datetime, record_fault: str | None = None
) -> Check:
    """Since when does the seal exist, and does its evidence of time hold together?

    `chain`: of the seal certificate. `record_fault`: why an evidence record beside the file is not of this file.
    A time that was claimed long before it was proven proves that the claim is late, not that it is true.
    """
    if record_fault is not None:
        return say("time", "failed", "TIME_RECORD_FALSE", reason=record_fault, level=proof.level)
    if proof.fault is not None:
        return say("time", "failed", "TIME_STAMP_BROKEN", reason=proof.fault, level=proof.level)
    if proof.order is not None:
        return say("time", "failed", proof.order, claimed=proof.claimed, level=proof.level)
    if proof.proven is None:
        if proof.weakness is not None:
            return say("time", "indeterminate", f"TIME_{proof.weakness}", level=proof.level)
        strictly = policy.minimum_level != "B-B"
        if not strictly and at - proof.claimed > policy.claim_within:
            return say("time", "indeterminate", "TIME_CLAIM_OLD", time=proof.claimed, level="B-B")
        code = "TIME_LEVEL_TOO_LOW" if strictly else "TIME_NOT_PROVEN"
        return say("time", "indeterminate" if strictly else "skipped", code, time=proof.claimed, level="B-B")
    if chain is not None and proof.proven > chain.leaf.not_after:  # TS 119 182-1, 6.3: sigTst before notAfter
        return say("time", "failed", "TIME_AFTER_EXPIRY", time=proof.proven, level=proof.level)
    if LEVELS.index(proof.level) < LEVELS.index(policy.minimum_level):
        return say("time", "indeterminate", "TIME_LEVEL_TOO_LOW", time=proof.proven, level=proof.level)
    if proof.proven - proof.claimed > policy.claim_within:
        return say(
            "time",
            "indeterminate",
            "TIME_CLAIM_EARLIER",
            time=proof.proven,
            claimed=proof.claimed,
            level=proof.level,
        )
    facts = {"time": proof.proven, "claimed": proof.claimed, "level": proof.level, "form": proof.form}
    if proof.archived is not None:
        return say("time", "passed", "TIME_ARCHIVED", archived=proof.archived, **facts)
    return say("time", "passed", "TIME_PROVEN" if proof.level == proof.form else "TIME_ARCHIVE_OPEN", **facts)


def time_of_code(proof: TimeProof, policy: Policy) -> Check:
    """The same for a QR code, which has no room for a time stamp: the sealed file has one."""
    strictly = policy.minimum_level != "B-B"
    return say("time", "indeterminate" if strictly else "skipped", "TIME_OF_CODE", time=proof.claimed)


def certificate(chain: Chain, listed: ListedKey | None, proof: TimeProof, at: dt.datetime) -> Check:
    """Was the seal certificate good when the seal was made, and if that is only claimed, is it still at `at`?"""
    if proof.claimed > at + CLOCK_TOLERANCE:
        return say("certificate", "failed", "CERT_TIME_IN_FUTURE", time=proof.claimed)
    problem = chain.problem_at(proof.best)
    if problem is None and proof.claimed < chain.leaf.not_before:
        problem = "CERT_NOT_YET_VALID"
    if problem is not None:
        return say("certificate", "failed", problem)
    # Qualified when issued and when used (ETSI TS 119 615, 4.5): the issuer had to be granted at both times.
    if not (chain.is_granted_at(proof.best) and chain.is_granted_at(chain.leaf.not_before)):
        return say("certificate", "failed", "CERT_ISSUER_NOT_GRANTED")
    if is_short_rsa(chain.leaf.public_key) and proof.best >= SHORT_RSA_UNTIL:
        return say("certificate", "failed", "CERT_SHORT_RSA")
    if _is_retired(listed, proof.best):
        return say("certificate", "failed", "CERT_RETIRED")
    if proof.proven is not None:
        return say("certificate", "passed", "CERT_TRUSTED_THEN", time=proof.proven, time_is="proven")
    # EN 319 102-1, 5.2.6: after expiry only a proof of existence (a time stamp) shows that the seal is older.
    if at > chain.leaf.not_after:
        return say("certificate", "indeterminate", "CERT_EXPIRED_SINCE", time=chain.leaf.not_after)
    # The same for a key that its owner has put away: whoever finds it may write an old date.
    if listed is not None and listed.since is not None and listed.state_at(at) == "retired":
        return say("certificate", "indeterminate", "CERT_RETIRED_SINCE", time=listed.since)
    return say("certificate", "passed", "CERT_TRUSTED", time=proof.claimed, time_is="claimed")


def listed_key(listed: ListedKey, claimed: dt.datetime, at: dt.datetime) -> Check:
    """The same for a key of QR seals, which the operator lists itself: its period bounds the claimed time."""
    if claimed > at + CLOCK_TOLERANCE:
        return say("certificate", "failed", "CERT_TIME_IN_FUTURE", time=claimed)
    if claimed < listed.not_before:
        return say("certificate", "failed", "CERT_NOT_YET_VALID")
    if claimed > listed.not_after:
        return say("certificate", "failed", "CERT_EXPIRED")
    if _is_retired(listed, claimed):
        return say("certificate", "failed", "CERT_RETIRED")
    return say("certificate", "passed", "KEY_TRUSTED", time=claimed, time_is="claimed")


def _is_retired(listed: ListedKey | None, sealed: dt.datetime) -> bool:
    return listed is not None and listed.state_at(sealed) == "retired"


def validity(statement: Statement, at: dt.datetime) -> Check:
    """The dates of the document against the time of the question: is it in force then?"""
    if statement.unreadable:
        return say("validity", "failed", "VALIDITY_UNREADABLE", fields=list(statement.unreadable))
    if statement.valid_from is not None and statement.valid_from > at + CLOCK_TOLERANCE:
        return say("validity", "failed", "VALIDITY_NOT_YET", time=statement.valid_from)
    if statement.valid_until is not None and statement.valid_until < at:
        return say("validity", "failed", "VALIDITY_EXPIRED", time=statement.valid_until)
    return say("validity", "passed", "VALIDITY_CURRENT")
