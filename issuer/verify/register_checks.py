"""What the operator's registers say about a document: its status, and its entry in the transparency log.

Both come with the bundle, or with a proof beside the document; nothing is looked up. What is missing or old is never
taken for a good answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from issuer.credential_id import StatusRef, slot_of
from issuer.status.reader import StatusAnswer, StatusLists
from issuer.transparency.entry import document_digest
from issuer.transparency.proof import ProofAnswer, check_proof
from issuer.trust.bundle import Bundle
from issuer.verify.checks import say
from issuer.verify.evidence import SealEvidence
from issuer.verify.policy import Policy
from issuer.verify.time_proof import CLOCK_TOLERANCE, TimeProof, trusted_token
from issuer.verify.verdict import Check, Status

_STATES: Final[Mapping[str, Status]] = {
    "valid": "passed",
    "revoked": "failed",
    "replaced": "failed",
    "suspended": "indeterminate",  # EN 319 102-1: a state that may end is no refusal
    "unknown": "indeterminate",
}
_lists: WeakKeyDictionary[Bundle, StatusLists] = WeakKeyDictionary()  # opened once per bundle


def edc_slot(credential: Mapping[str, Any]) -> StatusRef | None:
    """The slot that a credential's own identifier names; None when it is in no list."""
    identifier = credential.get("id")
    return slot_of(identifier) if isinstance(identifier, str) else None


def status(
    ref: StatusRef | None, bundle: Bundle, at: dt.datetime, policy: Policy, *, has_status: bool = False
) -> Check:
    """Annulled, suspended, replaced? `has_status`: the document points to a list in a way that is not ours."""
    if ref is None:
        if has_status:
            return say("status", "indeterminate", "STATUS_UNAVAILABLE")
        return say("status", "indeterminate" if policy.needs_status else "skipped", "STATUS_NOT_LISTED")
    answer = _answer(ref, bundle, at)
    facts: dict[str, Any] = {"list": ref.list_number}
    if answer.as_of is not None:
        facts["time"] = answer.as_of
    if answer.code == "STATUS_STALE":
        return say("status", "indeterminate", "STATUS_STALE", **facts)
    return say("status", _STATES[answer.state], answer.code, **facts)


def _answer(ref: StatusRef, bundle: Bundle, at: dt.datetime) -> StatusAnswer:
    lists = _lists.get(bundle)
    if lists is None:
        lists = _lists[bundle] = StatusLists(bundle.status_lists, bundle.operators)
    return lists.status_of(ref, at)


def log(proof: bytes | None, found: SealEvidence, bundle: Bundle, at: dt.datetime, policy: Policy) -> Check:
    """Was the document's issue written into the public log, and when? `proof`: the file beside it, or None."""
    if proof is None:
        return say("log", "indeterminate" if policy.needs_log else "skipped", "LOG_NO_PROOF")
    file = found.file
    answer = check_proof(
        proof,
        document_digest(file.document),
        bundle.log,
        credential_id=str(file.reading.content["id"]),
        key_id=hashlib.sha256(file.certificates[0]).digest(),
        check_token=lambda der: trusted_token(der, bundle.timestamp_certificates, at),
    )
    if answer.status == "indeterminate" and not policy.needs_log:
        return say("log", "skipped", answer.code)
    if answer.status != "passed":
        return say("log", answer.status, answer.code)
    return _dated(answer, found.proof, policy)


def _dated(answer: ProofAnswer, time: TimeProof, policy: Policy) -> Check:
    """An entry that is good in itself: does its time fit that of the seal, and is it proven?"""
    facts: dict[str, Any] = {"time": answer.event_time, "size": answer.size}
    if answer.checkpoint_time is not None:
        facts["checkpoint"] = answer.checkpoint_time
        if answer.checkpoint_time < time.claimed - CLOCK_TOLERANCE:
            return say("log", "failed", "LOG_BEFORE_SEAL", **facts)
        if policy.logged_within is not None and answer.checkpoint_time > time.claimed + policy.logged_within:
            return say("log", "indeterminate", "LOG_LATE", claimed=time.claimed, **facts)
        return say("log", "passed", answer.code, **facts)
    return say("log", "indeterminate" if policy.needs_log else "passed", answer.code, **facts)


def log_of_code(policy: Policy) -> Check:
    """The same for a QR code: the log holds documents, not their codes."""
    return say("log", "indeterminate" if policy.needs_log else "skipped", "LOG_OF_CODE")
