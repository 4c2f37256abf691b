"""Software keys at rest, in a folder: certificates that anyone may read, private keys that one passphrase
opens.

    KEYDIR/keys.json        certificates, owners, purposes, how the store is locked; nothing secret
    KEYDIR/secrets.json     the private keys, each AES-256-GCM under the store's key (see `lock`)
    KEYDIR/*.crt            root, intermediate, operator, time stamp certificates in PEM, for other programs

    store = KeyStore.open(keydir, key_file=None)            # passphrase from ATESTATS_PASSPHRASE unless given
    key = store.key("9922900001", "seal")                   # SealKey: public; `SoftSigner(store)` signs with it
    KeyStore.public(keydir).keys                            # no passphrase: what a bundle is made from

Opening costs one scrypt and one look at the index, whatever the number of institutions; a private key is
unwrapped when it is first asked for. Every box is bound to its organisation, key id and certificate, so
that boxes cannot be swapped.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from issuer.seal.key import Algorithm, Purpose, SealKey
from issuer.seal.keystore_error import KeyStoreError, damaged, exists, not_written
from issuer.seal.lock import Lock
from issuer.seal.passphrase import passphrase as passphrase_from_environment
from issuer.seal.public_keys import FORMAT, INDEX_FILE, PublicKeys, load

__all__ = ["KeyStore", "KeyStoreError", "NewKey", "PublicKeys"]

SECRETS_FILE: Final = "secrets.json"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key on its way into a new store.

    `chain`: DER, own certificate first, without the root (unless it is the root).
    """

    owner: str
    purpose: Purpose
    algorithm: Algorithm
    organization_identifier: str
    chain: tuple[bytes, ...]
    spki: bytes
    private: bytes  # PKCS#8 DER, in the clear

    def __repr__(self) -> str:
        return f"NewKey({self.key_id})"  # never the private part, not even in a traceback

    @property
    def key_id(self) -> str:
        """Owner, purpose and the beginning of SHA-256 of the public key: unique, readable, stable."""
        return f"{self.owner}/{self.purpose}/{hashlib.sha256(self.spki).hexdigest()[:16]}"


class KeyStore:
    """An opened store. Holds the key-encryption key in memory.

    Cannot be pickled, each process opens its own.
    """

    def __init__(self, public: PublicKeys, lock: Lock, secrets: Mapping[str, str]) -> None:
        self.public_keys = public
        self._lock = lock
        self._secrets = secrets

    @classmethod
    def open(cls, keydir: Path, *, passphrase: str | None = None, key_file: Path | None = None) -> KeyStore:
        """Open a store with a passphrase or key file; with neither, the passphrase comes from the
        environment.

        Raises `KeyStoreError`: KEYSTORE_MISSING, KEYSTORE_DAMAGED, KEYSTORE_LOCKED (no passphrase),
        KEYSTORE_PASSPHRASE (a wrong one), KEYSTORE_KEY_FILE.
        """
        public = PublicKeys.read(keydir)
        secrets = load(keydir / SECRETS_FILE).get("keys")
        if not isinstance(secrets, dict):
            raise damaged()
        by_passphrase = public.lock_parameters.get("kind") == "scrypt"
        if by_passphrase and passphrase is None:
            passphrase = passphrase_from_environment(is_test=public.is_test)
        return cls(
            public, Lock.open(public.lock_parameters, passphrase=passphrase, key_file=key_file), secrets
        )

    @staticmethod
    def public(keydir: Path) -> PublicKeys:
        """The certificates of a store, without opening it."""
        return PublicKeys.read(keydir)

    def key(self, owner: str, purpose: Purpose) -> SealKey:
        """See `PublicKeys.key`."""
        return self.public_keys.key(owner, purpose)

    def private(self, key: SealKey) -> bytes:
        """The PKCS#8 DER private key behind `key`, for a signer.

        Raises `KeyStoreError` KEY_MISSING or KEY_DAMAGED.
        """
        stored = self.key(key.owner, key.purpose)
        try:
            box = base64.b64decode(self._secrets[stored.key_id], validate=True)
        except (KeyError, TypeError, ValueError):
            box = b""
        secret = self._lock.unwrap(box, _bound_to(stored)) if stored == key else None
        if secret is None:
            raise KeyStoreError(
                "KEY_DAMAGED",
                f"Privātā atslēga ir bojāta vai nepieder šim sertifikātam: {key.owner}, {key.purpose}.",
                f"The private key is damaged or is not this certificate's: {key.owner}, {key.purpose}.",
                next_lv="Atjaunojiet atslēgu krātuvi no rezerves kopijas.",
                next_en="Restore the key store from a backup.",
            )
        return secret

    @staticmethod
    def create(
        keydir: Path,
        keys: Iterable[NewKey],
        *,
        lock: Lock,
        made_at: dt.datetime,
        is_test: bool,
    ) -> None:
        """Make a new store at `keydir`: whole, or not at all. Refuses a folder that holds anything
        (KEYSTORE_EXISTS).

        `keys` may be a generator; the keys named `root` and `intermediate` come first, as the chains of the
        others. Everything is written beside `keydir`, flushed, and renamed into place at the end.
        """
        folder: Path | None = None
        try:
            if keydir.is_symlink() or (keydir.exists() and (not keydir.is_dir() or any(keydir.iterdir()))):
                raise exists(keydir)
            keydir.parent.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=f".{keydir.name}-", dir=keydir.parent))  # mode 0700
            _fill(folder, keys, lock, made_at, is_test)
            folder.rename(keydir)  # fails unless keydir is absent or empty
        except BaseException as error:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise not_written(keydir, error) from error
            raise
        _flush_folder(keydir.parent)


