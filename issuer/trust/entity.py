"""Who may issue what, when: the institutions and authorities of a bundle.

Every question has a date in it. An institution is asked on the day a document was awarded (was its programme
accredited then?) and at the time it was sealed (did the institution still exist, and who had taken over its
duties?), never today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

KeyState = Literal["active", "suspended", "retired", "compromised"]
EVERY_INSTITUTION = "*"

_RIGA = ZoneInfo("Europe/Riga")


def local_day(moment: dt.datetime) -> dt.date:
    """The calendar day in Latvia at `moment` (aware): the days of registers and documents are local ones."""
    return moment.astimezone(_RIGA).date()


def start_of_local_day(day: dt.date) -> dt.datetime:
    """Midnight in Latvia at which `day` begins (aware)."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=_RIGA)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both inclusive; an open end is None."""

    start: dt.date
    end: dt.date | None

    def covers(self, day: dt.date) -> bool:
        """Whether `day` lies in the period."""
        return self.start <= day and (self.end is None or day <= self.end)

    def as_list(self) -> list[str | None]:
        """The JSON form: [start, end]."""
        return [self.start.isoformat(), self.end.isoformat() if self.end else None]

    @classmethod
    def from_list(cls, raw: Sequence[Any]) -> Period:
        """From the JSON form; raises `ValueError` or `TypeError`."""
        start, end = raw
        return cls(dt.date.fromisoformat(start), dt.date.fromisoformat(end) if end is not None else None)


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A public key that the operator has listed: one seal certificate or one key of QR seals.

    `reference` is the SHA-256 of the DER certificate for a seal, the 8-byte key id for a QR key.
    `not_before` and `not_after` are aware UTC. `state` is the last one and `since` the time from which it holds, None
    for `active`; `history` has all of them, oldest first, when there were more than two.
    """

    owner: str
    purpose: Literal["seal", "qr"]
    reference: bytes
    algorithm: str
    not_before: dt.datetime
    not_after: dt.datetime
    state: KeyState
    since: dt.datetime | None
    spki: bytes  # DER SubjectPublicKeyInfo for QR keys, b"" for seals (their files carry the certificate)
    history: tuple[tuple[KeyState, dt.datetime], ...] = ()

    def state_at(self, moment: dt.datetime) -> KeyState:
        """What the key was at `moment` (aware), as the operator knows it now.

        A compromise counts from the time at which it happened, even if it was found out later.
        """
        if not self.history:
            return self.state if self.since is not None and moment >= self.since else "active"
        begun = [state for state, since in self.history if since <= moment]
        return begun[-1] if begun else "active"


@dataclass(frozen=True, slots=True)
class Entity:
    """An institution, or an authority that seals beside the institutions.

    `key`: registration number (10 digits) or `ministry`, `exam_body`. `rights`: document type -> periods in
    which it may award that type. `mandates`: document type -> institutions for which it may seal (or "*"),
    with the period.
    """

    key: str
    kind: Literal["institution", "authority"]
    organization_identifier: str
    name: Mapping[str, str]  # lv, en
    closed_on: dt.date | None
    successor: str | None
    rights: Mapping[str, tuple[Period, ...]]
    mandates: Mapping[str, tuple[tuple[str, Period], ...]]
    former_identifiers: tuple[str, ...] = ()  # of the legal entities that it belonged to before

    def has_identifier(self, organization_identifier: str | None) -> bool:
        """Whether the body has or had this organisation identifier: a school that went over to another municipality
        keeps its documents, whose seal certificates name the former one.
        """
        return organization_identifier in (self.organization_identifier, *self.former_identifiers)

    def may_award(self, document_type: str, day: dt.date) -> bool:
        """Whether it may award the type on that day."""
        return any(period.covers(day) for period in self.rights.get(document_type, ()))

    def has_mandate(self, document_type: str, institution: str, day: dt.date) -> bool:
        """Whether it may seal that type for that institution on that day."""
        return any(
            awarding in (EVERY_INSTITUTION, institution) and period.covers(day)
            for awarding, period in self.mandates.get(document_type, ())
        )

    def is_closed_on(self, day: dt.date) -> bool:
        """Whether the institution had ceased to exist before that day."""
        return self.closed_on is not None and day > self.closed_on
