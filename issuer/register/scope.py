"""What somebody may see: the one place where queries are narrowed to it.

    select(document).where(scope.documents(actor))
    select(batch).where(scope.batches(actor))

Everybody who reads rows for a person or a system goes through here; a row outside somebody's scope does not exist for
them, so the answer is "not found", never "forbidden".
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, select, true

from issuer.register.actor import Actor
from issuer.register.tables import batch, document, institution

_EVERYTHING = frozenset(("operator", "ikvd", "system"))
_SCHOOL = frozenset(("clerk", "director", "source"))


def institutions(actor: Actor) -> ColumnElement[bool]:
    """The institutions an actor works for or watches over."""
    if actor.role in _EVERYTHING or actor.role == "exam_body":
        return true()
    if actor.role in _SCHOOL and actor.reg_no:
        return institution.c.reg_no == actor.reg_no
    if actor.role == "municipality" and actor.municipality:
        return (institution.c.municipality == actor.municipality) & institution.c.closed_on.is_not(None)
    return false()


def documents(actor: Actor) -> ColumnElement[bool]:
    """The documents whose contents an actor may see; an auditor sees none (the trail is open to them instead)."""
    return _of_types(actor) & _of(actor, document.c.reg_no)


def batches(actor: Actor) -> ColumnElement[bool]:
    """The batches an actor may see."""
    if actor.role == "exam_body":
        return batch.c.made_by == actor.subject
    return _of(actor, batch.c.reg_no)


def may_read_trail(actor: Actor) -> bool:
    """Whether the audit trail is open to the actor: auditors and the ministry's side, not schools."""
    return actor.role in ("auditor", "operator", "ikvd")


def _of(actor: Actor, reg_no: ColumnElement[str]) -> ColumnElement[bool]:
    if actor.role in _EVERYTHING or (actor.role == "exam_body" and actor.document_types):
        return true()
    if actor.role in _SCHOOL and actor.reg_no:
        return reg_no == actor.reg_no
    if actor.role == "municipality" and actor.municipality:
        return reg_no.in_(select(institution.c.reg_no).where(institutions(actor)))
    return false()


def _of_types(actor: Actor) -> ColumnElement[bool]:
    if actor.document_types is None:
        return true()
    return document.c.document_type.in_(sorted(actor.document_types))
