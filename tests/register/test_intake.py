"""Records into the register: once, again, changed, and of somebody else."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from small_register import CLERK, DIRECTOR, EXAMPLES, NOW, REFERENCE, with_schools
from sqlalchemy import func, select

from issuer.bulk.batches.intake import Imported, Intake, Source
from issuer.catalogue.document_types import load_document_types
from issuer.credential import Issuing
from issuer.records import Batch, Checker, read
from issuer.register import audit_check, moves, records
from issuer.register.actor import SYSTEM, Actor
from issuer.register.packing import Packing
from issuer.register.tables import batch, batch_row, document, person_code, source_record

AS_OF = dt.date(2037, 7, 31)
OPERATOR = Actor("operator-1", "operator")


@pytest.fixture(scope="module")
def issuing() -> Issuing:
    return Issuing.of(REFERENCE)


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (EXAMPLES / "records.jsonl").read_text().splitlines()]


def bring(database, issuing, rows: list[dict[str, Any]], folder: Path, actor: Actor = OPERATOR) -> Imported:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    checker = Checker(REFERENCE, AS_OF, load_document_types(), numbers_later=True)
    intake = Intake(database, actor, issuing, source=Source("rows.jsonl", "0" * 64), as_of=AS_OF, now=NOW)
    with Batch(checker) as judged:
        return intake(judged.judge(row) for row in read(path))


def drafts(database) -> dict[str, Any]:
    with database.reading() as session:
        return {row.base_id: row for row in session.execute(select(document))}


def test_every_good_row_becomes_drafts_and_every_row_is_kept_with_its_findings(database, issuing, tmp_path):
    with_schools(database)
    imported = bring(database, issuing, lines(), tmp_path)
    assert imported.outcomes == Counter(new=10, refused=2)
    made = drafts(database)
    assert Counter(row.document_type for row in made.values())["SEK_IZR"] == 10
    assert {row.state for row in made.values()} == {"draft"}
    assert all(row.number and row.series for row in made.values())
    with database.reading() as session:
        rows = session.execute(select(batch_row)).all()
        assert len(rows) == 12
        assert {bool(row.findings) for row in rows if row.decision == "reject"} == {True}
        assert set(session.execute(select(batch.c.reg_no)).scalars()) == set(imported.batches)
        assert not audit_check.check(session).alterations


def test_sent_again_nothing_is_repeated(database, issuing, tmp_path):
    with_schools(database)
    bring(database, issuing, lines(), tmp_path)
    before = drafts(database)
    again = bring(database, issuing, lines(), tmp_path)
    assert again.outcomes == Counter(unchanged=10, refused=2)
    assert drafts(database) == before
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(source_record)).scalar_one() == 10
        assert session.execute(select(func.count()).select_from(person_code)).scalar_one() <= 10


def test_a_changed_record_updates_its_drafts_and_shows_what_differs(database, issuing, tmp_path):
    with_schools(database)
    rows = lines()
    bring(database, issuing, rows, tmp_path)
    before = drafts(database)
    first = rows[0]["subjects"][0]
    other = next(
        each for each in rows[0]["subjects"] if each["grade"] not in (first["grade"], "a", "nv", "i")
    )
    first.update(grade=other["grade"], grade_text=other["grade_text"])
    rows[0]["exported_at"] = "2037-06-25T10:00:00Z"
    changed = bring(database, issuing, rows, tmp_path)
    assert changed.outcomes["updated"] == 1
    after = drafts(database)
    moved = [key for key in before if before[key].digest != after[key].digest]
    assert moved
    assert {after[key].document_type for key in moved} == {"SEK_IZR"}  # the certificate carries no marks
    with database.reading() as session:
        told = [
            changes
            for changes in session.execute(select(batch_row.c.changes)).scalars()
            if changes["outcome"] == "updated"
        ]
        assert "subjects[0].grade" in told[0]["paths"]
        newest = records.latest(session, after[moved[0]].reg_no, [rows[0]["record_id"]])[rows[0]["record_id"]]
        assert newest.provenance["subjects[0].grade"][1].startswith("2037-06-25")
        assert records.read(Packing.of(session), newest.content)["subjects"][0]["grade"] == first["grade"]


def test_a_change_after_approval_opens_the_batch_again(database, issuing, tmp_path):
    with_schools(database)
    rows = lines()[:1]
    imported = bring(database, issuing, rows, tmp_path)
    [(reg_no, batch_id)] = imported.batches.items()
    ids = [row.id for row in drafts(database).values()]
    with database.writing() as session:
        moves.move(session, Actor("c", "clerk", reg_no), "t", batch_id, ids, "prepared", at=NOW)
        moves.move(session, Actor("d", "director", reg_no), "t", batch_id, ids, "approved", at=NOW)
        session.execute(
            batch.update()
            .where(batch.c.id == batch_id)
            .values(state="approved", prepared_by="c", approved_by="d", approved_root="x")
        )
    rows[0]["learner"]["family_name"] = "Citāde"
    assert bring(database, issuing, rows, tmp_path).outcomes == Counter(updated=1)
    assert {row.state for row in drafts(database).values()} == {"draft"}
    with database.reading() as session:
        assert session.execute(select(batch.c.state).where(batch.c.id == batch_id)).scalar_one() == "open"


def test_a_change_after_sealing_is_refused(database, issuing, tmp_path):
    with_schools(database)
    rows = lines()[:1]
    imported = bring(database, issuing, rows, tmp_path)
    [batch_id] = imported.batches.values()
    ids = [row.id for row in drafts(database).values()]
    for actor, state in ((CLERK, "prepared"), (DIRECTOR, "approved"), (SYSTEM, "sealed")):
        with database.writing() as session:
            moves.move(session, actor, "t", batch_id, ids, state, at=NOW)
    before = drafts(database)
    rows[0]["learner"]["family_name"] = "Citāde"
    assert bring(database, issuing, rows, tmp_path).outcomes == Counter(refused=1)
    assert drafts(database) == before


def test_a_school_brings_its_own_records_only(database, issuing, tmp_path):
    with_schools(database)
    rows = lines()
    own = rows[0]["institution"]["reg_no"]
    imported = bring(database, issuing, rows, tmp_path, Actor("c", "clerk", reg_no=own))
    assert set(imported.batches) == {own}
    assert {row.reg_no for row in drafts(database).values()} == {own}
    with database.reading() as session:
        found = session.execute(select(batch_row.c.findings)).scalars().all()
    assert "OTHER_INSTITUTION" in {finding["code"] for each in found for finding in each}


def test_records_without_numbers_wait_for_the_register_to_number_them(database, issuing, tmp_path):
    with_schools(database)
    rows = lines()[:1]
    for name in ("series", "number", "registration_no"):
        rows[0]["document"][name] = None
    assert bring(database, issuing, rows, tmp_path).outcomes == Counter(new=1)
    numbers = {row.document_type: row.number for row in drafts(database).values()}
    assert {numbers[code] for code in ("APL_VPI", "SEK_IZR")} == {None}


def test_a_number_that_another_document_has_is_refused(database, issuing, tmp_path):
    with_schools(database)
    rows = lines()
    bring(database, issuing, rows[:1], tmp_path)
    other = dict(rows[0]) | {"record_id": "another"}
    assert bring(database, issuing, [other], tmp_path).outcomes == Counter(refused=1)
