"""The cells of one row of an XLSX sheet as text (ECMA-376, 18.3.1.4).

The spelling that spreadsheet programmes write is read by a pattern; rich text, formulas and anything else unusual by an
XML parser. Both see one row only, which holds no declarations.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from issuer.records.columns import DateCell
from issuer.records.shared_strings import SharedStrings, character, string_of
from issuer.records.spreadsheet_dates import DateFormats, day_of

_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
    r'(?:/>|>(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>|<v>([^<]*)</v>)?</c>)'
)
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")
_ENTITY = re.compile("&(amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_NAMES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MAX_COLUMN: Final = 500
# Column letters, style, type, inline text, value; as in `_CELL`.
_Parts = tuple[str, str | None, str | None, str | None, str | None]


class Cells:
    """Reads rows of one workbook."""

    def __init__(self, strings: SharedStrings, dates: DateFormats) -> None:
        self._strings, self._dates = strings, dates
        self._places: dict[str, int] = {}

    def read(self, inner: str) -> tuple[list[str], str | None]:
        """Texts by column, and the message key of a problem, for what stands between `<row>` and `</row>`.

        Raises ValueError, LookupError or ParseError for what is no row of cells.
        """
        cells: list[str] = []
        problem = None
        places = self._places
        for column, style, kind, inline, value in _usual(inner) or _general(inner):
            place = places.get(column, -1)
            if place < 0:
                place = self._place(column)
            if place >= len(cells):
                cells.extend([""] * (place - len(cells) + 1))
            if inline is not None:
                plain = "&" not in inline and "_x" not in inline
                cells[place] = inline if plain else string_of(_unescaped(inline))
            elif not value:
                continue
            elif kind == "s":
                cells[place] = self._strings[int(value)]
            elif kind == "e":
                problem = "CELL_ERROR"
            elif kind == "str":
                cells[place] = string_of(_unescaped(value))
            elif kind == "d":
                cells[place] = DateCell(value[:10])
            else:
                cells[place] = self._number(value, style)
        return cells, problem

    def _place(self, column: str) -> int:
        number = 0
        for letter in column:
            number = number * 26 + ord(letter) - 64
        if number > _MAX_COLUMN:
            raise ValueError(column)
        self._places[column] = number - 1
        return number - 1

    def _number(self, value: str, style: str | None) -> str:
        if style and self._dates.is_date(int(style)):
            day = day_of(value, since_1904=self._dates.since_1904)
            if day is not None:
                return DateCell(day)
        if value.isdigit():
            return value
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _usual(inner: str) -> list[_Parts] | None:
    """The cells when the pattern accounts for every character of the row; None otherwise."""
    found: list[_Parts] = []
    end = 0
    for match in _CELL.finditer(inner):
        if match.start() != end:
            return None
        end = match.end()
        found.append(match.groups())  # type: ignore[arg-type]
    return found if end == len(inner) else None


def _general(inner: str) -> Iterator[_Parts]:
    """The cells in any spelling. Texts are escaped again, as `_usual` gives them."""
    row = ET.fromstring(f"<row>{inner}</row>")  # noqa: S314  (no declarations in a piece of a sheet)
    for n, cell in enumerate(row):
        if cell.tag != "c":
            raise ValueError(cell.tag)
        match = _REFERENCE.fullmatch(cell.get("r", ""))
        value = next((child.text or "" for child in cell if child.tag == "v"), "")
        inline = next((child for child in cell if child.tag == "is"), None)
        text = None if inline is None else "".join(_texts(inline)).replace("&", "&amp;")
        column = match.group(1) if match else _letters(n)
        yield column, cell.get("s"), cell.get("t"), text, value.replace("&", "&amp;")


def _texts(element: ET.Element) -> Iterator[str]:
    """Text of runs; phonetic readings (`rPh`) are not part of the cell."""
    for child in element:
        if child.tag == "t":
            yield child.text or ""
        elif child.tag == "r":
            yield from _texts(child)


def _letters(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def _unescaped(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    if name.startswith("#x"):
        return character(int(name[2:], 16))
    return character(int(name[1:])) if name.startswith("#") else _NAMES[name]
