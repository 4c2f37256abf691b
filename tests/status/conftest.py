"""An operator with a TEST key, and a status store with lists of the real size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from status_samples import BASE_URL, NOW, START

from issuer.seal.key import SealKey
from issuer.seal.keystore import KeyStore
from issuer.seal.lock import Lock
from issuer.seal.pki import Holder, development_keys
from issuer.seal.signer import SoftSigner
from issuer.status.publication import Terms, publish
from issuer.status.store import StatusStore


@dataclass(frozen=True)
class Operator:
    key: SealKey
    signer: SoftSigner

    @property
    def certificate(self) -> bytes:
        return self.key.certificate

    def publish(self, store: StatusStore, at: dt.datetime = NOW) -> dict[str, bytes]:
        return publish(store, self.key, self.signer, Terms(BASE_URL, at))


@pytest.fixture(scope="session")
def make_operator(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Operator]:
    def make(algorithm: str = "ES256") -> Operator:
        home = tmp_path_factory.mktemp("operator")
        holder = Holder("operator", "Atestats", "NTRLV-90999900109")
        keys = development_keys([], holder, algorithm=algorithm, start=START)
        KeyStore.create(
            home / "keys", keys, lock=Lock.new(key_file=home / "key-file"), made_at=START, is_test=True
        )
        store = KeyStore.open(home / "keys", key_file=home / "key-file")
        return Operator(store.key("operator", "operator"), SoftSigner(store))

    return make


@pytest.fixture(scope="session")
def operator(make_operator) -> Operator:
    return make_operator()


@pytest.fixture
def store(tmp_path: Path) -> StatusStore:
    return StatusStore(tmp_path / "status")
