"""Batches: records that are prepared, approved and sealed together."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Json, Utc


class Batch(SQLModel, table=True):
    """A batch of one institution. `state`: open → prepared → approved → sealing → done; or withdrawn.

    `approved_root` pins the exact contents: the Merkle root (RFC 9162) over the leaves of its documents.
    """

    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="four_eyes"),
        CheckConstraint(
            "state NOT IN ('approved', 'sealing', 'done') OR"
            " (approved_by IS NOT NULL AND approved_root IS NOT NULL AND prepared_by IS NOT NULL)",
            name="approved_by_somebody",
        ),
    )

    id: str = Field(primary_key=True, max_length=36)
    reg_no: str = Field(foreign_key="institution.reg_no", index=True)
    title: str
    kind: str = "issue"
    """`issue`, or what a guided operation makes: `correction`, `duplicate`, `appeal`."""
    state: str = "open"
    source: str
    """Where the records came from: a file's name or an adapter's."""
    source_digest: str = Field(max_length=64)
    sandbox: bool = False
    as_of: dt.date
    issue_on: dt.date | None = None
    """Not sealed before this day; None: as soon as it is approved."""
    made_by: str
    made_at: dt.datetime = Field(sa_type=Utc, index=True)
    prepared_by: str | None = None
    prepared_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    prepared_root: str | None = None
    approved_by: str | None = None
    approved_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    approved_root: str | None = None
    order_text: str | None = None
    """What the approver agreed to: the sealing order, canonical JSON."""
    order_seal: str | None = None
    """The order as a compact JWS by the institution's key."""
    finished_at: dt.datetime | None = Field(default=None, sa_type=Utc)


class BatchRow(SQLModel, table=True):
    """A row of the source and what was found in it."""

    __tablename__ = "batch_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "line", name="row_once"),
        Index("batch_rows_by_record", "batch_id", "record_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    batch_id: str = Field(foreign_key="batch.id")
    line: int
    record_id: str | None = None
    source_record: int | None = Field(default=None, foreign_key="source_record.id", sa_type=BigId, index=True)
    decision: str
    """`issue`, `review`, `reject` or `no_document`, as `issuer.records` says."""
    findings: Any = Field(default=None, sa_type=Json, nullable=True)
    changes: Any = Field(default=None, sa_type=Json, nullable=True)
    """For a changed record: the paths that differ from the version before."""
    confirmed_by: str | None = None
    """Who looked at the warnings of a row under review and let it pass."""


class BatchStep(SQLModel, table=True):
    """A range of documents on its way through a step: what a worker takes, and what stopped it."""

    __tablename__ = "batch_step"
    __table_args__ = (UniqueConstraint("batch_id", "first", name="range_once"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    batch_id: str = Field(foreign_key="batch.id")
    first: int = Field(sa_type=BigId)
    last: int = Field(sa_type=BigId)
    """Document ids, both inclusive."""
    done_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    attempts: int = 0
    problem: Any = Field(default=None, sa_type=Json, nullable=True)
