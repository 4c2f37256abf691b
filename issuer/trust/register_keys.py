"""The keys of the register: which public keys are whose, and what they were at every time.

One dict per key, in the body that owns it:

    key_id, purpose, algorithm   `seal` or `qr`; ES256, RS256, PS256
    not_before, not_after        of its certificate, RFC 3339
    state, since                 `active`, `suspended`, `retired`, `compromised`; `since` is absent for plain `active`
    history                      [[state, since], …], oldest first; only when the key had more than one change
    sha256                       of a seal certificate (hex) | kid, spki   key id (hex) and public key of a QR key
    certificate                  DER in base64, when it is still known

A key is never dropped. A compromise is for ever and counts from the time at which it happened: what was said of the
key for later times then falls away.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Final, TypeAlias

from issuer.seal.key import SealKey
from issuer.trust.certificates import Certificate
from issuer.trust.entity import start_of_local_day
from issuer.trust.register import Body
from issuer.trust.times import format_time, parse_time

KeyEntry: TypeAlias = "dict[str, Any]"
# State and the time from which it holds (aware), oldest first, as the key store tells it.
KeyHistory: TypeAlias = "Sequence[tuple[str, dt.datetime]]"

PURPOSES: Final = ("seal", "qr")
# States of the key store in which documents do not yet meet the key: the list is public before its first use.
_BEFORE_USE: Final = frozenset({"requested", "generated", "certified"})
_STATES: Final = frozenset({"active", "suspended", "retired", "compromised"})


def with_keys(
    bodies: Iterable[Body],
    keys: Iterable[SealKey],
    histories: Mapping[str, KeyHistory],
    compromised: Set[str],
    now: dt.datetime,
) -> list[Body]:
    """The bodies with the keys of the store put beside those that they had before (see `register.with_history`).

    `histories`: key id -> states, from the key store; a key without one is active. A key that is gone from the
    store is `retired` from `now` on. `compromised`: ids of keys reported compromised just now.
    """
    current = {key.key_id: key for key in keys if key.purpose in PURPOSES}
    by_owner: dict[str, list[SealKey]] = {}
    for key in current.values():
        by_owner.setdefault(key.owner, []).append(key)
    listed = []
    for body in bodies:
        entries = {entry["key_id"]: dict(entry) for entry in body.get("keys", ())}
        for key_id, entry in entries.items():
            if key_id not in current and entry["state"] not in ("retired", "compromised"):
                _set_states(entry, [*states_of(entry), ("retired", now)])
        for key in by_owner.get(body["key"], ()):
            entries[key.key_id] = _entry(key, histories.get(key.key_id, ()), entries.get(key.key_id))
        _close(body, entries.values(), now)
        for key_id in compromised & entries.keys():
            if entries[key_id]["state"] != "compromised":
                _set_states(entries[key_id], [*states_of(entries[key_id]), ("compromised", now)])
        listed.append({**body, "keys": list(entries.values())})
    return listed


def _close(body: Body, entries: Iterable[KeyEntry], now: dt.datetime) -> None:
    """The keys of a body that has ceased to exist are out of use from the next midnight in Latvia, if not before."""
    if not body.get("closed_on"):
        return
    end = start_of_local_day(dt.date.fromisoformat(body["closed_on"]) + dt.timedelta(days=1))
    for entry in entries:
        states = states_of(entry)
        if end <= now and entry["state"] in ("active", "suspended"):
            _set_states(entry, [*(each for each in states if each[1] < end), ("retired", end)])


def states_of(entry: Mapping[str, Any]) -> list[tuple[str, dt.datetime]]:
    """State and time from which it holds, oldest first; the first one is when the key came into use."""
    if "history" in entry:
        return [(state, parse_time(since)) for state, since in entry["history"]]
    begun = parse_time(entry["not_before"])
    if entry["state"] == "active":
        return [("active", begun)]
    since = parse_time(entry["since"])  # before the certificate begins, for a school that closed before
    return [("active", min(begun, since)), (entry["state"], since)]


def put_states(entry: KeyEntry, states: Sequence[tuple[str, dt.datetime]]) -> None:
    """Write `states` (see `states_of`) into the entry: `state`, `since` and, when they do not say it all, `history`.

    Raises ValueError for an unknown or a missing state.
    """
    _set_states(entry, states)


def _entry(key: SealKey, history: KeyHistory, before: Mapping[str, Any] | None) -> KeyEntry:
    certificate = Certificate.from_der(key.certificate)
    entry: KeyEntry = {
        "key_id": key.key_id,
        "purpose": key.purpose,
        "algorithm": key.algorithm,
        "not_before": format_time(certificate.not_before),
        "not_after": format_time(certificate.not_after),
        "certificate": base64.b64encode(key.certificate).decode(),
    }
    if key.purpose == "seal":
        entry["sha256"] = certificate.sha256.hex()
    else:
        entry |= {"kid": key.kid8.hex(), "spki": base64.b64encode(key.spki).decode()}
    states = [(state, since) for state, since in history if state not in _BEFORE_USE]
    if before is not None:
        states += [each for each in states_of(before) if each[0] == "compromised"]
    _set_states(entry, states or [("active", certificate.not_before)])
    return entry


def _set_states(entry: KeyEntry, states: Sequence[tuple[str, dt.datetime]]) -> None:
    found = sorted(states, key=lambda each: each[1])
    if not found or not {state for state, _ in found} <= _STATES:
        raise ValueError("state of a key")
    fatal = next((place for place, (state, _) in enumerate(found) if state == "compromised"), None)
    if fatal is not None:
        found = found[: fatal + 1]
    if found[0][0] != "active":  # whatever happened first, the key was usable until then
        found.insert(0, ("active", min(parse_time(entry["not_before"]), found[0][1])))
    state, since = found[-1]
    for name in ("since", "history"):
        entry.pop(name, None)
    entry["state"] = state
    if state != "active":
        entry["since"] = format_time(since)
    if len(found) > 2:
        entry["history"] = [[each, format_time(moment)] for each, moment in found]
