"""The tables of the register as they were at first. Never changed: later versions are migrations of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward only: a register is restored from its backup, not downgraded."""
    op.create_table(
        "audit_entry",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decision_no", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_actor"), "audit_entry", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "document_event",
        sa.Column("document_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("audit_seq", _BIG, nullable=False),
        sa.Column("from_state", sa.String(12), nullable=False),
        sa.Column("to_state", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "audit_seq"),
    )
    op.create_index(op.f("ix_document_event_audit_seq"), "document_event", ["audit_seq"], unique=False)
    op.create_table(
        "institution",
        sa.Column("reg_no", sa.String(10), nullable=False),
        sa.Column("legal_code", sa.String(11), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(10), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reg_no"),
    )
    op.create_index(op.f("ix_institution_municipality"), "institution", ["municipality"], unique=False)
    op.create_table(
        "number_counter",
        sa.Column("book", sa.String(60), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("book"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "status_event",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("document", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("status_events_of", "status_event", ["document", "id"], unique=False)
    op.create_table(
        "status_list",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "transition_rule",
        sa.Column("from_state", sa.String(12), nullable=False),
        sa.Column("to_state", sa.String(12), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("from_state", "to_state", "role"),
    )
    op.create_table(
        "zstd_dictionary",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "access_grant",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reg_no", sa.String(), nullable=True),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("document_types", sa.String(), nullable=True),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reg_no"],
            ["institution.reg_no"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_access_grant_subject"), "access_grant", ["subject"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("reg_no", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_digest", sa.String(64), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("issue_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prepared_root", sa.String(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_root", sa.String(), nullable=True),
        sa.Column("order_text", sa.String(), nullable=True),
        sa.Column("order_seal", sa.String(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'sealing', 'done')"
            " OR (approved_by IS NOT NULL AND approved_root IS NOT NULL AND prepared_by IS NOT NULL)",
            name="approved_by_somebody",
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="four_eyes"),
        sa.ForeignKeyConstraint(
            ["reg_no"],
            ["institution.reg_no"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_batch_made_at"), "batch", ["made_at"], unique=False)
    op.create_index(op.f("ix_batch_reg_no"), "batch", ["reg_no"], unique=False)
    op.create_table(
        "given_number",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("book", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["book"],
            ["number_counter.book"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("book", "number", name="number_once"),
    )
    op.create_index(op.f("ix_given_number_owner"), "given_number", ["owner"], unique=False)
    op.create_table(
        "office",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("reg_no", sa.String(), nullable=False),
        sa.Column("given_names", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reg_no"],
            ["institution.reg_no"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_office_reg_no"), "office", ["reg_no"], unique=False)
    op.create_table(
        "person_code",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "value", name="person_code_once"),
    )
    op.create_index(op.f("ix_person_code_person_id"), "person_code", ["person_id"], unique=False)
    op.create_table(
        "source_record",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("reg_no", sa.String(10), nullable=False),
        sa.Column("record_id", sa.String(200), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("provenance", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reg_no"],
            ["institution.reg_no"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reg_no", "record_id", "content_hash", name="record_version_once"),
    )
    op.create_index(op.f("ix_source_record_person_id"), "source_record", ["person_id"], unique=False)
    op.create_table(
        "status_slot",
        sa.Column("list", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(60), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["list"],
            ["status_list.number"],
        ),
        sa.PrimaryKeyConstraint("list", "slot"),
        sa.UniqueConstraint("document", "form", name="slot_of"),
    )
    op.create_table(
        "batch_row",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("source_record", _BIG, nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source_record"],
            ["source_record.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "line", name="row_once"),
    )
    op.create_index("batch_rows_by_record", "batch_row", ["batch_id", "record_id"], unique=False)
    op.create_index(op.f("ix_batch_row_source_record"), "batch_row", ["source_record"], unique=False)
    op.create_table(
        "batch_step",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("first", _BIG, nullable=False),
        sa.Column("last", _BIG, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "first", name="range_once"),
    )
    op.create_table(
        "document",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("base_id", sa.String(60), nullable=False),
        sa.Column("credential_id", sa.String(60), nullable=True),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("source_record", _BIG, nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("reg_no", sa.String(), nullable=False),
        sa.Column("sealed_by", sa.String(), nullable=False),
        sa.Column("document_type", sa.String(40), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("audit_seq", _BIG, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("given_names", sa.String(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=True),
        sa.Column("name_key", sa.String(), nullable=True),
        sa.Column("series", sa.String(40), nullable=True),
        sa.Column("number", sa.String(40), nullable=True),
        sa.Column("registration_no", sa.String(60), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.String(6), nullable=True),
        sa.Column("replaces", _BIG, nullable=True),
        sa.Column("replaced_by", _BIG, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["audit_seq"],
            ["audit_entry.seq"],
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reg_no"],
            ["institution.reg_no"],
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["replaces"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source_record"],
            ["source_record.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("base_id"),
        sa.UniqueConstraint("credential_id"),
        sa.UniqueConstraint("document_type", "series", "number", name="document_number_once"),
    )
    op.create_index("documents_by_name", "document", ["reg_no", "name_key"], unique=False)
    op.create_index("documents_by_number", "document", ["number"], unique=False)
    op.create_index("documents_of_batch", "document", ["batch_id", "state", "id"], unique=False)
    op.create_index("documents_of_school", "document", ["reg_no", "issued_on"], unique=False)
    op.create_index(op.f("ix_document_person_id"), "document", ["person_id"], unique=False)
    op.create_index(op.f("ix_document_replaces"), "document", ["replaces"], unique=False)
    op.create_index(op.f("ix_document_source_record"), "document", ["source_record"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("document_id", _BIG, nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_delivery_document_id"), "delivery", ["document_id"], unique=False)
    op.create_table(
        "document_bytes",
        sa.Column("document_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("head_digest", sa.String(64), nullable=False),
        sa.Column("tail", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("document_id"),
    )
    op.create_table(
        "document_form",
        sa.Column("document_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("document_id", "form"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("document_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_evidence_document_id"), "evidence", ["document_id"], unique=False)
