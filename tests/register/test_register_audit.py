"""The audit trail: whatever is altered, deleted or cut off is found. The tests take the guards down first."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from small_register import CLERK, NOW, with_drafts, with_schools
from sqlalchemy import text

from issuer.register import audit, moves
from issuer.register.audit_check import AuditReport, check
from issuer.register.database import Database


def tamper(database: Database, *statements: str) -> None:
    """As somebody with the database's own password may do: no guards, no foreign keys."""
    if not database.is_sqlite:
        with database.writing() as session:
            for statement in ("SET LOCAL session_replication_role = replica", *statements):
                session.execute(text(statement))
        return
    with closing(sqlite3.connect(str(database.engine.url.database))) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def audited(database: Database, **options) -> AuditReport:
    with database.reading() as session:
        return check(session, **options)


@pytest.fixture
def busy(database):
    """Three documents, prepared in two entries."""
    with_schools(database)
    ids = with_drafts(database, 3)
    for some in (ids[:2], ids[2:]):
        with database.writing() as session:
            moves.move(session, CLERK, "batch.prepare", "b1", some, "prepared", at=NOW, reason="gatavs")
    return database


def test_a_register_that_nobody_touched_is_in_order(busy):
    report = audited(busy)
    assert report.alterations == ()
    assert (report.entries, report.steps, report.documents) == (6, 6, 3)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE audit_entry SET reason = 'cits' WHERE seq = 5", "AUDIT_ALTERED"),
        ("UPDATE audit_entry SET actor = 'somebody' WHERE seq = 2", "AUDIT_ALTERED"),
        ("UPDATE audit_entry SET at = '2036-01-01 00:00:00.000000' WHERE seq = 3", "AUDIT_ALTERED"),
        ("DELETE FROM audit_entry WHERE seq = 3", "AUDIT_GAP"),
        ("DELETE FROM audit_entry WHERE seq = 6", "AUDIT_CUT"),
        ("UPDATE document SET state = 'delivered' WHERE id = 1", "DOCUMENT_ALTERED"),
        ("UPDATE document SET digest = 'x' WHERE id = 2", "DOCUMENT_ALTERED"),
        ("DELETE FROM document WHERE id = 2", "DOCUMENT_DELETED"),
        (
            "UPDATE document_event SET to_state = 'approved' WHERE document_id = 1 AND audit_seq = 5",
            "STEPS_ALTERED",
        ),
        ("DELETE FROM document_event WHERE document_id = 3", "STEPS_ALTERED"),
        ("DELETE FROM audit_head", "AUDIT_CUT"),
        ("INSERT INTO document_event VALUES (1, 99, 'prepared', 'approved', 'x')", "STEP_WITHOUT_ENTRY"),
    ],
)
def test_what_was_altered_is_found(busy, statement, code):
    tamper(busy, statement)
    assert code in {each.code for each in audited(busy).alterations}


def test_a_trail_cut_back_and_gone_on_is_found_by_the_head_kept_outside(busy):
    """Consistent in itself: the last entry and all that it did are gone, and the head is that of the one before."""
    kept = audited(busy).head
    with busy.reading() as session:
        last = session.execute(text("SELECT previous FROM audit_entry WHERE seq = 6")).scalar_one()
    tamper(
        busy,
        "DELETE FROM document_event WHERE audit_seq = 6",
        "UPDATE document SET state = 'draft', audit_seq = 4 WHERE id = 3",
        "DELETE FROM audit_entry WHERE seq = 6",
        f"UPDATE audit_head SET seq = 5, hash = '{last}'",
    )
    assert audited(busy).alterations == ()
    assert [each.code for each in audited(busy, expect=kept).alterations] == ["AUDIT_HEAD_MISSING"]


def test_an_older_head_is_still_in_the_chain(busy):
    kept = audited(busy).head
    with busy.writing() as session:
        audit.append(session, CLERK, "test", "x", at=NOW)
    assert audited(busy, expect=kept).alterations == ()
