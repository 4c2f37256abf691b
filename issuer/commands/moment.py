"""The `--at TIME` of several commands: a point in time, given by a person."""

from __future__ import annotations

import datetime as dt

import click


def moment(text: str) -> dt.datetime:
    """RFC 3339 with offset (`2037-06-22T10:00:00Z`), or a date, which means its end in UTC; gives aware UTC."""
    try:
        if len(text) == 10:
            day = dt.date.fromisoformat(text)
            return dt.datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=dt.UTC)
        parsed = dt.datetime.fromisoformat(text)
        if parsed.tzinfo is not None:
            return parsed.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise click.BadParameter(
        f"„{text}” nav laiks; piemērs / is not a time; for example: 2037-06-22T10:00:00Z"
    )
