"""Taking documents from one state to the next, with the entry in the audit trail that goes with it.

    moves.move(session, actor, "batch.prepare", batch_id, ids, "prepared")
    moves.move(session, actor, "document.annul", ref, [id], "annulled", reason="…", decision_no="4-7/12")

All of them or none: a document that may not take the step ends the transaction with an error that names it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from issuer.register import audit
from issuer.register.actor import Actor
from issuer.register.life import State, may
from issuer.register.register_error import RegisterError, not_allowed
from issuer.register.tables import document

_AT_ONCE: Final = 500
NEEDS_REASON: Final = frozenset(("suspended", "annulled", "withdrawn"))
NEEDS_DECISION: Final = frozenset(("annulled",))


def move(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    ids: Sequence[int],
    to: State,
    *,
    reason: str = "",
    decision_no: str = "",
    digests: Mapping[int, str] | None = None,
    values: Mapping[int, Mapping[str, Any]] | None = None,
    detail: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> int:
    """Take the documents `ids` to the state `to`; returns the number of the audit entry.

    `digests`: what the documents are from now on, where that changes; `values`: columns to set in the same statement.
    Raises `RegisterError`: TRANSITION_REFUSED, NOT_ALLOWED, REASON_MISSING or DECISION_MISSING.
    """
    if to in NEEDS_REASON and not reason.strip():
        raise _missing("REASON_MISSING", "iemesls", "a reason")
    if to in NEEDS_DECISION and not decision_no.strip():
        raise _missing("DECISION_MISSING", "lēmuma numurs", "the number of the decision")
    found = {row.id: row for some in _some(ids) for row in _locked(session, some)}
    for id_ in ids:
        if id_ not in found or not may(actor.role, found[id_].state, to):
            raise _refused(found[id_].state if id_ in found else "-", to, actor.role)
    new = digests or {}
    steps = [audit.Step(id_, found[id_].state, to, new.get(id_, found[id_].digest)) for id_ in found]
    seq = audit.append(
        session,
        actor,
        action,
        subject,
        steps=steps,
        reason=reason,
        decision_no=decision_no,
        detail=detail,
        at=at,
    )
    _write(session, to, seq, steps, values)
    return seq


def _write(
    session: Session,
    to: State,
    seq: int,
    steps: Sequence[audit.Step],
    values: Mapping[int, Mapping[str, Any]] | None,
) -> None:
    if not steps:
        return
    if values:
        names = sorted({name for each in values.values() for name in each})
        session.connection().execute(
            update(document)
            .where(document.c.id == bindparam("the_id"))
            .values(
                state=to,
                audit_seq=seq,
                digest=bindparam("the_digest"),
                **{n: bindparam(f"v_{n}") for n in names},
            ),
            [
                {
                    "the_id": step.document_id,
                    "the_digest": step.digest,
                    **{f"v_{name}": values[step.document_id][name] for name in names},
                }
                for step in steps
            ],
        )
        return
    session.connection().execute(
        update(document)
        .where(document.c.id == bindparam("the_id"))
        .values(state=to, audit_seq=seq, digest=bindparam("the_digest")),
        [{"the_id": step.document_id, "the_digest": step.digest} for step in steps],
    )


def _locked(session: Session, ids: Sequence[int]) -> Iterable[Any]:
    return session.execute(
        select(document.c.id, document.c.state, document.c.digest)
        .where(document.c.id.in_(ids))
        .order_by(document.c.id)
        .with_for_update()
    )


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _refused(before: str, to: str, role: str) -> RegisterError:
    if before != "-" and any(may(other, before, to) for other in ("clerk", "director", "operator", "system")):
        return not_allowed(
            f"no „{before}” uz „{to}” (loma {role})", f'from "{before}" to "{to}" (role {role})'
        )
    return RegisterError(
        "TRANSITION_REFUSED",
        f"Dokuments ir stāvoklī „{before}” un nevar kļūt „{to}”.",
        f'The document is "{before}" and cannot become "{to}".',
        next_lv="Atsvaidziniet lapu: dokumentu, iespējams, jau mainījis kāds cits.",
        next_en="Refresh the page: somebody else may have changed the document already.",
    )


def _missing(code: str, lv: str, en: str) -> RegisterError:
    return RegisterError(
        code,
        f"Nav norādīts {lv}.",
        f"There is no {en.removeprefix('a ').removeprefix('the ')}.",
        next_lv=f"Norādiet: {lv}.",
        next_en=f"Give {en}.",
    )
