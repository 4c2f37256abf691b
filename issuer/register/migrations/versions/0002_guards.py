"""What the database itself refuses: impossible steps, changed history, moved slots, altered sealed documents.

The rules of steps stand here as they were at this version; `issuer.register.life` is what the present ones must equal.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PREPARING = ("clerk", "director", "municipality", "exam_body", "operator")
_APPROVING = ("director", "municipality", "exam_body", "operator")
_SENDING = (*_PREPARING, "source", "system")
_SYSTEM = ("system",)
_STEPS = (
    ("", "draft", _SENDING),
    ("draft", "draft", _SENDING),
    ("draft", "prepared", _PREPARING),
    ("prepared", "draft", _SENDING),
    ("prepared", "approved", _APPROVING),
    ("approved", "draft", _SENDING),
    ("approved", "prepared", _APPROVING),
    ("draft", "withdrawn", _SENDING),
    ("prepared", "withdrawn", _PREPARING),
    ("approved", "withdrawn", _APPROVING),
    ("approved", "sealed", _SYSTEM),
    ("sealed", "sealed", _SYSTEM),
    ("sealed", "registered", _SYSTEM),
    ("registered", "registered", _SYSTEM),
    ("registered", "delivered", _SYSTEM),
    ("delivered", "delivered", _SYSTEM),
    ("registered", "suspended", _APPROVING),
    ("delivered", "suspended", _APPROVING),
    ("suspended", "suspended", _SYSTEM),
    ("suspended", "registered", _APPROVING),
    ("suspended", "delivered", _APPROVING),
    ("suspended", "annulled", _APPROVING),
    ("suspended", "replaced", _SYSTEM),
    ("registered", "annulled", _APPROVING),
    ("delivered", "annulled", _APPROVING),
    ("registered", "replaced", _SYSTEM),
    ("delivered", "replaced", _SYSTEM),
    ("replaced", "replaced", _SYSTEM),
    ("annulled", "annulled", _SYSTEM),
)

# What a document is may not change once it is sealed; erasure empties what only drafts may lose.
_FIXED = ("base_id", "reg_no", "document_type")
_SEALED = ("sealed", "registered", "delivered", "suspended", "replaced", "annulled")
_FIXED_SEALED = (
    "batch_id",
    "source_record",
    "sealed_by",
    "issued_on",
    "credential_id",
    "given_names",
    "family_name",
    "series",
    "number",
    "registration_no",
    "sealed_at",
    "replaces",
)
# Tables of which nothing is deleted, and those in which nothing is changed either.
_NEVER_DELETED = (
    "document",
    "given_number",
    "number_counter",
    "status_event",
    "zstd_dictionary",
    "institution",
)
_NEVER_TOUCHED = ("audit_entry", "document_event", "status_slot")


def upgrade() -> None:
    """Fill the rules, then put the triggers up."""
    rules = sa.table("transition_rule", sa.column("from_state"), sa.column("to_state"), sa.column("role"))
    op.bulk_insert(
        rules,
        [
            {"from_state": before, "to_state": after, "role": role}
            for before, after, roles in _STEPS
            for role in roles
        ],
    )
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _sqlite() -> None:
    def refuse(name: str, when: str, message: str) -> None:
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{message}'); END")

    def changed(names: tuple[str, ...]) -> str:
        return " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in names)

    allowed = (
        "EXISTS (SELECT 1 FROM audit_entry AS a JOIN transition_rule AS r ON r.role = a.role"
        " WHERE a.seq = NEW.audit_seq AND r.from_state = {before} AND r.to_state = NEW.state)"
    )
    op.execute(
        f"""CREATE TRIGGER document_begins AFTER INSERT ON document BEGIN
        SELECT RAISE(ABORT, 'transition not allowed') WHERE NOT {allowed.format(before="''")};
        INSERT INTO document_event (document_id, audit_seq, from_state, to_state, digest)
            VALUES (NEW.id, NEW.audit_seq, '', NEW.state, NEW.digest); END"""
    )
    op.execute(
        f"""CREATE TRIGGER document_moves AFTER UPDATE OF state, digest, audit_seq ON document
        WHEN {changed(("state", "digest", "audit_seq"))} BEGIN
        SELECT RAISE(ABORT, 'a transition needs an audit entry') WHERE NEW.audit_seq <= OLD.audit_seq;
        SELECT RAISE(ABORT, 'transition not allowed') WHERE NOT {allowed.format(before="OLD.state")};
        INSERT INTO document_event (document_id, audit_seq, from_state, to_state, digest)
            VALUES (NEW.id, NEW.audit_seq, OLD.state, NEW.state, NEW.digest); END"""
    )
    refuse(
        "document_stays_itself",
        f"BEFORE UPDATE ON document WHEN {changed(_FIXED)}",
        "documents stay themselves",
    )
    refuse(
        "sealed_document_stays",
        f"BEFORE UPDATE ON document WHEN OLD.state IN ({_quoted(_SEALED)}) AND ({changed(_FIXED_SEALED)})",
        "sealed documents do not change",
    )
    state_of = "(SELECT state FROM document WHERE id = OLD.document_id)"
    refuse(
        "sealed_head_stays",
        f"BEFORE UPDATE OF document_id, head, head_digest ON document_bytes WHEN {state_of} IN ({_quoted(_SEALED)})"
        f" AND ({changed(('document_id', 'head', 'head_digest'))})",
        "sealed bytes do not change",
    )
    refuse(
        "sealed_bytes_stay",
        f"BEFORE DELETE ON document_bytes WHEN {state_of} IN ({_quoted(_SEALED)})",
        "sealed bytes stay",
    )
    for table in (*_NEVER_DELETED, *_NEVER_TOUCHED):
        refuse(f"{table}_is_not_deleted", f"BEFORE DELETE ON {table}", f"{table} stays")
    for table in _NEVER_TOUCHED:
        refuse(f"{table}_is_not_changed", f"BEFORE UPDATE ON {table}", f"{table} stays")


def _postgresql() -> None:
    def refuse(name: str, when: str, message: str, row: str = "FOR EACH ROW") -> None:
        table = when.split(" ON ")[1].split()[0]
        timing, _, condition = when.partition(f" ON {table}")
        op.execute(
            f"CREATE TRIGGER {name} {timing} ON {table} {row} {condition} EXECUTE FUNCTION refuse_change('{message}')"
        )

    def changed(names: tuple[str, ...]) -> str:
        return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names)

    op.execute(
        """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$"""
    )
    op.execute(
        """CREATE FUNCTION document_step() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE before text := '';
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                before := OLD.state;
                IF NEW.audit_seq <= OLD.audit_seq THEN
                    RAISE EXCEPTION 'a transition needs an audit entry' USING ERRCODE = 'restrict_violation';
                END IF;
            END IF;
            IF NOT EXISTS (SELECT 1 FROM audit_entry AS a JOIN transition_rule AS r ON r.role = a.role
                           WHERE a.seq = NEW.audit_seq AND r.from_state = before AND r.to_state = NEW.state) THEN
                RAISE EXCEPTION 'transition not allowed' USING ERRCODE = 'restrict_violation';
            END IF;
            INSERT INTO document_event (document_id, audit_seq, from_state, to_state, digest)
                VALUES (NEW.id, NEW.audit_seq, before, NEW.state, NEW.digest);
            RETURN NULL;
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER document_begins AFTER INSERT ON document FOR EACH ROW EXECUTE FUNCTION document_step()"
    )
    op.execute(
        f"""CREATE TRIGGER document_moves AFTER UPDATE ON document FOR EACH ROW
        WHEN ({changed(("state", "digest", "audit_seq"))}) EXECUTE FUNCTION document_step()"""
    )
    refuse(
        "document_stays_itself",
        f"BEFORE UPDATE ON document WHEN ({changed(_FIXED)})",
        "documents stay themselves",
    )
    refuse(
        "sealed_document_stays",
        f"BEFORE UPDATE ON document WHEN (OLD.state IN ({_quoted(_SEALED)}) AND ({changed(_FIXED_SEALED)}))",
        "sealed documents do not change",
    )
    op.execute(
        f"""CREATE FUNCTION sealed_bytes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM document WHERE id = OLD.document_id AND state IN ({_quoted(_SEALED)})) THEN
                RAISE EXCEPTION 'sealed bytes do not change' USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$"""
    )
    op.execute(
        f"""CREATE TRIGGER sealed_head_stays BEFORE UPDATE ON document_bytes FOR EACH ROW
        WHEN ({changed(("document_id", "head_digest"))} OR NEW.head <> OLD.head) EXECUTE FUNCTION sealed_bytes_stay()"""
    )
    op.execute(
        "CREATE TRIGGER sealed_bytes_stay BEFORE DELETE ON document_bytes FOR EACH ROW"
        " EXECUTE FUNCTION sealed_bytes_stay()"
    )
    for table in (*_NEVER_DELETED, *_NEVER_TOUCHED):
        refuse(f"{table}_is_not_deleted", f"BEFORE DELETE ON {table}", f"{table} stays")
    for table in (*_NEVER_DELETED, *_NEVER_TOUCHED, "document_bytes"):
        refuse(
            f"{table}_is_not_emptied", f"BEFORE TRUNCATE ON {table}", f"{table} stays", "FOR EACH STATEMENT"
        )
    for table in _NEVER_TOUCHED:
        refuse(f"{table}_is_not_changed", f"BEFORE UPDATE ON {table}", f"{table} stays")
    # Bytes come compressed: PostgreSQL shall not try again.
    for column in ("head", "tail"):
        op.execute(f"ALTER TABLE document_bytes ALTER COLUMN {column} SET STORAGE EXTERNAL")
