"""Times in the files of this room: RFC 3339 in UTC with whole seconds."""

from __future__ import annotations

import datetime as dt


def parse_time(text: str) -> dt.datetime:
    """An RFC 3339 time with offset as aware datetime; `ValueError` for one without."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without offset")
    return moment


def format_time(moment: dt.datetime) -> str:
    """An aware datetime as RFC 3339 in UTC with whole seconds: 2037-06-22T00:00:00Z."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
