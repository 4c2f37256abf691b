"""The life of a document: what the rules say, and what the database refuses whoever asks."""

from __future__ import annotations

import itertools

import pytest
from small_register import CLERK, DIRECTOR, NOW, with_drafts, with_schools
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from issuer.register import audit, moves
from issuer.register.actor import SYSTEM, Actor
from issuer.register.database import Database
from issuer.register.life import ROLES, RULES
from issuer.register.register_error import RegisterError
from issuer.register.tables import (
    audit_entry,
    document,
    document_bytes,
    document_event,
    transition_rule,
)

WAY = [
    ("prepared", CLERK),
    ("approved", DIRECTOR),
    ("sealed", SYSTEM),
    ("registered", SYSTEM),
    ("delivered", SYSTEM),
]
STATES = ("draft", "prepared", "approved", "sealed", "registered", "delivered", "suspended", "replaced", "annulled",
          "withdrawn")  # fmt: skip


def travel(database: Database, ids: list[int], to: str) -> None:
    for state, actor in WAY:
        with database.writing() as session:
            moves.move(session, actor, f"test.{state}", "b1", ids, state, at=NOW)  # type: ignore[arg-type]
        if state == to:
            return


def states(database: Database) -> dict[int, str]:
    with database.reading() as session:
        return {row.id: row.state for row in session.execute(select(document.c.id, document.c.state))}


def test_the_whole_way_is_told_step_by_step(database):
    with_schools(database)
    [first, second] = with_drafts(database, 2)
    travel(database, [first, second], "delivered")
    assert set(states(database).values()) == {"delivered"}
    with database.reading() as session:
        rows = session.execute(
            select(document_event.c.from_state, document_event.c.to_state, audit_entry.c.actor)
            .join(audit_entry, audit_entry.c.seq == document_event.c.audit_seq)
            .where(document_event.c.document_id == first)
            .order_by(document_event.c.audit_seq)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("", "draft", "clerk-1"),
        ("draft", "prepared", "clerk-1"),
        ("prepared", "approved", "director-1"),
        ("approved", "sealed", "system"),
        ("sealed", "registered", "system"),
        ("registered", "delivered", "system"),
    ]


def test_the_database_holds_the_rules_that_the_code_holds(database):
    with database.reading() as session:
        held = {tuple(row) for row in session.execute(select(transition_rule))}
    assert held == set(RULES)


def test_every_step_that_is_not_in_the_rules_is_refused_by_the_database_itself(database):
    """Behind the code's back: an audit entry is there, the role is not entitled or the step does not exist."""
    with_schools(database)
    [id_] = with_drafts(database, 1)

    def force(to: str, role: str) -> None:
        with database.writing() as session:
            seq = audit.append(session, Actor("x", role), "test", "x", at=NOW)  # type: ignore[arg-type]
            session.execute(update(document).where(document.c.id == id_).values(state=to, audit_seq=seq))

    tried = 0
    for to, role in itertools.product(STATES, ROLES):
        if ("draft", to, role) in RULES:
            continue
        tried += 1
        with pytest.raises(DBAPIError, match="transition not allowed"):
            force(to, role)
    assert tried > 60
    assert states(database) == {id_: "draft"}


def test_a_step_without_a_new_audit_entry_is_refused(database):
    with_schools(database)
    [id_] = with_drafts(database, 1)
    with pytest.raises(DBAPIError, match="needs an audit entry"), database.writing() as session:
        session.execute(update(document).where(document.c.id == id_).values(state="prepared"))


def test_one_document_that_may_not_go_holds_all_back(database):
    with_schools(database)
    first, second = with_drafts(database, 2)
    travel(database, [first], "prepared")
    with pytest.raises(RegisterError) as refused, database.writing() as session:
        moves.move(session, DIRECTOR, "test", "b1", [first, second], "approved", at=NOW)
    assert refused.value.code == "TRANSITION_REFUSED"
    assert states(database) == {first: "prepared", second: "draft"}


def test_a_clerk_does_not_approve(database):
    with_schools(database)
    ids = with_drafts(database, 1)
    travel(database, ids, "prepared")
    with pytest.raises(RegisterError) as refused, database.writing() as session:
        moves.move(session, CLERK, "test", "b1", ids, "approved", at=NOW)
    assert refused.value.code == "NOT_ALLOWED"


@pytest.mark.parametrize(("given", "code"), [({}, "REASON_MISSING"), ({"reason": "x"}, "DECISION_MISSING")])
def test_an_annulment_needs_its_reason_and_the_number_of_the_decision(database, given, code):
    with_schools(database)
    ids = with_drafts(database, 1)
    travel(database, ids, "delivered")
    with pytest.raises(RegisterError) as refused, database.writing() as session:
        moves.move(session, DIRECTOR, "test", "b1", ids, "annulled", at=NOW, **given)
    assert refused.value.code == code


@pytest.mark.parametrize("column", ["series", "number", "family_name", "credential_id", "sealed_at"])
def test_a_sealed_document_does_not_change(database, column):
    with_schools(database)
    ids = with_drafts(database, 1)
    travel(database, ids, "sealed")
    value = NOW if column == "sealed_at" else "other"
    with pytest.raises(DBAPIError, match="sealed documents do not change"), database.writing() as session:
        session.execute(update(document).values({column: value}))


def test_sealed_bytes_stay_and_only_their_evidence_grows(database):
    with_schools(database)
    ids = with_drafts(database, 1)
    with database.writing() as session:
        session.execute(insert(document_bytes).values(document_id=ids[0], head=b"a", head_digest="0", size=1))
        session.execute(update(document_bytes).values(head=b"b"))  # not sealed yet
    travel(database, ids, "sealed")
    with pytest.raises(DBAPIError, match="sealed bytes do not change"), database.writing() as session:
        session.execute(update(document_bytes).values(head=b"c"))
    with pytest.raises(DBAPIError, match="sealed bytes"), database.writing() as session:
        session.execute(delete(document_bytes))
    with database.writing() as session:
        session.execute(update(document_bytes).values(tail=b"more"))


@pytest.mark.parametrize("table", ["document", "audit_entry", "document_event", "institution"])
def test_what_must_stay_cannot_be_deleted(database, table):
    with_schools(database)
    with_drafts(database, 1)
    with pytest.raises(DBAPIError, match=f"{table} stays"), database.writing() as session:
        session.execute(text(f"DELETE FROM {table}"))
