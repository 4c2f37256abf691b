"""The life of a key, as data: its states, which may follow which, and the history that is never rewritten.

    requested → certified → active ⇄ suspended → retired | compromised

A key is made and its certificate asked for (`requested`), the certificate is in (`certified`), it seals
(`active`; at most one per owner and purpose), it must not for a while (`suspended`), it never will again
(`retired`), or somebody else may have it (`compromised`, from any state and for ever). Documents of a
retired key stay good; what a compromised key sealed needs proof of having existed before (`since`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from issuer.seal.key import SealKey
from issuer.seal.keystore_error import KeyStoreError

KeyState = Literal["requested", "certified", "active", "suspended", "retired", "compromised"]
STATES: Final[tuple[KeyState, ...]] = get_args(KeyState)

_NEXT: Final[Mapping[KeyState, frozenset[KeyState]]] = {
    "requested": frozenset({"certified", "retired", "compromised"}),
    "certified": frozenset({"active", "retired", "compromised"}),
    "active": frozenset({"suspended", "retired", "compromised"}),
    "suspended": frozenset({"active", "retired", "compromised"}),
    "retired": frozenset({"compromised"}),
    "compromised": frozenset(),
}
_NAMES_LV: Final[Mapping[KeyState, str]] = {
    "requested": "pieprasīta",
    "certified": "sertificēta",
    "active": "aktīva",
    "suspended": "apturēta",
    "retired": "izbeigta",
    "compromised": "kompromitēta",
}


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """One step of a key's life. Times are aware.

    `since` belongs to a compromise: from when on the key may have been in other hands (the invalidityDate of
    RFC 5280, 5.3.2), which may be long before anyone noticed (`at`).
    """

    state: KeyState
    at: dt.datetime
    reason: str = ""
    since: dt.datetime | None = None

    def as_dict(self) -> dict[str, str]:
        """The JSON form."""
        entry = {"state": str(self.state), "at": self.at.isoformat()}
        if self.reason:
            entry["reason"] = self.reason
        if self.since is not None:
            entry["since"] = self.since.isoformat()
        return entry

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> KeyEvent:
        """The event of a JSON form; raises KeyError, TypeError or ValueError for anything else."""
        state, at, since = entry["state"], dt.datetime.fromisoformat(entry["at"]), entry.get("since")
        event = cls(state, at, entry.get("reason", ""), dt.datetime.fromisoformat(since) if since else None)
        if state not in STATES or at.tzinfo is None or (event.since and event.since.tzinfo is None):
            raise ValueError(state)
        return event


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key with its history. While it is only `requested` the chain of `key` is empty: no certificate yet.

    `held_by` says where the private part is: `{"kind": "store"}`, `{"kind": "pkcs11", "socket": path}`
    (`SigningService`), `{"kind": "csc", "url": …, "version": …, "credential": …}`.
    """

    key: SealKey
    history: tuple[KeyEvent, ...]
    held_by: Mapping[str, str] = field(default_factory=lambda: {"kind": "store"})

    @property
    def state(self) -> KeyState:
        """What the key is now."""
        return self.history[-1].state

    @property
    def changed_at(self) -> dt.datetime:
        """Since when it is that."""
        return self.history[-1].at

    def state_at(self, at: dt.datetime) -> KeyState | None:
        """What the key was at a time, as far as was known then; None before it was made."""
        states = [event.state for event in self.history if event.at <= at]
        return states[-1] if states else None

    @property
    def invalid_since(self) -> dt.datetime | None:
        """From when on a compromised key may have been in other hands; None for a key that is not."""
        last = self.history[-1]
        return (last.since or last.at) if last.state == "compromised" else None


def next_event(record: KeyRecord, event: KeyEvent) -> KeyRecord:
    """`record` with one more step of its life.

    Raises `KeyStoreError` KEY_STATE (a step that cannot follow) or KEY_TIME (a step before the last one).
    """
    if event.state not in _NEXT[record.state]:
        raise KeyStoreError(
            "KEY_STATE",
            f"Atslēga {record.key.key_id} ir {_NAMES_LV[record.state]}; tā nevar kļūt {_NAMES_LV[event.state]}.",
            f"The key {record.key.key_id} is {record.state}; it cannot become {event.state}.",
            next_lv="Atslēgas stāvokli rāda: atestats keys list.",
            next_en="See its state with: atestats keys list.",
        )
    if event.at < record.changed_at:
        raise KeyStoreError(
            "KEY_TIME",
            f"Atslēgas {record.key.key_id} pēdējais notikums ir vēlāks: {record.changed_at.isoformat()}.",
            f"The last event of the key {record.key.key_id} is later: {record.changed_at.isoformat()}.",
            next_lv="Vēsturi nepārraksta; pārbaudiet pulksteni vai --at.",
            next_en="History is not rewritten; check the clock or --at.",
        )
    return KeyRecord(record.key, (*record.history, event), record.held_by)


def choose_active(owner: str, purpose: str, records: tuple[KeyRecord, ...]) -> KeyRecord:
    """The one active key among those of an owner and purpose; never another one in its place.

    Raises `KeyStoreError` KEY_MISSING, KEY_SUSPENDED or KEY_NONE_ACTIVE.
    """
    for record in records:
        if record.state == "active":
            return record
    if not records:
        raise KeyStoreError(
            "KEY_MISSING",
            f"Atslēgu krātuvē nav atslēgas: {owner}, {purpose}.",
            f"The key store holds no key for {owner}, {purpose}.",
            next_lv="Pārbaudiet, vai krātuve veidota no tās pašas klasifikatoru datnes.",
            next_en="Check that the store was made from the same reference file.",
        )
    suspended = [record for record in records if record.state == "suspended"]
    if suspended:
        raise KeyStoreError(
            "KEY_SUSPENDED",
            f"Atslēga ir apturēta: {suspended[-1].key.key_id}.",
            f"The key is suspended: {suspended[-1].key.key_id}.",
            next_lv="Kad iemesls novērsts: atestats keys resume. Cita atslēga tās vietā netiek lietota.",
            next_en="When the reason is gone: atestats keys resume. No other key is used in its place.",
        )
    raise KeyStoreError(
        "KEY_NONE_ACTIVE",
        f"Nav aktīvas atslēgas: {owner}, {purpose} (pēdējā ir {_NAMES_LV[records[-1].state]}).",
        f"No key is active for {owner}, {purpose} (the last one is {records[-1].state}).",
        next_lv="Izveidojiet atslēgu: atestats keys create, csr, import, activate.",
        next_en="Make a key: atestats keys create, csr, import, activate.",
    )
