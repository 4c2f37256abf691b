"""Institutions and their heads, kept as the reference file has them; what left the file stays as it last was."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from issuer.catalogue import reference as source
from issuer.register import audit
from issuer.register.actor import Actor
from issuer.register.tables import institution, office


def take_over(session: Session, actor: Actor, reference: source.Reference, at: dt.datetime) -> int:
    """Write the institutions of the reference file into the register; returns how many were new or different."""
    known = {row.reg_no: row for row in session.execute(select(institution))}
    changed = []
    for each in reference.institutions.values():
        row = _row(each)
        before = known.get(each.reg_no)
        if before is None:
            session.execute(insert(institution).values(**row, updated_at=at))
        elif any(getattr(before, name) != value for name, value in row.items()):
            session.execute(
                update(institution).where(institution.c.reg_no == each.reg_no).values(**row, updated_at=at)
            )
        elif not _offices_differ(session, each):
            continue
        _write_offices(session, each)
        changed.append(each.reg_no)
    if changed:
        audit.append(
            session, actor, "institutions.take_over", "reference", detail={"changed": len(changed)}, at=at
        )
    return len(changed)


def _row(each: source.Institution) -> dict[str, object]:
    return {
        "reg_no": each.reg_no,
        "legal_code": each.nmr_code,
        "name": each.name,
        "type": each.type,
        "municipality": each.atvk,
        "closed_on": each.closed_on,
        "successor": each.successor_reg_no,
    }


def _offices(each: source.Institution) -> list[dict[str, object]]:
    return [
        {
            "reg_no": each.reg_no,
            "given_names": head.given_names,
            "family_name": head.family_name,
            "position": head.position,
            "from_on": head.from_date,
            "until_on": head.to_date,
        }
        for head in each.directors
    ]


def _offices_differ(session: Session, each: source.Institution) -> bool:
    rows = session.execute(select(office).where(office.c.reg_no == each.reg_no).order_by(office.c.id))
    known = [{name: value for name, value in row._mapping.items() if name != "id"} for row in rows]
    return known != _offices(each)


def _write_offices(session: Session, each: source.Institution) -> None:
    session.execute(delete(office).where(office.c.reg_no == each.reg_no))
    for row in _offices(each):
        session.execute(insert(office).values(**row))
