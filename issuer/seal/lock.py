"""What keeps private keys shut at rest: AES-256-GCM under a key that a passphrase or a key file opens.

    lock = Lock.new(passphrase="…")            # scrypt, 0.4 s and 128 MB, once for a whole store
    box = lock.wrap(secret, bound_to)
    Lock.open(lock.parameters, passphrase="…").unwrap(box, bound_to) == secret

One slow derivation opens the store, and every key behind it costs microseconds; PKCS#8's own encryption
(PBKDF2 with 2,048 rounds by default) would be weak and, made strong, would cost its time again for every
key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuer.seal.keystore_error import KeyStoreError, damaged

# RFC 7914 with 128 MB: what OWASP names as the strongest of its equal choices (N=2^17, r=8, p=1).
_SCRYPT: Final = {"n": 1 << 17, "r": 8, "p": 1}
_MAX_MEMORY: Final = 256 * 1024 * 1024
_NONCE: Final = 12
_CHECK: Final = b"atestats key store, check value"


class Lock:
    """A key-encryption key.

    `parameters` (JSON-able, not secret) is all that must be kept to open it again.
    """

    def __init__(self, key: bytes, parameters: Mapping[str, Any]) -> None:
        self._cipher = AESGCM(key)
        self.parameters = dict(parameters)

    @classmethod
    def new(cls, *, passphrase: str | None = None, key_file: Path | None = None) -> Lock:
        """A lock for a new store.

        A key file that does not exist is made: 32 random bytes as base64, mode 0600.
        """
        salt = os.urandom(16)
        if key_file is not None:
            if not key_file.exists():
                make_key_file(key_file)
            parameters: dict[str, Any] = {"kind": "key-file", "salt": salt.hex()}
            key = _from_key_file(key_file, salt)
        else:
            parameters = {"kind": "scrypt", **_SCRYPT, "salt": salt.hex()}
            key = _from_passphrase(passphrase or "", salt)
        lock = cls(key, parameters)
        lock.parameters["check"] = base64.b64encode(lock.wrap(b"", _CHECK)).decode("ascii")
        return lock

    @classmethod
    def open(
        cls, parameters: Mapping[str, Any], *, passphrase: str | None = None, key_file: Path | None = None
    ) -> Lock:
        """The lock of an existing store.

        Raises `KeyStoreError`: KEYSTORE_PASSPHRASE, KEYSTORE_KEY_FILE, KEYSTORE_DAMAGED.
        """
        try:
            kind, salt = parameters["kind"], bytes.fromhex(parameters["salt"])
            check = base64.b64decode(parameters["check"], validate=True)
            scrypt = {name: parameters[name] for name in _SCRYPT} if kind == "scrypt" else _SCRYPT
        except (KeyError, TypeError, ValueError):
            raise damaged() from None
        # Exactly the strength that this version writes: a store with less was not made by it.
        if kind not in ("scrypt", "key-file") or scrypt != _SCRYPT:
            raise damaged()
        if kind == "key-file":
            if key_file is None:
                raise _key_file("Krātuvi atver atslēgas datne.", "This store is opened with a key file.")
            key = _from_key_file(key_file, salt)
        else:
            key = _from_passphrase(passphrase or "", salt)
        lock = cls(key, parameters)
        if lock.unwrap(check, _CHECK) is None:
            if kind == "key-file":
                raise _key_file(
                    "Šī atslēgas datne krātuvi neatver.", "This key file does not open the store."
                )
            raise KeyStoreError(
                "KEYSTORE_PASSPHRASE",
                "Parole atslēgu krātuvi neatver.",
                "The passphrase does not open the key store.",
                next_lv="Iestatiet ATESTATS_PASSPHRASE uz paroli, ar kuru krātuve veidota.",
                next_en="Set ATESTATS_PASSPHRASE to the passphrase that the store was made with.",
            )
        return lock

    def wrap(self, secret: bytes, bound_to: bytes) -> bytes:
        """nonce ‖ ciphertext ‖ tag of `secret`; opens only together with the same `bound_to`."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, bound_to)

    def unwrap(self, box: bytes, bound_to: bytes) -> bytes | None:
        """What `wrap` took, or None when the key, the box or `bound_to` is another."""
        try:
            return self._cipher.decrypt(box[:_NONCE], box[_NONCE:], bound_to)
        except (InvalidTag, ValueError):
            return None


def make_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _key_file(
            f"Atslēgas datni nevar izveidot: {path}.",
            f"The key file cannot be made: {path} ({error.strerror}).",
        ) from None
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(os.urandom(32)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _from_passphrase(passphrase: str, salt: bytes) -> bytes:
    if not passphrase:
        raise KeyStoreError(
            "KEYSTORE_LOCKED",
            "Atslēgu krātuve ir slēgta, un parole nav dota.",
            "The key store is locked and no passphrase was given.",
            next_lv="Iestatiet ATESTATS_PASSPHRASE.",
            next_en="Set ATESTATS_PASSPHRASE.",
        )
    return hashlib.scrypt(
        passphrase.encode("utf-8", "surrogateescape"), salt=salt, maxmem=_MAX_MEMORY, dklen=32, **_SCRYPT
    )


def _from_key_file(path: Path, salt: bytes) -> bytes:
    try:
        mode = path.stat().st_mode
        secret = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, ValueError):
        raise _key_file(
            f"Atslēgas datni nevar nolasīt: {path}.", f"The key file cannot be read: {path}."
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise _key_file(
            f"Atslēgas datni var lasīt arī citi lietotāji: {path}. Izpildiet chmod 600.",
            f"Other users can read the key file: {path}. Run chmod 600 on it.",
        )
    if len(secret) != 32:
        raise _key_file(
            f"Atslēgas datnē nav 32 baitu: {path}.", f"The key file does not hold 32 bytes: {path}."
        )
    # The file is uniform already; the salt makes one file open two stores with two different keys.
    return hmac.digest(secret, b"atestats key store v1" + salt, "sha256")


def _key_file(message_lv: str, message_en: str) -> KeyStoreError:
    return KeyStoreError(
        "KEYSTORE_KEY_FILE",
        message_lv,
        message_en,
        next_lv="Norādiet pareizo datni ar --key-file.",
        next_en="Name the right file with --key-file.",
    )
