"""A table as its rows come off the disk, whatever the file format: the noun that CSV and XLSX have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. `number` counts data rows from 1 (the heading is row 0).

    `cells` is None when the row could not be read; `problem` is the message key of what is wrong, with its values.
    `first` is the first cell of a damaged row, as far as it can be told: it may still say where the row belongs.
    """

    number: int
    cells: Sequence[str] | None
    problem: str | None = None
    found: int = 0
    expected: int = 0
    first: str = ""


class Sheet(Protocol):
    """A table that can be read once, from the top."""

    @property
    def heading(self) -> Sequence[str]:
        """The first row."""

    def rows(self) -> Iterator[SheetRow]:
        """The data rows; empty ones are counted but left out."""
