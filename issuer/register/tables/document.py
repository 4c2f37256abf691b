"""Documents: what they are, their exact bytes, their forms, what happened to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Bytes, Json, Utc


class Document(SQLModel, table=True):
    """One document from draft on. `base_id` is its identifier without a status slot: known before it is sealed.

    `digest` is what the document is at present: the leaf of its content until it is sealed, the SHA-256 of its file
    after that, hex. `state` moves only together with `audit_seq`; a trigger writes the step into `document_event`.
    """

    __table_args__ = (
        UniqueConstraint("document_type", "series", "number", name="document_number_once"),
        Index("documents_of_batch", "batch_id", "state", "id"),
        Index("documents_of_school", "reg_no", "issued_on"),
        Index("documents_by_name", "reg_no", "name_key"),
        Index("documents_by_number", "number"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    base_id: str = Field(unique=True, max_length=60)
    credential_id: str | None = Field(default=None, unique=True, max_length=60)
    batch_id: str = Field(foreign_key="batch.id")
    source_record: int = Field(foreign_key="source_record.id", sa_type=BigId, index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    reg_no: str = Field(foreign_key="institution.reg_no")
    """The institution whose document it is."""
    sealed_by: str
    """Whose key seals it: a registration number or an authority's key."""
    document_type: str = Field(max_length=40)
    main: bool = True
    """Whether it is the record's main document (its certificate)."""
    state: str = Field(default="draft", max_length=12)
    audit_seq: int = Field(foreign_key="audit_entry.seq", sa_type=BigId)
    digest: str = Field(max_length=64)
    given_names: str | None = None
    family_name: str | None = None
    name_key: str | None = None
    """Family name and given names, lower case, without diacritics: what a search compares with."""
    series: str | None = Field(default=None, max_length=40)
    number: str | None = Field(default=None, max_length=40)
    registration_no: str | None = Field(default=None, max_length=60)
    issued_on: dt.date
    sealed_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    """The sealing time in the document; set with the intent, before it is sealed."""
    level: str | None = Field(default=None, max_length=6)
    replaces: int | None = Field(default=None, foreign_key="document.id", sa_type=BigId, index=True)
    replaced_by: int | None = Field(default=None, foreign_key="document.id", sa_type=BigId)
    problem: Any = Field(default=None, sa_type=Json, nullable=True)
    """Why it could not be sealed when it was last tried: findings."""
    erased_at: dt.datetime | None = Field(default=None, sa_type=Utc)


class DocumentBytes(SQLModel, table=True):
    """The exact bytes of a document's file: `head` ‖ `tail`, each compressed (see `issuer.register.packing`).

    The head holds the payload and is stored before it is sealed; the tail holds the seal, and grows with its evidence.
    """

    __tablename__ = "document_bytes"

    document_id: int = Field(
        primary_key=True, foreign_key="document.id", sa_type=BigId, sa_column_kwargs={"autoincrement": False}
    )
    head: bytes = Field(sa_type=Bytes)
    head_digest: str = Field(max_length=64)
    tail: bytes | None = Field(default=None, sa_type=Bytes)
    size: int = 0


class DocumentForm(SQLModel, table=True):
    """Another form of a document: `qr` (the code's text), `proof` (its place in the log), `evidence` (RFC 4998)."""

    __tablename__ = "document_form"

    document_id: int = Field(
        primary_key=True, foreign_key="document.id", sa_type=BigId, sa_column_kwargs={"autoincrement": False}
    )
    form: str = Field(primary_key=True, max_length=20)
    content: bytes = Field(sa_type=Bytes)
    digest: str = Field(max_length=64)


class Evidence(SQLModel, table=True):
    """A proof that was added to a document's seal: time stamp, validation data, archive time stamp, log entry."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    document_id: int = Field(foreign_key="document.id", sa_type=BigId, index=True)
    kind: str = Field(max_length=20)
    at: dt.datetime = Field(sa_type=Utc)
    detail: Any = Field(default=None, sa_type=Json, nullable=True)


class DocumentEvent(SQLModel, table=True):
    """A step of a document: written by the trigger on `document`, never by hand."""

    __tablename__ = "document_event"

    document_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    audit_seq: int = Field(primary_key=True, sa_type=BigId, index=True)
    from_state: str = Field(default="", max_length=12)
    to_state: str = Field(max_length=12)
    digest: str = Field(max_length=64)


class TransitionRule(SQLModel, table=True):
    """A step that a role may take; what is not here, the database refuses. From "": how a document begins."""

    __tablename__ = "transition_rule"

    from_state: str = Field(primary_key=True, max_length=12)
    to_state: str = Field(primary_key=True, max_length=12)
    role: str = Field(primary_key=True, max_length=20)


class Delivery(SQLModel, table=True):
    """A document handed to a target, or the attempt."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    document_id: int = Field(foreign_key="document.id", sa_type=BigId, index=True)
    target: str
    at: dt.datetime = Field(sa_type=Utc)
    outcome: str
    detail: Any = Field(default=None, sa_type=Json, nullable=True)


class ZstdDictionary(SQLModel, table=True):
    """A compression dictionary by number; never deleted, because bytes that name it need it."""

    __tablename__ = "zstd_dictionary"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: bytes = Field(sa_type=Bytes)
    made_at: dt.datetime = Field(sa_type=Utc)
