"""What a document says about itself, as far as the verdict depends on it. Nothing here is believed yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Statement:
    """Claims of one document; None where it is silent.

    `issuer` is the sealer's organisation identifier (`NTRLV-…`) that an EDC must name; QR seals name none. `awarding`
    holds the register numbers of all awarding bodies named, `awarded_on` the days of award: one each in a sound
    document. `unreadable` lists date fields that are no dates.
    """

    document_type: str | None
    issuer: str | None
    awarding: tuple[str, ...]
    awarded_on: tuple[dt.date, ...]
    issued_on: dt.date | None
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    has_status: bool
    names_issuer: bool = True
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that could be read: its statement, and what of it may be shown once the seal stands."""

    statement: Statement
    claimed_time: dt.datetime
    content: Mapping[str, Any]
