"""What we accept: facts about a seal and its document, held against the bundle and a point in time.

Each function answers one question and knows nothing of bytes or formats. `claimed` is the sealing time that the seal
itself states: at level B-B nothing proves it, so wherever the verdict would lean on it being true, it says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from issuer.trust.bundle import Bundle
from issuer.trust.certificates import Chain
from issuer.trust.entity import Entity, ListedKey, local_day
from issuer.trust.signatures import SHORT_RSA_UNTIL, is_short_rsa
from issuer.verify.checks import say
from issuer.verify.statement import Statement
from issuer.verify.verdict import Check

# Clocks of sealing servers and of telephones differ; DSS and OpenID tolerate as much.
CLOCK_TOLERANCE: Final = dt.timedelta(minutes=5)
_MAX_SUCCESSIONS = 16
_TYPE_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}|[0-9]{1,5}")


def certificate(chain: Chain, listed: ListedKey | None, claimed: dt.datetime, at: dt.datetime) -> Check:
    """Was the seal certificate good at the claimed time, and is that still worth something at `at`?"""
    if claimed > at + CLOCK_TOLERANCE:
        return say("certificate", "failed", "CERT_TIME_IN_FUTURE", time=claimed)
    problem = chain.problem_at(claimed)
    if problem is not None:
        return say("certificate", "failed", problem)
    if is_short_rsa(chain.leaf.public_key) and claimed >= SHORT_RSA_UNTIL:
        return say("certificate", "failed", "CERT_SHORT_RSA")
    state = _key_state(listed, claimed)
    if state is not None:
        return state
    # EN 319 102-1, 5.2.6: after expiry only a proof of existence (a time stamp) shows that the seal is older.
    if at > chain.leaf.not_after:
        return say("certificate", "indeterminate", "CERT_EXPIRED_SINCE", time=chain.leaf.not_after)
    return say("certificate", "passed", "CERT_TRUSTED", time=claimed, time_is="claimed")


def listed_key(listed: ListedKey, claimed: dt.datetime, at: dt.datetime) -> Check:
    """The same for a key of QR seals, which the operator lists itself: its period bounds the claimed time."""
    if claimed > at + CLOCK_TOLERANCE:
        return say("certificate", "failed", "CERT_TIME_IN_FUTURE", time=claimed)
    if claimed < listed.not_before:
        return say("certificate", "failed", "CERT_NOT_YET_VALID")
    if claimed > listed.not_after:
        return say("certificate", "failed", "CERT_EXPIRED")
    return _key_state(listed, claimed) or say(
        "certificate", "passed", "KEY_TRUSTED", time=claimed, time_is="claimed"
    )


def _key_state(listed: ListedKey | None, claimed: dt.datetime) -> Check | None:
    if listed is None or listed.since is None:
        return None
    if listed.state == "compromised":
        # Whoever has the key writes any time into the seal: no claimed time of it means anything.
        return say("certificate", "indeterminate", "CERT_COMPROMISED", time=listed.since)
    if listed.state == "retired" and claimed > listed.since:
        return say("certificate", "failed", "CERT_RETIRED")
    return None


def authority(
    statement: Statement,
    listed: ListedKey | None,
    certificate_of: str | None,
    claimed: dt.datetime,
    bundle: Bundle,
) -> Check:
    """May the holder of this key seal this type, for this institution, awarded that day, at that time?

    `certificate_of` is the organisation identifier of the seal certificate; None for QR seals, which have none.
    """
    sealer = bundle.entity(listed.owner) if listed is not None else None
    if sealer is None:
        return _unknown_to(bundle, claimed, "AUTHORITY_NOT_LISTED")
    if statement.names_issuer and not (statement.issuer == certificate_of == sealer.organization_identifier):
        return say("authority", "failed", "AUTHORITY_IDENTIFIER")
    document_type = statement.document_type
    if document_type is None:
        return say("authority", "indeterminate", "AUTHORITY_TYPE_MISSING")
    if document_type not in bundle.document_types:
        shown = document_type if _TYPE_CODE.fullmatch(document_type) else "?"
        return _unknown_to(bundle, claimed, "AUTHORITY_TYPE_UNKNOWN", type=shown)
    if not bundle.in_force(document_type, statement.issued_on or local_day(claimed)):
        return say("authority", "failed", "AUTHORITY_TYPE_NOT_IN_FORCE", type=document_type)
    if len(statement.awarding) > 1:
        return say("authority", "failed", "AUTHORITY_INSTITUTIONS_DIFFER")
    awarding = _awarding(statement, sealer, bundle)
    if awarding is None:
        return _unknown_to(bundle, claimed, "AUTHORITY_INSTITUTION_UNKNOWN")
    return _entitled(sealer, awarding, document_type, statement, local_day(claimed), bundle)


def _awarding(statement: Statement, sealer: Entity, bundle: Bundle) -> Entity | None:
    """The entity behind the number of the awarding body; a document that names none is the sealer's own."""
    if not statement.awarding:
        return sealer
    number = statement.awarding[0]
    entity = bundle.entity(number)
    if entity is not None and entity.kind == "institution":
        return sealer if _awards_itself(statement, sealer) else entity
    return bundle.authority_by_identifier(f"NTRLV-{number}")