def _fill(folder: Path, keys: Iterable[NewKey], lock: Lock, made_at: dt.datetime, is_test: bool) -> None:
    issuers: dict[str, bytes] = {}
    names: dict[bytes, str] = {}
    entries, secrets = [], {}
    for new in keys:
        if new.purpose == "ca":
            issuers[new.owner] = new.chain[0]
            names[new.chain[0]] = new.owner
        entry = {
            "key_id": new.key_id,
            "owner": new.owner,
            "purpose": new.purpose,
            "algorithm": new.algorithm,
            "organization_identifier": new.organization_identifier,
            "certificate": _b64(new.chain[0]),
            "issuers": [names[der] for der in new.chain[1:]],
            "spki": _b64(new.spki),
        }
        entries.append(entry)
        key = SealKey(
            new.key_id,
            new.owner,
            new.purpose,
            new.algorithm,
            new.organization_identifier,
            new.chain,
            new.spki,
        )
        secrets[new.key_id] = _b64(lock.wrap(new.private, _bound_to(key)))
        if new.purpose in ("ca", "operator", "timestamp"):
            _write(folder / f"{new.owner}.crt", _pem(new.chain[0]))
    index = {
        "format": FORMAT,
        "test": is_test,
        "made_at": made_at.isoformat(),
        "lock": lock.parameters,
        "issuers": {name: _b64(der) for name, der in issuers.items()},
        "keys": entries,
    }
    _write(folder / SECRETS_FILE, orjson.dumps({"format": FORMAT, "keys": secrets}))
    _write(folder / INDEX_FILE, orjson.dumps(index, option=orjson.OPT_INDENT_2))
    _flush_folder(folder)


def _bound_to(key: SealKey) -> bytes:
    """The additional data of a key's box.

    Organisation ‖ key id ‖ SHA-256(certificate); NUL is in none of the texts.
    """
    texts = f"{key.organization_identifier}\0{key.key_id}\0".encode()
    return texts + hashlib.sha256(key.certificate).digest()


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _pem(der: bytes) -> bytes:
    text = base64.encodebytes(der).replace(b"\n", b"")
    lines = [text[place : place + 64] for place in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN CERTIFICATE-----", *lines, b"-----END CERTIFICATE-----", b""])
