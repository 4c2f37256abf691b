"""Certificates that end soon: alarms 60, 30 and 7 days before, while there is time for a new key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from issuer.seal.certificate_fields import validity
from issuer.seal.key_life import KeyRecord

ALARM_DAYS: Final = (7, 30, 60)
_IN_USE: Final = ("certified", "active", "suspended")


@dataclass(frozen=True, slots=True)
class ExpiryAlarm:
    """`days`: which alarm, 60, 30 or 7; 0 for a certificate that has ended. `not_after`: its end, aware."""

    days: int
    not_after: dt.datetime


def expiry_alarm(record: KeyRecord, at: dt.datetime) -> ExpiryAlarm | None:
    """The alarm that is due at `at` for a key that is in use or about to be; None when there is none."""
    if record.state not in _IN_USE:
        return None
    _, not_after = validity(record.key.certificate)
    left = not_after - at
    if left < dt.timedelta(0):
        return ExpiryAlarm(0, not_after)
    due = next((days for days in ALARM_DAYS if left <= dt.timedelta(days=days)), None)
    return None if due is None else ExpiryAlarm(due, not_after)
