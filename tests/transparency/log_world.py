"""A key store, a log over it, sealed files in the layout of a run, and a time-stamping authority whose clock obeys."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

import orjson

sys.path.insert(0, str(Path(__file__).parents[1] / "seal"))

from seal_samples import IAT, MINISTRY, OTHER, SCHOOL, START

from issuer.seal import KeyStore, SealKey, SoftSigner, der, jades
from issuer.seal.lock import Lock
from issuer.seal.pki import development_keys
from issuer.seal.time_stamping import TimeStampAuthority
from issuer.seal.tsa_client import timestamp_request
from issuer.transparency.log_keys import CheckpointSigner, LogKeys
from issuer.transparency.log_writer import LogWriter

ORIGIN = "log.atestats.test/2037"


@dataclass
class World:
    """Everything of one operator. `now` is what the time-stamping authority believes."""

    home: Path
    store: KeyStore
    key_file: Path
    now: dt.datetime = field(default=dt.datetime(2037, 6, 23, 8, tzinfo=dt.UTC))

    def __post_init__(self) -> None:
        self.signer = SoftSigner(self.store)
        self.log_keys = LogKeys.open(self.home / "store", ORIGIN, key_file=self.key_file)
        operator = self.store.key("operator", "operator")
        self.checkpoint_signer = CheckpointSigner(self.log_keys, operator, self.signer)
        self.authority = TimeStampAuthority(
            self.store.key("timestamp", "timestamp"), self.signer, clock=lambda: self.now
        )

    def writer(self, folder: Path):
        return LogWriter.open(folder, self.checkpoint_signer)

    def stamp(self, data: bytes) -> bytes:
        """A time-stamp token in DER over `data`."""
        request = timestamp_request(hashlib.sha256(data).digest(), "sha256", 1)
        _status, token = der.read(self.authority.answer(request)).children()
        return token.raw

    def seal(self, payload: bytes, key: SealKey | None = None, iat: int = IAT) -> bytes:
        key = key or self.store.key(SCHOOL.owner, "seal")
        prepared = jades.prepare(payload, key, iat)
        [signature] = self.signer.sign_many(key, [prepared.digest])
        return jades.assemble(prepared, signature)

    def certificates(self) -> set[bytes]:
        return {hashlib.sha256(key.certificate).digest() for key in self.store.public_keys.keys}

    @classmethod
    def make(cls, home: Path) -> World:
        """A new key store, opened by a key file, with two schools."""
        lock = Lock.new(key_file=home / "key-file")
        keys = development_keys((MINISTRY, SCHOOL, OTHER), MINISTRY, algorithm="ES256", start=START)
        KeyStore.create(home / "store", keys, lock=lock, made_at=START, is_test=True)
        return cls(home, KeyStore.open(home / "store", key_file=home / "key-file"), home / "key-file")

    def seal_into(self, out: Path, count: int, owner: str = SCHOOL.owner) -> None:
        """Sealed files 0 to `count` in the layout of a run; those that are there stay."""
        for number in range(count):
            uuid = f"00000000-0000-4000-8000-{number:011d}{owner[-1]}"
            path = out / "documents" / "ATE_VVI" / uuid[-2:] / f"{uuid}.jsonld"
            if path.exists():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            payload = orjson.dumps({"id": f"urn:uuid:{uuid}", "number": number})
            path.write_bytes(self.seal(payload, self.store.key(owner, "seal")))
