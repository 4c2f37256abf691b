"""Changes to the life of the keys of a store, each one written to disk before it is said to be so.

    register = KeyRegister(keydir)
    record = register.request(new_key, at=now, lock=store.lock)        # then: csr, and wait for the certificate
    register.certify(record.key.key_id, certificates, at=later)
    register.activate(record.key.key_id, at=later)                     # the one before it retires in the same step

Only `request` touches a secret; all else needs no passphrase, so that a key can be suspended by whoever is on
duty. Nothing is ever deleted: certificates, chains and histories of old keys stay, documents depend on them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from issuer.seal.certificate_fields import check_valid
from issuer.seal.certificate_import import check_certificates
from issuer.seal.key import SealKey
from issuer.seal.key_life import KeyEvent, KeyRecord, next_event
from issuer.seal.keystore_error import KeyStoreError
from issuer.seal.keystore_files import (
    SECRETS_FILE,
    NewKey,
    base64_text,
    bound_to,
    entry_of,
    replace,
    writing,
)
from issuer.seal.lock import Lock
from issuer.seal.public_keys import FORMAT, INDEX_FILE, PublicKeys, load

Entry: TypeAlias = dict[str, Any]


class KeyRegister:
    """The writing side of `PublicKeys`. Times are aware; every method returns the record as it is then."""

    def __init__(self, keydir: Path) -> None:
        self._index_path = keydir / INDEX_FILE
        self._secrets_path = keydir / SECRETS_FILE
        self._keydir = keydir

    def request(
        self,
        new: NewKey,
        *,
        at: dt.datetime,
        lock: Lock | None = None,
        held_by: Mapping[str, str] | None = None,
    ) -> KeyRecord:
        """Add a key that has no certificate yet (`new.chain` is empty).

        The store keeps its private part under `lock`, or `held_by` says who does. Raises KEY_EXISTS.
        """
        with writing(self._keydir):
            index = load(self._index_path)
            if any(entry["key_id"] == new.key_id for entry in index["keys"]):
                raise KeyStoreError(
                    "KEY_EXISTS",
                    f"Tāda atslēga krātuvē jau ir: {new.key_id}.",
                    f"The store holds this key already: {new.key_id}.",
                )
            index["keys"].append(entry_of(new, (), KeyEvent("requested", at), held_by))
            if lock is not None:
                secrets = load(self._secrets_path)
                box = lock.wrap(new.private, bound_to(new.as_key(), "spki"))
                secrets["keys"][new.key_id] = base64_text(box)
                replace(self._secrets_path, secrets)  # before the index: a box without an entry does no harm
            return self._store(index, new.key_id)

    def check(self, key: SealKey, certificates: Sequence[bytes], *, at: dt.datetime) -> None:
        """Raises what `certify` would raise for these certificates; changes nothing."""
        check_certificates(key, certificates, self._load()[1].issuers.values(), at)

    def certify(self, key_id: str, certificates: Sequence[bytes], *, at: dt.datetime) -> KeyRecord:
        """Bring in the certificate of a requested key, with its chain (DER, any order).

        Raises `KeyStoreError`: KEY_STATE, or CERTIFICATE_… as `check_certificates` says.
        """
        with writing(self._keydir):
            index, public = self._load()
            record = public.record(key_id)
            next_event(record, KeyEvent("certified", at))
            chain, root = check_certificates(record.key, certificates, public.issuers.values(), at)
            entry = _entry(index, key_id)
            entry["certificate"] = base64_text(chain[0])
            names = {der: name for name, der in public.issuers.items()}
            for der in (*chain[1:], root):
                name = names.setdefault(der, "ca-" + hashlib.sha256(der).hexdigest()[:16])
                index["issuers"][name] = base64_text(der)
            entry["issuers"] = [names[der] for der in chain[1:]]
            if names[root] != "root":
                index["anchors"] = sorted({*index.get("anchors", ()), names[root]})
            _append(entry, record, KeyEvent("certified", at))
            return self._store(index, key_id)

    def activate(self, key_id: str, *, at: dt.datetime, reason: str = "") -> KeyRecord:
        """Let a certified key seal; the one that was active for the same owner and purpose retires with it.

        Raises KEY_STATE, KEY_EXPIRED, KEY_NOT_YET_VALID.
        """
        with writing(self._keydir):
            index, public = self._load()
            record = public.record(key_id)
            next_event(record, KeyEvent("active", at, reason))
            if record.state != "certified":
                raise _resume_instead(key_id)
            check_valid(key_id, record.key.certificate, at)
            for other in public.records_of(record.key.owner, record.key.purpose):
                if other.state == "active":
                    event = KeyEvent("retired", at, f"superseded by {key_id}")
                    _append(_entry(index, other.key.key_id), other, event)
            _append(_entry(index, key_id), record, KeyEvent("active", at, reason))
            return self._store(index, key_id)

    def suspend(self, key_id: str, *, at: dt.datetime, reason: str) -> KeyRecord:
        """Stop an active key for a while; nothing takes its place."""
        return self._step(key_id, KeyEvent("suspended", at, reason))

    def resume(self, key_id: str, *, at: dt.datetime, reason: str = "") -> KeyRecord:
        """Let a suspended key seal again.

        Raises KEY_OTHER_ACTIVE when another one has become active meanwhile, KEY_EXPIRED.
        """

        def check(record: KeyRecord, public: PublicKeys) -> None:
            if record.state != "suspended":
                raise _resume_instead(key_id)
            check_valid(key_id, record.key.certificate, at)
            for other in public.records_of(record.key.owner, record.key.purpose):
                if other.state == "active":
                    raise _other_active(other.key.key_id)

        return self._step(key_id, KeyEvent("active", at, reason), check)

    def retire(self, key_id: str, *, at: dt.datetime, reason: str) -> KeyRecord:
        """End the use of a key; its documents stay good."""
        return self._step(key_id, KeyEvent("retired", at, reason))

    def compromise(
        self, key_id: str, *, at: dt.datetime, reason: str, since: dt.datetime | None = None
    ) -> KeyRecord:
        """Say that a key may be in other hands, since `since` (default: `at`). For ever.

        Raises KEY_STATE, and KEY_TIME when `since` is later than `at`.
        """
        if since is not None and since > at:
            raise KeyStoreError(
                "KEY_TIME",
                "Kompromitēšanas sākums nevar būt vēlāks par ziņojumu.",
                "A compromise cannot begin after it is reported.",
                next_lv="Pārbaudiet --since un --at.",
                next_en="Check --since and --at.",
            )
        return self._step(key_id, KeyEvent("compromised", at, reason, since or at))

    def _step(
        self,
        key_id: str,
        event: KeyEvent,
        check: Callable[[KeyRecord, PublicKeys], None] | None = None,
    ) -> KeyRecord:
        with writing(self._keydir):
            index, public = self._load()
            record = public.record(key_id)
            next_event(record, event)
            if check is not None:
                check(record, public)
            _append(_entry(index, key_id), record, event)
            return self._store(index, key_id)

    def _load(self) -> tuple[Entry, PublicKeys]:
        index = load(self._index_path)
        return index, PublicKeys(index)

    def _store(self, index: Entry, key_id: str) -> KeyRecord:
        index["format"] = FORMAT
        record = PublicKeys(index).record(key_id)  # what could not be read again is not written
        replace(self._index_path, index)
        return record


def _entry(index: Entry, key_id: str) -> Entry:
    found: Entry = next(entry for entry in index["keys"] if entry["key_id"] == key_id)
    return found


def _append(entry: Entry, record: KeyRecord, event: KeyEvent) -> None:
    """Add to the history; a store of the first format has none yet, and gets what it meant."""
    entry["history"] = [each.as_dict() for each in next_event(record, event).history]


def _resume_instead(key_id: str) -> KeyStoreError:
    return KeyStoreError(
        "KEY_STATE",
        f"Sertificētu atslēgu aktivizē (activate), apturētu — atjauno (resume): {key_id}.",
        f"A certified key is activated, a suspended one is resumed: {key_id}.",
        next_lv="Atslēgas stāvokli rāda: atestats keys list.",
        next_en="See its state with: atestats keys list.",
    )


def _other_active(key_id: str) -> KeyStoreError:
    return KeyStoreError(
        "KEY_OTHER_ACTIVE",
        f"Aktīva jau ir cita atslēga: {key_id}.",
        f"Another key is active already: {key_id}.",
        next_lv="Vispirms izbeidziet vai apturiet to.",
        next_en="Retire or suspend that one first.",
    )
