"""Days in a spreadsheet: a number of days since 1900 (or 1904), told from other numbers by the cell's format only."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

# ECMA-376, 18.8.30: built-in formats with a date; 18 to 21 and 45 to 47 are times of day.
_BUILT_IN = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_NOT_CODES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_FIRST = dt.date(
    1899, 12, 30
)  # day 60 is the 29 February 1900 that never was; from day 61 on this base is right
_FIRST_1904 = dt.date(1904, 1, 1)


class DateFormats:
    """Which cell styles of a workbook show a date."""

    def __init__(self, styles: ET.Element | None, *, since_1904: bool) -> None:
        """`styles`: the root of `xl/styles.xml`."""
        self.since_1904 = since_1904
        self._styles: frozenset[int] = frozenset()
        if styles is None:
            return
        custom = {
            int(e.get("numFmtId", "-1"))
            for e in styles.iter()
            if e.tag.endswith("}numFmt") and _shows_a_day(e.get("formatCode", ""))
        }
        formats = next((e for e in styles if e.tag.endswith("}cellXfs")), None)
        if formats is not None:
            self._styles = frozenset(
                n for n, xf in enumerate(formats) if int(xf.get("numFmtId", "0")) in _BUILT_IN | custom
            )

    def is_date(self, style: int) -> bool:
        """Whether cells with this style index hold days."""
        return style in self._styles


def _shows_a_day(code: str) -> bool:
    plain = _NOT_CODES.sub("", code).lower()
    return "y" in plain or "d" in plain


def day_of(value: str, *, since_1904: bool) -> str | None:
    """The ISO date of a serial number; None for what is no whole day between 1900-03-01 and 9999."""
    try:
        serial = float(value)
        if not serial.is_integer() or not 61 <= serial < 2_958_466:
            return None
        first = _FIRST_1904 if since_1904 else _FIRST
        return (first + dt.timedelta(days=int(serial))).isoformat()
    except (ValueError, OverflowError):
        return None
