"""XLSX (ECMA-376): the sheets of a workbook as rows of text, read as a stream.

Text comes from inline or shared strings, numbers as the shortest decimal, cells in a date format as ISO dates. Formulas
count with their stored result. Memory is flat: sheets are cut row by row, shared strings lie in a temporary file.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from issuer.errors import AtestatsError
from issuer.records.cells import Cells
from issuer.records.framing import OversizeError, pieces
from issuer.records.shared_strings import SharedStrings
from issuer.records.sheet import SheetRow
from issuer.records.spreadsheet_dates import DateFormats

# Limits against archives that unpack to more than they should. Deflate reaches 1032:1; honest sheets stay below 60:1.
_MAX_PARTS: Final = 2000
_MAX_PART: Final = 4 * 1024**3
_MAX_RATIO: Final = 200
_MAX_SMALL_PART: Final = 8 * 1024**2
MAX_ROW: Final = 256 * 1024

_ROW_TAG = re.compile(r"<row([^>]*?)(/?)>")
_ROW_NUMBER = re.compile(r'(?:^|\s)r="([0-9]{1,7})"')
_OFFICE: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Sheets by their name; the second ones are what a Latvian school may call them.
_ALIASES: Final = {
    "graduates": "graduates",
    "absolventi": "graduates",
    "subjects": "subjects",
    "priekšmeti": "subjects",
    "mācību priekšmeti": "subjects",
    "exams": "exams",
    "eksāmeni": "exams",
    "pārbaudes darbi": "exams",
}


class Workbook:
    """An opened workbook; a context manager."""

    def __init__(self, path: Path) -> None:
        """Raises AtestatsError when the file is no workbook or breaks the limits."""
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise _not_a_workbook(path) from error
        try:
            self._check_parts()
            self._read_catalogue()
        except AtestatsError:
            self.close()
            raise
        except (
            ET.ParseError,
            KeyError,
            ValueError,
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            OversizeError,
        ):
            self.close()
            raise _not_a_workbook(path) from None

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and drop temporary data."""
        if hasattr(self, "strings"):
            self.strings.close()
        self._zip.close()

    def sheets(self) -> dict[str, WorkbookSheet]:
        """Sheets by role (`graduates`, `subjects`, `exams`)."""
        return {role: WorkbookSheet(self, part) for role, part in self._parts.items()}

    def open_part(self, name: str) -> zipfile.ZipExtFile:
        """A part as an unpacking stream; encrypted, missing and misplaced ones raise AtestatsError."""
        try:
            return self._zip.open(name)  # type: ignore[return-value]
        except (RuntimeError, NotImplementedError, KeyError, ValueError, OSError) as error:
            raise _not_a_workbook(self.path) from error

    def _check_parts(self) -> None:
        entries = self._zip.infolist()
        names = [entry.filename for entry in entries]
        bomb = any(
            entry.file_size > _MAX_PART
            or (
                entry.file_size > _MAX_SMALL_PART
                and entry.file_size > _MAX_RATIO * max(1, entry.compress_size)
            )
            for entry in entries
        )
        if bomb or len(entries) > _MAX_PARTS or len(set(names)) != len(names):
            raise AtestatsError(
                "XLSX_LIMITS",
                f"Datne {self.path.name} pēc izsaiņošanas būtu pārmērīgi liela; tā netiek lasīta.",
                f"The file {self.path.name} would unpack to an unreasonable size; it is not read.",
                next_lv="Saglabājiet darbgrāmatu no jauna izklājlapu programmā.",
                next_en="Save the workbook anew in a spreadsheet programme.",
            )

    def _read_catalogue(self) -> None:
        book = self._small("xl/workbook.xml")
        relations = {r.get("Id"): r.get("Target", "") for r in self._small("xl/_rels/workbook.xml.rels")}
        self._parts: dict[str, str] = {}
        for sheet in (element for element in book.iter() if _local(element) == "sheet"):
            role = _ALIASES.get((sheet.get("name") or "").strip().casefold())
            if role is not None:
                target = relations[sheet.get(f"{_OFFICE}id")]
                self._parts[role] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        since_1904 = any(
            _local(e) == "workbookPr" and e.get("date1904") in ("1", "true") for e in book.iter()
        )
        names = set(self._zip.namelist())
        styles = self._small("xl/styles.xml") if "xl/styles.xml" in names else None
        self.dates = DateFormats(styles, since_1904=since_1904)
        shared = "xl/sharedStrings.xml"
        self.strings = SharedStrings(self.open_part(shared) if shared in names else None)

    def _small(self, name: str) -> ET.Element:
        with self.open_part(name) as part:
            text = part.read(_MAX_SMALL_PART + 1)
        if len(text) > _MAX_SMALL_PART or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise ValueError
        return ET.fromstring(text)  # noqa: S314  (no declarations: checked above)


