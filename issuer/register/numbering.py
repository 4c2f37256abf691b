"""Numbers that the source has not given: taken at sealing, without gaps and without repeats.

    numbers = numbering.give(session, "9900000001", "PE", 2037, ["urn:credential:…", …], taken_at)

Two books: one of numbers per series for the whole country, because series and number together name one document, and
one of registration numbers per institution and year (the register book of the school). The rows of both are locked
until the transaction ends, and the numbers stand in the documents' rows when it does: one that fails takes none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from issuer.register.register_error import RegisterError
from issuer.register.tables import document, given_number, number_counter

_LARGEST: Final = 999_999  # six digits


class Numbers(NamedTuple):
    """What a document is numbered with: `PE`, `000017`, `2037/0003`."""

    series: str
    number: str
    registration_no: str


def give(
    session: Session, reg_no: str, series: str, year: int, owners: Sequence[str], at: dt.datetime
) -> list[Numbers]:
    """One set of numbers per owner (base identifier of a main document), in their order.

    An owner that has numbers keeps them. Raises `RegisterError` NUMBERS_EXHAUSTED after 999,999 of a series.
    """
    of_series, of_school = f"number/{series}", f"registration/{reg_no}/{year}"
    numbers = _take(session, of_series, owners, at, series)
    registrations = _take(session, of_school, owners, at, None)
    return [Numbers(series, f"{numbers[owner]:06}", f"{year}/{registrations[owner]:04}") for owner in owners]


def void(session: Session, owner: str, reason: str, at: dt.datetime) -> None:
    """Account for the numbers of a document that will never be made: they stay in the book, with the reason."""
    session.execute(
        update(given_number)
        .where(given_number.c.owner == owner, given_number.c.voided_at.is_(None))
        .values(voided_at=at, reason=reason)
    )


def reserve_ids(session: Session, count: int) -> int:
    """Take `count` document ids in a row; returns the first. They need not be used."""
    return _lock(session, "document-id", count) + 1


def _take(
    session: Session, book: str, owners: Sequence[str], at: dt.datetime, series: str | None
) -> dict[str, int]:
    known = {
        row.owner: row.number
        for row in session.execute(
            select(given_number.c.owner, given_number.c.number).where(
                given_number.c.book == book, given_number.c.owner.in_(owners)
            )
        )
    }
    missing = [owner for owner in owners if owner not in known]
    if not missing:
        return known
    last = _lock(session, book, 0)
    taken: list[int] = []
    while len(taken) < len(missing):
        some = range(last + 1, last + 1 + len(missing) - len(taken))
        used = _given_by_sources(session, series, some) if series else set()
        taken += [number for number in some if number not in used]
        last = some[-1]
    if taken[-1] > _LARGEST and series:
        raise _exhausted(series)
    session.execute(update(number_counter).where(number_counter.c.book == book).values(last=last))
    session.execute(
        insert(given_number),
        [
            {"book": book, "number": number, "owner": owner, "given_at": at, "reason": ""}
            for owner, number in zip(missing, taken, strict=True)
        ],
    )
    return known | dict(zip(missing, taken, strict=True))


def _given_by_sources(session: Session, series: str, numbers: range) -> set[int]:
    """Numbers of this series that a source has used: the register's own book goes around them."""
    texts = [f"{number:06}" for number in numbers]
    found = session.execute(
        select(document.c.number).where(document.c.series == series, document.c.number.in_(texts))
    )
    return {int(row.number) for row in found}


def _lock(session: Session, book: str, add: int) -> int:
    """Lock the book's row, making it where it is missing; returns its last number before `add`."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(number_counter).values(book=book, last=0).on_conflict_do_nothing())
    after = session.execute(
        update(number_counter)
        .where(number_counter.c.book == book)
        .values(last=number_counter.c.last + add)
        .returning(number_counter.c.last)
    ).scalar_one()
    return int(after) - add


def _exhausted(series: str) -> RegisterError:
    return RegisterError(
        "NUMBERS_EXHAUSTED",
        f"Sērijas {series} numuri ir beigušies.",
        f"The numbers of the series {series} are used up.",
        next_lv="Klasifikatoru datnē norādiet šim dokumenta veidam jaunu sēriju.",
        next_en="Give the document type a new series in the reference file.",
    )
