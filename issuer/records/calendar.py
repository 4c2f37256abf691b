"""Dates as ISO 8601 text. Two valid dates compare as text, so nothing here is parsed twice.

The checks keep dates as the `YYYY-MM-DD` strings of the source: `is_date` says once (cached) whether a day exists,
after that `<` on strings is the order of the days.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from issuer.records.fields import DATE, TIMESTAMP

_DATE = re.compile(DATE)
_TIMESTAMP = re.compile(TIMESTAMP)


@lru_cache(maxsize=16_384)
def is_date(text: str) -> bool:
    """Whether `text` is `YYYY-MM-DD` (ASCII digits) and that day exists."""
    if _DATE.fullmatch(text) is None:
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_timestamp(text: str) -> bool:
    """Whether `text` is an RFC 3339 date-time with offset on a day that exists."""
    return _TIMESTAMP.fullmatch(text) is not None and is_date(text[:10])


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """A school year (mācību gads): first and last day as ISO text, and the calendar year in which it ends."""

    first_day: str
    last_day: str
    ends: int


@lru_cache(maxsize=256)
def school_year(text: str) -> SchoolYear | None:
    """`2025/2026` as 1 September 2025 – 31 August 2026; None unless the two years are consecutive."""
    start, end = int(text[:4]), int(text[5:])
    if end != start + 1:
        return None
    return SchoolYear(f"{start:04d}-09-01", f"{end:04d}-08-31", end)


def age_on(birth: str, day: str) -> int:
    """Full years between two ISO dates."""
    return int(day[:4]) - int(birth[:4]) - (day[5:] < birth[5:])
