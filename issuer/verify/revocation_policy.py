"""What revocation means for a verdict: of the key (by the operator's list) and of certificates (by the file).

A revocation counts from the time at which the key can no longer be relied on. A seal that is proven to be older stands
(ETSI EN 319 102-1, 5.5.4); of one whose time is only claimed nobody knows, for whoever has the key writes any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from issuer.seal.revocation import Answer
from issuer.trust.certificates import Certificate
from issuer.trust.entity import ListedKey
from issuer.verify.checks import say
from issuer.verify.revocation import ON_HOLD, is_usable
from issuer.verify.time_proof import TimeProof
from issuer.verify.verdict import Check

Role = Literal["seal", "seal CA", "TSA", "TSA CA"]


@dataclass(frozen=True, slots=True)
class CertificateState:
    """A certificate whose state matters to the verdict, and what the file says about it."""

    role: Role
    certificate: Certificate
    answers: tuple[Answer, ...]


def of_key(listed: ListedKey | None, proof: TimeProof) -> Check | None:
    """What the operator's list says against the key; None when nothing."""
    if listed is None:
        return None
    if listed.state == "compromised" and listed.since is not None:
        if (
            proof.proven is None
        ):  # whoever has the key writes any time into the seal: no claim of it means anything
            return say("revocation", "indeterminate", "CERT_COMPROMISED", time=listed.since)
        if proof.proven >= listed.since:
            return say(
                "revocation", "failed", "KEY_COMPROMISED_BEFORE", time=listed.since, sealed=proof.proven
            )
    is_suspended_now = proof.proven is None and listed.state == "suspended"
    if is_suspended_now or listed.state_at(proof.best) == "suspended":
        return say("revocation", "indeterminate", "KEY_SUSPENDED")
    return None


def of_certificates(states: Sequence[CertificateState], proof: TimeProof) -> Check | None:
    """The gravest thing that the file's own revocation data says; None when it says that all were good."""
    missing = []
    for state in states:
        usable = [each for each in state.answers if is_usable(each, state.certificate, proof.best)]
        # Time stamps were judged with these answers, each by the time it had to last; see `time_proof`.
        if not state.role.startswith("TSA"):
            against = _revoked(usable, proof)
            if against is not None:
                return against
        if not usable:
            missing.append(state)
    if missing:
        names = ", ".join(dict.fromkeys(_name(state.certificate) for state in missing))
        return say("revocation", "indeterminate", "REVOCATION_INCOMPLETE", names=names)
    return None


def _revoked(answers: Sequence[Answer], proof: TimeProof) -> Check | None:
    """What answers of a revocation mean for a seal that is proven since some time, or not at all."""
    told = [(each.revoked_at, each.reason) for each in answers if each.revoked_at is not None]
    if not told:
        return None
    revoked_at, reason = min(told, key=lambda entry: entry[0])
    if proof.proven is None:
        return say("revocation", "indeterminate", "CERT_REVOKED", time=revoked_at)
    if proof.proven < revoked_at:
        return None
    if reason == ON_HOLD:
        return say("revocation", "indeterminate", "CERT_ON_HOLD", time=revoked_at)
    return say("revocation", "failed", "CERT_REVOKED_BEFORE", time=revoked_at, sealed=proof.proven)


def revocation(
    listed: ListedKey | None,
    states: Sequence[CertificateState],
    proof: TimeProof,
    *,
    has_data: bool,
) -> Check:
    """May the key and the certificates still be relied on?"""
    against = of_key(listed, proof)
    if against is not None:
        return against
    if has_data and states:
        against = of_certificates(states, proof)
        if against is not None:
            return against
    if listed is not None and listed.state == "compromised":
        return say("revocation", "passed", "KEY_COMPROMISED_LATER", time=listed.since, sealed=proof.proven)
    if not has_data or not states:
        code = "REVOCATION_NO_DATA" if listed is not None else "REVOCATION_NOTHING_KNOWN"
        return say("revocation", "skipped", code)
    told = [answer.this_update for state in states for answer in state.answers]
    return say("revocation", "passed", "REVOCATION_GOOD", count=len(states), time=min(told))


def _name(certificate: Certificate) -> str:
    """Certificates are named by their organisation, which is no person, or by nothing."""
    return certificate.organization_name or certificate.sha256.hex()[:16]