def _awards_itself(statement: Statement, sealer: Entity) -> bool:
    """A QR seal has room for one body and names the institution of the record. An authority with a right of its own to
    the type (a language certificate, an examination certificate) awards it all the same, as the sealed file says.
    """
    if statement.names_issuer or sealer.kind != "authority":
        return False
    document_type, days = statement.document_type, statement.awarded_on
    return document_type is not None and bool(days) and all(sealer.may_award(document_type, d) for d in days)


def _entitled(
    sealer: Entity,
    awarding: Entity,
    document_type: str,
    statement: Statement,
    sealed_on: dt.date,
    bundle: Bundle,
) -> Check:
    names: Mapping[str, object] = {"name": dict(awarding.name), "sealer": dict(sealer.name)}
    facts = {"type": document_type, "institution": awarding.key, "sealed_by": sealer.key}
    if sealer.is_closed_on(sealed_on):
        return say("authority", "failed", "AUTHORITY_CLOSED", name=dict(sealer.name), **facts)
    if sealer.key == awarding.key:
        code = "AUTHORITY_OWN"
    elif awarding.is_closed_on(sealed_on) and sealer.key in _successors(awarding, bundle):
        code = "AUTHORITY_SUCCESSOR"
    elif sealer.has_mandate(document_type, awarding.key, sealed_on):
        code = "AUTHORITY_MANDATE"
    else:
        return say("authority", "failed", "AUTHORITY_OTHER_INSTITUTION", **names, **facts)
    if not statement.awarded_on:
        return say("authority", "indeterminate", "AUTHORITY_DATE_MISSING", **facts)
    for day in statement.awarded_on:  # every one: an old day must not lend its right to a later award
        if not awarding.may_award(document_type, day):
            return say(
                "authority", "failed", "AUTHORITY_NO_RIGHT", name=dict(awarding.name), day=day, **facts
            )
    return say("authority", "passed", code, **names, **facts)


def _successors(entity: Entity, bundle: Bundle) -> set[str]:
    """All institutions that the duties of `entity` have passed to, step by step."""
    found: set[str] = set()
    current: Entity | None = entity
    while current is not None and current.successor and len(found) < _MAX_SUCCESSIONS:
        if current.successor in found:
            break
        found.add(current.successor)
        current = bundle.entity(current.successor)
    return found


def _unknown_to(bundle: Bundle, claimed: dt.datetime, code: str, **facts: str) -> Check:
    """Not on the list: a refusal, unless the document is newer than the list, which then cannot know."""
    if claimed > bundle.issued_at:
        return say("authority", "indeterminate", "AUTHORITY_BUNDLE_OLDER", time=bundle.issued_at)
    return say("authority", "failed", code, **facts)


def validity(statement: Statement, at: dt.datetime) -> Check:
    """The dates of the document against the time of the question."""
    if statement.unreadable:
        return say("validity", "failed", "VALIDITY_UNREADABLE", fields=list(statement.unreadable))
    if statement.valid_from is not None and statement.valid_from > at + CLOCK_TOLERANCE:
        return say("validity", "failed", "VALIDITY_NOT_YET", time=statement.valid_from)
    if statement.valid_until is not None and statement.valid_until < at:
        return say("validity", "failed", "VALIDITY_EXPIRED", time=statement.valid_until)
    return say("validity", "passed", "VALIDITY_CURRENT")


def status(statement: Statement) -> Check:
    """Annulled, suspended, replaced? Unknown until the register publishes its lists."""
    if statement.has_status:
        return say("status", "indeterminate", "STATUS_UNAVAILABLE")
    return say("status", "skipped", "STATUS_NOT_PUBLISHED")