class WorkbookSheet:
    """One sheet; `rows` may be called any number of times."""

    def __init__(self, workbook: Workbook, part: str) -> None:
        self._workbook, self._part = workbook, part
        self._cells = Cells(workbook.strings, workbook.dates)
        first = next(self._read(), None)
        if first is None or first.cells is None or first.number != 0:
            raise _not_a_workbook(workbook.path)
        self.heading: Sequence[str] = first.cells

    def rows(self) -> Iterator[SheetRow]:
        """The data rows; the heading is row 1 of the sheet, so data row n is row n + 1."""
        for row in self._read():
            if row.number > 0:
                yield row

    def _read(self) -> Iterator[SheetRow]:
        number = -1
        try:
            with self._workbook.open_part(self._part) as part:
                head = part.read(4096)
                prefix = _prefix(head)
                for piece in pieces(_Joined(head, part), f"{prefix}row", MAX_ROW):
                    if not piece.element:
                        if b"sheetData" not in piece.before:
                            yield SheetRow(number + 1, None, "PARSE.truncated")
                        continue
                    number, row = self._row(piece.element, prefix, number, piece.whole)
                    if row is not None:
                        yield row
        except OversizeError:
            yield SheetRow(number + 1, None, "PARSE.large", expected=MAX_ROW // 1024)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            yield SheetRow(number + 1, None, "PARSE.damaged")

    def _row(self, raw: bytes, prefix: str, last: int, whole: bool) -> tuple[int, SheetRow | None]:
        if prefix:
            name = prefix.encode()
            raw = raw.replace(b"<" + name, b"<").replace(b"</" + name, b"</")
        text = raw.decode(errors="replace")
        tag = _ROW_TAG.match(text)
        given = _ROW_NUMBER.search(tag.group(1)) if tag else None
        number = int(given.group(1)) - 1 if given else last + 1
        if number <= last or not whole or tag is None:
            return last + 1, SheetRow(last + 1, None, "PARSE.xml")
        if tag.group(2):
            return number, None
        try:
            cells, problem = self._cells.read(text[tag.end() : -len("</row>")])
        except (ET.ParseError, ValueError, LookupError):
            return number, SheetRow(number, None, "PARSE.xml")
        return number, SheetRow(number, cells, problem) if any(cells) or problem else None


class _Joined:
    """A stream whose first bytes have been read already."""

    def __init__(self, head: bytes, rest: zipfile.ZipExtFile) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int, /) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        return self._rest.read(size)


def _prefix(head: bytes) -> str:
    """The namespace prefix that some programmes give every element (`<x:worksheet>`)."""
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise zipfile.BadZipFile
    match = re.search(rb"<([A-Za-z0-9]+:)?worksheet[\s>]", head)
    if match is None:
        raise zipfile.BadZipFile
    return (match.group(1) or b"").decode()


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _not_a_workbook(path: Path) -> AtestatsError:
    return AtestatsError(
        "XLSX_UNREADABLE",
        f"Datne {path.name} nav lasāma XLSX darbgrāmata ar lapām graduates, subjects un exams.",
        f"The file {path.name} is not a readable XLSX workbook with the sheets graduates, subjects and exams.",
        next_lv="Saglabājiet to no jauna kā XLSX bez paroles.",
        next_en="Save it anew as XLSX without a password.",
    )
