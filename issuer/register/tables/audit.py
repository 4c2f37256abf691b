"""The audit trail: one chain of entries for the whole register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Json, Utc


class AuditEntry(SQLModel, table=True):
    """Who did what, when and why. `hash` = SHA-256(previous hash ‖ canonical JSON of the rest), hex.

    `documents` and `root`: how many documents the entry moved, and the hash over their rows in `document_event`.
    Nothing personal about learners stands here: `subject` and `detail` hold identifiers.
    """

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    at: dt.datetime = Field(sa_type=Utc)
    actor: str = Field(index=True)
    role: str
    action: str = Field(index=True)
    subject: str = Field(index=True)
    reason: str = ""
    decision_no: str = ""
    detail: Any = Field(default=None, sa_type=Json, nullable=True)
    documents: int = 0
    root: str = ""
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """The end of the chain: the row that is locked while an entry is appended."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = Field(sa_type=BigId)
    hash: str = Field(max_length=64)
