"""One signer for all keys of a store, wherever each private part is: the store itself, a token, a remote service.

    signer = StoreSigner(store)
    signatures = signer.sign_many(key, digests)

Where a key is held stands in its entry (`KeyRecord.held_by`); who is asked for a signature is decided by that
alone, so a batch may mix schools with keys of all three kinds. What a remote service wants to know about us
comes from the environment: ATESTATS_CSC_TOKEN (bearer token), ATESTATS_CSC_PIN.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from issuer.seal.key import SealKey
from issuer.seal.key_life import KeyRecord
from issuer.seal.keystore import KeyStore
from issuer.seal.keystore_error import damaged
from issuer.seal.remote_signer import RemoteSigner
from issuer.seal.signer import Signer, SoftSigner

if TYPE_CHECKING:
    from issuer.seal.csc_signer import CscSigner, Version

TOKEN_VARIABLE: Final = "ATESTATS_CSC_TOKEN"  # noqa: S105  (the name of a variable)
PIN_VARIABLE: Final = "ATESTATS_CSC_PIN"


class StoreSigner:
    """Signs with every key of a store. Implements `Signer`; one per process."""

    def __init__(self, store: KeyStore, environment: Mapping[str, str] | None = None) -> None:
        self._store = store
        self._environment = os.environ if environment is None else environment
        self._soft = SoftSigner(store)
        self._tokens: dict[Path, RemoteSigner] = {}
        self._services: dict[str, CscSigner] = {}

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """See `Signer.sign_many`; raises what the signer behind it raises, and KEY_SUSPENDED or KEY_NONE_ACTIVE."""
        return self._signer(self._store.usable(key)).sign_many(key, digests)

    def _signer(self, record: KeyRecord) -> Signer:
        held_by = record.held_by
        try:
            if held_by["kind"] == "store":
                return self._soft
            if held_by["kind"] == "pkcs11":
                return self._token(self._store.folder / held_by["socket"])
            if held_by["kind"] == "csc" and held_by["version"] in ("v1", "v2"):
                return self._service(record)
        except KeyError:
            pass
        raise damaged()

    def _token(self, path: Path) -> RemoteSigner:
        signer = self._tokens.get(path)
        if signer is None:
            signer = self._tokens[path] = RemoteSigner(path)
        return signer

    def _service(self, record: KeyRecord) -> CscSigner:
        from issuer.seal.csc_signer import CscSigner  # brings an HTTP library: only for those who need it

        key_id, held_by = record.key.key_id, record.held_by
        signer = self._services.get(key_id)
        if signer is None:
            signer = self._services[key_id] = CscSigner(
                held_by["url"],
                cast("Version", held_by["version"]),
                {key_id: held_by["credential"]},
                access_token=lambda: self._environment.get(TOKEN_VARIABLE),
                pin=lambda: self._environment.get(PIN_VARIABLE),
            )
        return signer
