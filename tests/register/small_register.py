"""A register with the example's schools, one batch and as many drafts as asked for: synthetic, year 2037."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

from issuer.catalogue.reference import Reference
from issuer.register import audit, institutions, numbering
from issuer.register.actor import SYSTEM, Actor
from issuer.register.database import Database
from issuer.register.tables import batch, document, source_record

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REFERENCE = Reference.load(EXAMPLES / "reference.json")
SCHOOL, OTHER = sorted(REFERENCE.institutions)[:2]
NOW = dt.datetime(2037, 6, 20, 9, tzinfo=dt.UTC)
CLERK = Actor("clerk-1", "clerk", reg_no=SCHOOL)
DIRECTOR = Actor("director-1", "director", reg_no=SCHOOL)


def with_schools(database: Database) -> None:
    with database.writing() as session:
        institutions.take_over(session, SYSTEM, REFERENCE, NOW)


def with_drafts(database: Database, count: int, reg_no: str = SCHOOL, batch_id: str = "b1") -> list[int]:
    """Document ids of `count` drafts in one batch."""
    with database.writing() as session:
        session.execute(
            insert(batch).values(
                id=batch_id, reg_no=reg_no, title="9.a", kind="issue", state="open", source="test", sandbox=False,
                source_digest="0" * 64, as_of=NOW.date(), made_by="clerk-1", made_at=NOW,
            )
        )  # fmt: skip
        first = numbering.reserve_ids(session, count)
        ids = list(range(first, first + count))
        for id_ in ids:
            add_draft(session, id_, reg_no, batch_id)
        return ids


def add_draft(session: Session, id_: int, reg_no: str, batch_id: str) -> None:
    record = session.execute(
        insert(source_record)
        .values(reg_no=reg_no, record_id=f"r-{id_}", content_hash=f"{id_:064x}", received_at=NOW)
        .returning(source_record.c.id)
    ).scalar_one()
    digest = f"{id_:064x}"
    seq = audit.append(
        session, CLERK, "document.draft", f"r-{id_}", steps=[audit.Step(id_, "", "draft", digest)], at=NOW
    )
    session.execute(
        insert(document).values(
            id=id_, base_id=f"urn:credential:{id_:032x}", batch_id=batch_id, source_record=record, reg_no=reg_no,
            sealed_by=reg_no, document_type="APL_VPI", main=True, state="draft", audit_seq=seq, digest=digest,
            family_name="Bērziņa", given_names="Anna", name_key="berzina anna", issued_on=NOW.date(),
        )
    )  # fmt: skip
