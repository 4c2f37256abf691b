"""The audit trail: append-only, each entry hashed together with the one before it.

    seq = audit.append(session, actor, "batch.approve", batch_id, steps=[Step(id, "prepared", "approved", digest)])

An entry that moves documents carries the hash over their steps, so one entry can stand for ten or ten thousand of them
and an altered row of any is found (`issuer.register.audit_check`). The end of the chain is a row of its own, locked
until the transaction ends: append late, shortly before the commit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select, update
from sqlmodel import Session

from issuer.register.actor import Actor
from issuer.register.columns import canonical
from issuer.register.tables import audit_entry, audit_head

START: Final = "0" * 64


class Step(NamedTuple):
    """What happens to one document: as `document_event` keeps it."""

    document_id: int
    before: str
    after: str
    digest: str


def append(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    *,
    steps: Iterable[Step] = (),
    reason: str = "",
    decision_no: str = "",
    detail: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> int:
    """Write one entry and return its number; nobody else can append until the transaction ends.

    `detail` must not name learners: identifiers only.
    """
    head = session.execute(
        select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == 1).with_for_update()
    ).one()
    ordered = sorted(steps)
    entry: dict[str, Any] = {
        "seq": head.seq + 1,
        "at": (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC),
        "actor": actor.subject,
        "role": actor.role,
        "action": action,
        "subject": subject,
        "reason": reason,
        "decision_no": decision_no,
        "detail": dict(detail) if detail else None,
        "documents": len(ordered),
        "root": root_of(ordered) if ordered else "",
        "previous": head.hash,
    }
    entry["hash"] = hash_of(entry)
    session.execute(insert(audit_entry).values(**entry))
    session.execute(
        update(audit_head).where(audit_head.c.id == 1).values(seq=entry["seq"], hash=entry["hash"])
    )
    return int(entry["seq"])


def hash_of(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of an entry without its own hash; the hash before it is among the members."""
    plain = {name: entry[name] for name in _HASHED}
    plain["at"] = entry["at"].isoformat(timespec="microseconds")
    return hashlib.sha256(canonical(plain)).hexdigest()


def root_of(steps: Iterable[Step]) -> str:
    """SHA-256 over the steps of one entry, which must come in the order of the documents, hex."""
    digest = hashlib.sha256()
    for step in steps:
        digest.update(f"{step.document_id}|{step.before}|{step.after}|{step.digest}\n".encode())
    return digest.hexdigest()


_HASHED: Final = (
    "seq",
    "at",
    "actor",
    "role",
    "action",
    "subject",
    "reason",
    "decision_no",
    "detail",
    "documents",
    "root",
    "previous",
)
