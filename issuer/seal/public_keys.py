"""The half of a key store that anyone may read: KEYDIR/keys.json, certificates, states and how the store is locked.

public = PublicKeys.read(keydir)
public.key("9922900001", "seal", at=now)        # the one active key, or an error that says why there is none
public.records                                  # every key there ever was, with its history
"""

from __future__ import annotations

import base64
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from issuer.seal.certificate_fields import check_valid
from issuer.seal.key import Purpose, SealKey
from issuer.seal.key_life import KeyEvent, KeyRecord, KeyState, choose_active
from issuer.seal.keystore_error import KeyStoreError, damaged

FORMAT: Final = "atestats-keys/2"
FIRST_FORMAT: Final = "atestats-keys/1"  # one key per owner and purpose, always active
INDEX_FILE: Final = "keys.json"


class PublicKeys:
    """The readable half of a store, as it was when it was read: no secret, no passphrase."""

    def __init__(self, index: Mapping[str, Any]) -> None:
        try:
            if index["format"] not in (FORMAT, FIRST_FORMAT):
                raise damaged()
            self.is_test: bool = index["test"]
            self.made_at = dt.datetime.fromisoformat(index["made_at"])
            self.lock_parameters: dict[str, Any] = index["lock"]
            self._issuers = {name: base64.b64decode(der) for name, der in index["issuers"].items()}
            self._anchors = [self._issuers[name] for name in index.get("anchors", ())]
            self._entries: list[Mapping[str, Any]] = list(index["keys"])
            self._of: dict[tuple[str, str], list[int]] = defaultdict(list)
            for place, entry in enumerate(self._entries):
                self._of[entry["owner"], entry["purpose"]].append(place)
            self._by_id = {entry["key_id"]: place for place, entry in enumerate(self._entries)}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise damaged() from None
        self._records: dict[int, KeyRecord] = {}

    @classmethod
    def read(cls, keydir: Path) -> PublicKeys:
        """Read KEYDIR/keys.json; raises `KeyStoreError` KEYSTORE_MISSING or KEYSTORE_DAMAGED."""
        return cls(load(keydir / INDEX_FILE))

    def key(self, owner: str, purpose: Purpose, at: dt.datetime | None = None) -> SealKey:
        """The active key of `owner` (registration number, `ministry`, `exam_body`, `operator`, …) for `purpose`.

        `at`: the time at which it is to seal (aware); the certificate must be valid then. Raises
        `KeyStoreError`: KEY_MISSING, KEY_SUSPENDED, KEY_NONE_ACTIVE, KEY_EXPIRED, KEY_NOT_YET_VALID. Never
        another key than the active one.
        """
        key = choose_active(owner, purpose, self.records_of(owner, purpose)).key
        if at is not None:
            check_valid(key.key_id, key.certificate, at)
        return key

    @property
    def keys(self) -> tuple[SealKey, ...]:
        """All keys that have a certificate, whatever became of them, in the order in which they were made."""
        return tuple(record.key for record in self.records if record.key.certificate_chain)

    @property
    def records(self) -> tuple[KeyRecord, ...]:
        """All keys with their histories, in the order in which they were made; nothing is ever removed."""
        return tuple(self._record(place) for place in range(len(self._entries)))

    def records_of(self, owner: str, purpose: Purpose) -> tuple[KeyRecord, ...]:
        """The keys that `owner` has or had for `purpose`, in the order in which they were made."""
        return tuple(self._record(place) for place in self._of.get((owner, purpose), ()))

    def record(self, key_id: str) -> KeyRecord:
        """One key with its history; raises `KeyStoreError` KEY_UNKNOWN."""
        place = self._by_id.get(key_id)
        if place is None:
            raise KeyStoreError(
                "KEY_UNKNOWN",
                f"Atslēgu krātuvē nav tādas atslēgas: {key_id}.",
                f"The key store holds no such key: {key_id}.",
                next_lv="Atslēgu nosaukumus rāda: atestats keys list.",
                next_en="See the keys' names with: atestats keys list.",
            )
        return self._record(place)

    def history(self, key_id: str) -> tuple[KeyEvent, ...]:
        """What has happened to a key, oldest first; raises `KeyStoreError` KEY_UNKNOWN."""
        return self.record(key_id).history

    def state(self, key_id: str) -> KeyState:
        """What a key is now; raises `KeyStoreError` KEY_UNKNOWN."""
        return self.record(key_id).state

    @property
    def root(self) -> bytes:
        """The DER certificate of the store's own root, the trust anchor of the development certificates."""
        return self._issuers["root"]

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Every root that certificates in the store lead to: the store's own and those of imported chains."""
        own = [self._issuers["root"]] if "root" in self._issuers else []
        return tuple(dict.fromkeys([*own, *self._anchors]))

    @property
    def issuers(self) -> dict[str, bytes]:
        """The certification authorities by name: `root`, `intermediate` and those imported -> DER."""
        return dict(self._issuers)

    def _record(self, place: int) -> KeyRecord:
        record = self._records.get(place)
        if record is None:
            record = self._records[place] = self._read_record(self._entries[place])
        return record

    def _read_record(self, entry: Mapping[str, Any]) -> KeyRecord:
        try:
            chain: tuple[bytes, ...] = ()
            if entry["certificate"] is not None:
                chain = (
                    base64.b64decode(entry["certificate"]),
                    *(self._issuers[name] for name in entry["issuers"]),
                )
            key = SealKey(
                key_id=entry["key_id"],
                owner=entry["owner"],
                purpose=entry["purpose"],
                algorithm=entry["algorithm"],
                organization_identifier=entry["organization_identifier"],
                certificate_chain=chain,
                spki=base64.b64decode(entry["spki"]),
            )
            history = tuple(KeyEvent.from_dict(event) for event in entry.get("history", ()))
            if not chain and (not history or history[-1].state in ("certified", "active", "suspended")):
                raise damaged()
            held_by = dict(entry.get("held_by", {"kind": "store"}))
            return KeyRecord(key, history or (KeyEvent("active", self.made_at),), held_by)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise damaged() from None


def load(path: Path) -> dict[str, Any]:
    """A file of the store as a JSON object; raises `KeyStoreError` KEYSTORE_MISSING or KEYSTORE_DAMAGED."""
    try:
        value = orjson.loads(path.read_bytes())
    except OSError as error:
        raise KeyStoreError(
            "KEYSTORE_MISSING",
            f"Atslēgu krātuvi nevar nolasīt: {path}.",
            f"The key store cannot be read: {path} ({error.strerror}).",
            next_lv="Pārbaudiet --keys ceļu vai izveidojiet krātuvi: atestats keys dev.",
            next_en="Check the path given with --keys, or make a store: atestats keys dev.",
        ) from None
    except orjson.JSONDecodeError:
        raise damaged() from None
    if not isinstance(value, dict):
        raise damaged()
    return value
