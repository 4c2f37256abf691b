"""The half of a key store that anyone may read: KEYDIR/keys.json, certificates and how the store is locked."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import orjson

from issuer.seal.key import Purpose, SealKey
from issuer.seal.keystore_error import KeyStoreError, damaged

FORMAT: Final = "atestats-keys/1"
INDEX_FILE: Final = "keys.json"


class PublicKeys:
    """The readable half of a store: every key's certificate, without any secret and without a passphrase."""

    def __init__(self, index: Mapping[str, Any]) -> None:
        try:
            if index["format"] != FORMAT:
                raise damaged()
            self.is_test: bool = index["test"]
            self.made_at = dt.datetime.fromisoformat(index["made_at"])
            self.lock_parameters: dict[str, Any] = index["lock"]
            self._issuers = {name: base64.b64decode(der) for name, der in index["issuers"].items()}
            self._entries = {(entry["owner"], entry["purpose"]): entry for entry in index["keys"]}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise damaged() from None
        self._keys: dict[tuple[str, str], SealKey] = {}

    @classmethod
    def read(cls, keydir: Path) -> PublicKeys:
        """Read KEYDIR/keys.json; raises `KeyStoreError` KEYSTORE_MISSING or KEYSTORE_DAMAGED."""
        return cls(load(keydir / INDEX_FILE))

    def key(self, owner: str, purpose: Purpose) -> SealKey:
        """The key of `owner` (registration number, `ministry`, `exam_body`, `operator`, …) for `purpose`.

        Raises `KeyStoreError` (KEY_MISSING).
        """
        place = (owner, purpose)
        key = self._keys.get(place)
        if key is None:
            entry = self._entries.get(place)
            if entry is None:
                raise KeyStoreError(
                    "KEY_MISSING",
                    f"Atslēgu krātuvē nav atslēgas: {owner}, {purpose}.",
                    f"The key store holds no key for {owner}, {purpose}.",
                    next_lv="Pārbaudiet, vai krātuve veidota no tās pašas klasifikatoru datnes.",
                    next_en="Check that the store was made from the same reference file.",
                )
            key = self._keys[place] = self._read_key(entry)
        return key

    @property
    def keys(self) -> tuple[SealKey, ...]:
        """All keys, in the order in which they were made."""
        return tuple(self.key(owner, cast(Purpose, purpose)) for owner, purpose in self._entries)

    @property
    def root(self) -> bytes:
        """The DER certificate of the root, the trust anchor of the seal certificates."""
        return self._issuers["root"]

    @property
    def issuers(self) -> dict[str, bytes]:
        """The certification authorities by name: `root`, `intermediate` -> DER."""
        return dict(self._issuers)

    def _read_key(self, entry: Mapping[str, Any]) -> SealKey:
        try:
            chain = (
                base64.b64decode(entry["certificate"]),
                *(self._issuers[name] for name in entry["issuers"]),
            )
            return SealKey(
                key_id=entry["key_id"],
                owner=entry["owner"],
                purpose=entry["purpose"],
                algorithm=entry["algorithm"],
                organization_identifier=entry["organization_identifier"],
                certificate_chain=chain,
                spki=base64.b64decode(entry["spki"]),
            )
        except (KeyError, TypeError, ValueError):
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
