"""Numbers without gaps and repeats, whatever happens at the same time."""

from __future__ import annotations

import multiprocessing

import pytest
from small_register import NOW, OTHER, SCHOOL, with_drafts, with_schools
from sqlalchemy import select, update

from issuer.register import numbering
from issuer.register.database import Database
from issuer.register.tables import document, given_number


def give(database: Database, owners: list[str], reg_no: str = SCHOOL) -> list[numbering.Numbers]:
    with database.writing() as session:
        return numbering.give(session, reg_no, "PE", 2037, owners, NOW)


def test_numbers_follow_each_other_per_series_and_per_school_and_year(database):
    assert give(database, ["a", "b"]) == [("PE", "000001", "2037/0001"), ("PE", "000002", "2037/0002")]
    assert give(database, ["c"], OTHER) == [("PE", "000003", "2037/0001")]
    assert give(database, ["b", "d"]) == [("PE", "000002", "2037/0002"), ("PE", "000004", "2037/0003")]


def test_a_transaction_that_fails_takes_no_number(database):
    def fail_late() -> None:
        with database.writing() as session:
            numbering.give(session, SCHOOL, "PE", 2037, ["a", "b"], NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_late()
    assert give(database, ["c"]) == [("PE", "000001", "2037/0001")]


def test_a_number_that_the_source_has_used_is_gone_around(database):
    with_schools(database)
    with_drafts(database, 1)
    with database.writing() as session:
        session.execute(update(document).values(series="PE", number="000002"))
    assert [each.number for each in give(database, ["a", "b"])] == ["000001", "000003"]


def test_a_number_of_a_document_that_was_never_made_stays_in_the_book(database):
    give(database, ["a"])
    with database.writing() as session:
        numbering.void(session, "a", "atsaukts", NOW)
    assert give(database, ["b"]) == [("PE", "000002", "2037/0002")]
    with database.reading() as session:
        voided = session.execute(
            select(given_number.c.number, given_number.c.reason).where(given_number.c.voided_at.is_not(None))
        ).all()
    assert {tuple(row) for row in voided} == {(1, "atsaukts")}


def _take(url: str, worker: int) -> None:
    database = Database.open(url)
    for turn in range(15):
        give(database, [f"{worker}-{turn}-{place}" for place in range(3)])


def test_four_processes_at_once_leave_no_gap_and_repeat_nothing(database, url):
    processes = [
        multiprocessing.get_context("spawn").Process(target=_take, args=(url, each)) for each in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    with database.reading() as session:
        rows = session.execute(select(given_number.c.book, given_number.c.number)).all()
    for book in {row.book for row in rows}:
        assert sorted(row.number for row in rows if row.book == book) == list(range(1, 4 * 15 * 3 + 1))
