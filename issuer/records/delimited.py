"""CSV, read line by line: comma, semicolon or tab; quotes as in RFC 4180; UTF-8 with or without BOM; any line end.

A damaged row (wrong number of columns, open quotes, bytes that are not UTF-8) is reported and the next line is read
as a row again, so that one open quotation mark cannot swallow the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from issuer.errors import AtestatsError
from issuer.records.sheet import SheetRow

MAX_ROW: Final = 64 * 1024
# A field may hold a line break in quotes; no row of ours has more than a few.
_MAX_LINES: Final = 10
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class DelimitedSheet:
    """One CSV file."""

    def __init__(self, path: Path) -> None:
        """Reads the heading; raises AtestatsError when there is none."""
        self._path = path
        with path.open("rb") as file:
            first = file.readline(MAX_ROW)
            self._skipped = 1
            if first.removeprefix(b"\xef\xbb\xbf").startswith(b"sep="):  # Excel's own hint
                first = file.readline(MAX_ROW)
                self._skipped = 2
        self._separator, self.heading = _heading(path, first)

    def rows(self) -> Iterator[SheetRow]:
        """The data rows in order."""
        number = 0
        with self._path.open("rb") as file:
            for _ in range(self._skipped):
                file.readline()
            while line := file.readline(MAX_ROW + 1):
                number += 1
                if len(line) > MAX_ROW:
                    while line and not line.endswith(b"\n"):
                        line = file.readline(MAX_ROW)
                    yield SheetRow(number, None, "PARSE.large", expected=MAX_ROW // 1024)
                    continue
                row = self._row(number, line) if b'"' not in line else self._quoted_row(number, line, file)
                if row is not None:
                    yield row

    def _row(self, number: int, line: bytes) -> SheetRow | None:
        try:
            text = line.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            return self._not_utf8(number, line)
        cells = text.split(self._separator)
        return self._counted(number, cells) if text else None

    def _quoted_row(self, number: int, line: bytes, file: BinaryIO) -> SheetRow | None:
        after_first = file.tell()
        text, lines = line, 1
        while text.count(b'"') % 2 and lines < _MAX_LINES and len(text) <= MAX_ROW:
            more = file.readline(MAX_ROW)
            if not more:
                break
            text += more
            lines += 1
        try:
            parsed = list(csv.reader([text.decode()], delimiter=self._separator, strict=True))
        except UnicodeDecodeError:
            row = self._not_utf8(number, line)
        except csv.Error:
            row = SheetRow(number, None, "PARSE.quotes", first=self._first(line))
        else:
            if len(parsed) == 1:
                return self._counted(number, parsed[0])
            row = SheetRow(number, None, "PARSE.quotes", first=self._first(line))
        file.seek(after_first)
        return row

    def _counted(self, number: int, cells: list[str]) -> SheetRow | None:
        if len(cells) != len(self.heading):
            return SheetRow(
                number, None, "PARSE.columns", len(cells), len(self.heading), cells[0] if cells else ""
            )
        return SheetRow(number, cells) if any(cells) else None

    def _not_utf8(self, number: int, line: bytes) -> SheetRow:
        return SheetRow(number, None, "ENCODING", first=self._first(line))

    def _first(self, line: bytes) -> str:
        return line.decode(errors="replace").split(self._separator, 1)[0]


def _heading(path: Path, line: bytes) -> tuple[str, Sequence[str]]:
    if line.startswith(_UTF16):
        raise _not_readable(path)
    try:
        text = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise _not_readable(path) from None
    separator = max(",;\t", key=text.count)
    try:
        cells = next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error:
        cells = []
    return separator, cells


def _not_readable(path: Path) -> AtestatsError:
    return AtestatsError(
        "TABLE_NOT_UTF8",
        f"Datne {path.name} nav UTF-8 kodējumā.",
        f"The file {path.name} is not in UTF-8.",
        next_lv="Saglabājiet to kā „CSV UTF-8”.",
        next_en="Save it as “CSV UTF-8”.",
    )
