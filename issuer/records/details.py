"""Rows of subjects and exams, kept on disk until their graduate comes by.

The detail tables are read first and put into a temporary database under the `line` they name, so they may come in any
order, and memory does not grow with them. What no graduate asks for is an orphan.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from issuer.findings import Finding
from issuer.records.columns import Columns, DateCell
from issuer.records.messages import say
from issuer.records.sheet import SheetRow

_CACHE_KIB: Final = 4096


@dataclass(frozen=True, slots=True)
class Orphan:
    """Detail rows without a graduate: the line they name (0 when that is no number) and the first such row."""

    line: int
    row: int


class DetailStore:
    """One detail table, by graduate. `close` deletes it."""

    def __init__(self, table: str, columns: Columns, rows: Iterable[SheetRow]) -> None:
        self._table, self._columns = table, columns
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            f"""PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            PRAGMA temp_store = FILE; PRAGMA locking_mode = EXCLUSIVE;
            CREATE TABLE detail (line INTEGER NOT NULL, seq INTEGER NOT NULL, row INTEGER NOT NULL,
                                 cells BLOB NOT NULL, PRIMARY KEY (line, seq)) STRICT, WITHOUT ROWID;
            BEGIN"""
        )
        self._database.executemany("INSERT INTO detail VALUES (?, ?, ?, ?)", self._groups(rows))

    def close(self) -> None:
        """Drop the temporary database."""
        self._database.close()

    def take(self, line: int, record_id: str | None) -> tuple[list[dict[str, Any]], list[Finding]]:
        """The objects that belong to graduate `line`, in order, and what is wrong with their rows."""
        found = self._database.execute(
            "SELECT cells FROM detail WHERE line = ? ORDER BY seq", (line,)
        ).fetchall()
        rows = [row for (blob,) in found for row in orjson.loads(blob)]
        return self._objects(rows, record_id) if rows else ([], [])

    def holds(self, line: int) -> bool:
        """Whether there are rows for `line`."""
        return self._database.execute("SELECT 1 FROM detail WHERE line = ?", (line,)).fetchone() is not None

    def orphans(self, last: int) -> Iterator[Orphan]:
        """Rows that name a line before 1 or after `last`, one entry for each such line."""
        query = "SELECT line, min(row) FROM detail WHERE line < 1 OR line > ? GROUP BY line ORDER BY line"
        for line, row in self._database.execute(query, (last,)):
            yield Orphan(line, row)

    def _groups(self, rows: Iterable[SheetRow]) -> Iterator[tuple[int, int, int, bytes]]:
        """Consecutive rows of one graduate as one entry."""
        group: list[list[Any]] = []
        line, seq = -1, 0
        for row in rows:
            here = self._line_of(row)
            if group and here != line:
                yield line, seq, group[0][0], orjson.dumps(group)
                group, seq = [], seq + 1
            line = here
            group.append(
                [row.number, row.problem, None if row.cells is None else [_kept(c) for c in row.cells]]
            )
        if group:
            yield line, seq, group[0][0], orjson.dumps(group)

    def _line_of(self, row: SheetRow) -> int:
        place = self._columns.ties["line"]
        if row.cells is None:
            cell = row.first if place == 0 else ""
        else:
            cell = row.cells[place] if place < len(row.cells) else ""
        cell = cell.strip()
        return int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= 9 else 0

    def _objects(
        self, rows: list[list[Any]], record_id: str | None
    ) -> tuple[list[dict[str, Any]], list[Finding]]:
        table, ties = self._table, self._columns.ties
        numbered: list[tuple[int, dict[str, Any], list[str]]] = []
        findings: list[Finding] = []
        for number, problem, kept in rows:
            if problem is not None:
                key = "CELL_ERROR" if problem == "CELL_ERROR" else "PARSE.detail"
                findings.append(say(key, table, table=table, row=number))
            if kept is None:
                continue
            cells = [_cell(text) for text in kept]
            if (cells[ties["record_id"]] or None) != record_id:
                findings.append(say("DETAIL_RECORD", table, table=table, row=number))
            position = cells[ties["pos"]].strip() if "pos" in ties else ""
            at = int(position) if position.isascii() and position.isdigit() and len(position) < 6 else 0
            numbered.append((at, self._columns.value(cells) or {}, cells))
        if "pos" in ties:
            numbered.sort(key=lambda entry: entry[0])
            if [entry[0] for entry in numbered] != list(range(1, len(numbered) + 1)):
                findings.append(say("DETAIL_POSITION", table, table=table))
        for n, (_, _, cells) in enumerate(numbered):
            findings += self._columns.problems(cells, f"{table}[{n}].")
        return [entry[1] for entry in numbered], findings


def _kept(cell: str) -> str | list[str]:
    """A cell as JSON; a list of one marks what the spreadsheet holds as a date."""
    return [cell] if type(cell) is DateCell else cell


def _cell(kept: str | list[str]) -> str:
    return kept if isinstance(kept, str) else DateCell(kept[0])
