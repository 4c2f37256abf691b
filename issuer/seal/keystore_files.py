"""The files of a key store: what an entry looks like, and how files are written so that none is ever half there."""

from __future__ import annotations

import base64
import datetime as dt
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from issuer.seal.key import Algorithm, Purpose, SealKey
from issuer.seal.key_life import KeyEvent
from issuer.seal.keystore_error import not_written
from issuer.seal.lock import Lock
from issuer.seal.public_keys import FORMAT, INDEX_FILE

SECRETS_FILE: Final = "secrets.json"
_LOCK_FILE: Final = ".lock"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key on its way into a store.

    `chain`: DER, own certificate first, without the root (unless it is the root); empty for a key that has no
    certificate yet.
    """

    owner: str
    purpose: Purpose
    algorithm: Algorithm
    organization_identifier: str
    chain: tuple[bytes, ...]
    spki: bytes
    private: bytes  # PKCS#8 DER, in the clear; empty when something else than the store holds it

    def __repr__(self) -> str:
        return f"NewKey({self.key_id})"  # never the private part, not even in a traceback

    @property
    def key_id(self) -> str:
        """Owner, purpose and the beginning of SHA-256 of the public key: unique, readable, stable."""
        return f"{self.owner}/{self.purpose}/{hashlib.sha256(self.spki).hexdigest()[:16]}"

    def as_key(self) -> SealKey:
        """The public side."""
        return SealKey(
            self.key_id,
            self.owner,
            self.purpose,
            self.algorithm,
            self.organization_identifier,
            self.chain,
            self.spki,
        )


def bound_to(key: SealKey, entry_bound_to: str = "certificate") -> bytes:
    """The additional data of a key's box: organisation ‖ key id ‖ SHA-256; NUL is in none of the texts.

    The digest is of the certificate. A key that was made before its certificate is bound to its public key
    (`entry_bound_to` is `spki`), so that its certificate can come in without the box being opened.
    """
    texts = f"{key.organization_identifier}\0{key.key_id}\0".encode()
    if entry_bound_to == "spki":
        return texts + b"spki\0" + hashlib.sha256(key.spki).digest()
    return texts + hashlib.sha256(key.certificate).digest()


def entry_of(
    new: NewKey, issuer_names: Iterable[str], event: KeyEvent, held_by: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The entry of KEYDIR/keys.json for a new key."""
    entry: dict[str, Any] = {
        "key_id": new.key_id,
        "owner": new.owner,
        "purpose": new.purpose,
        "algorithm": new.algorithm,
        "organization_identifier": new.organization_identifier,
        "certificate": base64_text(new.chain[0]) if new.chain else None,
        "issuers": list(issuer_names),
        "spki": base64_text(new.spki),
        "history": [event.as_dict()],
    }
    if not new.chain:
        entry["bound_to"] = "spki"
    if held_by is not None:
        entry["held_by"] = dict(held_by)
    return entry


def fill(folder: Path, keys: Iterable[NewKey], lock: Lock, made_at: dt.datetime, is_test: bool) -> None:
    """Write all files of a new store into an empty folder."""
    issuers: dict[str, bytes] = {}
    names: dict[bytes, str] = {}
    entries, secrets = [], {}
    for new in keys:
        if new.purpose == "ca":
            issuers[new.owner] = new.chain[0]
            names[new.chain[0]] = new.owner
        entries.append(entry_of(new, [names[der] for der in new.chain[1:]], KeyEvent("active", made_at)))
        secrets[new.key_id] = base64_text(lock.wrap(new.private, bound_to(new.as_key())))
        if new.purpose in ("ca", "operator", "timestamp"):
            write_new(folder / f"{new.owner}.crt", _pem(new.chain[0]))
    index = {
        "format": FORMAT,
        "test": is_test,
        "made_at": made_at.isoformat(),
        "lock": lock.parameters,
        "issuers": {name: base64_text(der) for name, der in issuers.items()},
        "keys": entries,
    }
    write_new(folder / SECRETS_FILE, orjson.dumps({"format": FORMAT, "keys": secrets}))
    write_new(folder / INDEX_FILE, orjson.dumps(index, option=orjson.OPT_INDENT_2))
    flush_folder(folder)


@contextmanager
def writing(keydir: Path) -> Iterator[None]:
    """Hold the store for one change: writers come one after the other, readers never wait.

    What goes wrong with the disk becomes KEYSTORE_NOT_WRITTEN.
    """
    try:
        handle = os.open(keydir / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
    except OSError as error:
        raise not_written(keydir, error) from error


def replace(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON file anew: whole and on disk before it takes the place of the old one. Only inside `writing`."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    write_new(aside, orjson.dumps(value, option=orjson.OPT_INDENT_2))
    aside.rename(path)
    flush_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """A new file that only its owner may read, flushed to disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def base64_text(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def _pem(der: bytes) -> bytes:
    text = base64.encodebytes(der).replace(b"\n", b"")
    lines = [text[place : place + 64] for place in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN CERTIFICATE-----", *lines, b"-----END CERTIFICATE-----", b""])
