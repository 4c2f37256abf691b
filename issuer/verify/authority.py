"""May this sealer issue this document: its key's owner, the type, the awarding institution and the days, by the bundle.

The question is about the time of the seal, as far as it is proven, and about the days of award; never about today.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from issuer.trust.bundle import Bundle
from issuer.trust.entity import Entity, ListedKey, local_day
from issuer.verify.checks import say
from issuer.verify.statement import Statement
from issuer.verify.verdict import Check

_MAX_SUCCESSIONS: Final = 16
_TYPE_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}|[0-9]{1,5}")


def authority(
    statement: Statement,
    listed: ListedKey | None,
    certificate_of: str | None,
    sealed: dt.datetime,
    bundle: Bundle,
) -> Check:
    """May the holder of this key seal this type, for this institution, awarded that day, at that time?

    `certificate_of` is the organisation identifier of the seal certificate; None for QR seals, which have none.
    `sealed`: when the seal was made, as proven by its time stamp, or as claimed when nothing proves it.
    """
    sealer = bundle.entity(listed.owner) if listed is not None else None
    if sealer is None:
        return _unknown_to(bundle, sealed, "AUTHORITY_NOT_LISTED")
    named_alike = statement.issuer == certificate_of and sealer.has_identifier(certificate_of)
    if statement.names_issuer and not named_alike:
        return say("authority", "failed", "AUTHORITY_IDENTIFIER")
    document_type = statement.document_type
    if document_type is None:
        return say("authority", "indeterminate", "AUTHORITY_TYPE_MISSING")
    if document_type not in bundle.document_types:
        shown = document_type if _TYPE_CODE.fullmatch(document_type) else "?"
        return _unknown_to(bundle, sealed, "AUTHORITY_TYPE_UNKNOWN", type=shown)
    if not bundle.in_force(document_type, statement.issued_on or local_day(sealed)):
        return say("authority", "failed", "AUTHORITY_TYPE_NOT_IN_FORCE", type=document_type)
    if len(statement.awarding) > 1:
        return say("authority", "failed", "AUTHORITY_INSTITUTIONS_DIFFER")
    awarding = _awarding(statement, sealer, bundle)
    if awarding is None:
        return _unknown_to(bundle, sealed, "AUTHORITY_INSTITUTION_UNKNOWN")
    return _entitled(sealer, awarding, document_type, statement, local_day(sealed), bundle)


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


def _unknown_to(bundle: Bundle, sealed: dt.datetime, code: str, **facts: str) -> Check:
    """Not on the list: a refusal, unless the document is newer than the list, which then cannot know."""
    if sealed > bundle.issued_at:
        return say("authority", "indeterminate", "AUTHORITY_BUNDLE_OLDER", time=bundle.issued_at)
    return say("authority", "failed", code, **facts)
