"""Taking an approval back because something that it covered is no longer the same."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlmodel import Session

from issuer.register import moves
from issuer.register.actor import Actor
from issuer.register.tables import batch, document


def reopen(session: Session, actor: Actor, batch_id: str, reason: str, at: dt.datetime) -> bool:
    """Void a batch's preparation and approval; its documents are drafts again until somebody prepares them anew.

    Nothing happens to documents that are sealed. Returns whether there was anything to take back.
    """
    state = session.execute(
        select(batch.c.state).where(batch.c.id == batch_id).with_for_update()
    ).scalar_one_or_none()
    if state not in ("prepared", "approved"):
        return False
    ids = (
        session.execute(
            select(document.c.id).where(
                document.c.batch_id == batch_id, document.c.state.in_(["prepared", "approved"])
            )
        )
        .scalars()
        .all()
    )
    if ids:
        moves.move(session, actor, "batch.reopen", batch_id, ids, "draft", reason=reason, at=at)
    session.execute(
        update(batch)
        .where(batch.c.id == batch_id)
        .values(
            state="open",
            prepared_by=None,
            prepared_at=None,
            prepared_root=None,
            approved_by=None,
            approved_at=None,
            approved_root=None,
            order_text=None,
            order_seal=None,
        )
    )
    return True
