"""The log's own keys: Ed25519 and ML-DSA-65, and the secret from which salts are made, in KEYDIR/log-keys.json.

    keys = LogKeys.open(keydir, "log.example.lv", passphrase=…)      # made on first use
    signer = CheckpointSigner(keys, operator_key, SoftSigner(store))
    signer.sign(text)                                                # a signed note

They stand beside the operator's keys and not in the log's folder, which is published. The operator's own key signs
every checkpoint too, wherever it lives (`Signer`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from issuer.errors import AtestatsError
from issuer.seal.key import SealKey
from issuer.seal.lock import Lock
from issuer.seal.signer import Signer
from issuer.transparency.durable import put
from issuer.transparency.note import VerifierKey, signature_line

FORMAT: Final = "atestats-log-keys/1"
FILE: Final = "log-keys.json"
_SEED: Final = 32
_NAMES: Final = ("Ed25519", "ML-DSA-65", "salt")


class LogKeyError(AtestatsError):
    """LOG_KEYS (the file is damaged or another log's), LOG_OPERATOR_KEY (not a P-256 key)."""


class LogKeys:
    """The opened file. Holds secrets in memory."""

    def __init__(self, origin: str, seeds: Mapping[str, bytes]) -> None:
        self.origin = origin
        self._ed25519 = ed25519.Ed25519PrivateKey.from_private_bytes(seeds["Ed25519"])
        self._mldsa = mldsa.MLDSA65PrivateKey.from_seed_bytes(seeds["ML-DSA-65"])
        self._salt = seeds["salt"]

    @classmethod
    def open(
        cls, keydir: Path, origin: str, *, passphrase: str | None = None, key_file: Path | None = None
    ) -> LogKeys:
        """Open KEYDIR/log-keys.json, or make it when it is not there.

        Raises `LogKeyError` LOG_KEYS, or `KeyStoreError` for a wrong passphrase or key file.
        """
        path = keydir / FILE
        if not path.exists():
            _make(path, origin, Lock.new(passphrase=passphrase, key_file=key_file))
        try:
            index = orjson.loads(path.read_bytes())
            lock = Lock.open(index["lock"], passphrase=passphrase, key_file=key_file)
            boxes = {name: base64.b64decode(index["secrets"][name], validate=True) for name in _NAMES}
            if index["format"] != FORMAT or index["origin"] != origin:
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError):
            raise _bad_keys(path) from None
        seeds = {name: lock.unwrap(box, _bound_to(origin, name)) for name, box in boxes.items()}
        if any(seed is None or len(seed) != _SEED for seed in seeds.values()):
            raise _bad_keys(path)
        return cls(origin, {name: seed for name, seed in seeds.items() if seed is not None})

    def salt(self, identity: str) -> bytes:
        """The salt of one entry's commitment: 32 bytes that nobody else can compute.

        From a secret and not drawn anew, so that a run that was cut off finds the same entry again.
        """
        return hmac.digest(self._salt, identity.encode(), "sha256")

    @property
    def public(self) -> tuple[VerifierKey, ...]:
        """The two verifier keys."""
        return (
            VerifierKey(self.origin, "Ed25519", self._ed25519.public_key().public_bytes_raw()),
            VerifierKey(self.origin, "ML-DSA-65", self._mldsa.public_key().public_bytes_raw()),
        )

    def signatures(self, text: bytes) -> tuple[bytes, bytes]:
        """Over `text`, in the order of `public`."""
        return self._ed25519.sign(text), self._mldsa.sign(text)


class CheckpointSigner:
    """Signs checkpoints with the log's keys and the operator's ES256 key."""

    def __init__(self, keys: LogKeys, operator: SealKey, signer: Signer) -> None:
        if operator.algorithm != "ES256":
            raise LogKeyError(
                "LOG_OPERATOR_KEY",
                "Operatora atslēga nav P-256: kontrolpunktu paraksta ar ECDSA P-256.",
                "The operator's key is not P-256: checkpoints are signed with ECDSA P-256.",
                next_lv="Izveidojiet operatoram ES256 atslēgu.",
                next_en="Make an ES256 key for the operator.",
            )
        self.origin = keys.origin
        self._keys = keys
        self._operator = operator
        self._signer = signer

    @property
    def public(self) -> tuple[VerifierKey, ...]:
        """The verifier keys of every signature that `sign` makes."""
        return (VerifierKey(self.origin, "ES256", self._operator.spki), *self._keys.public)

    def sign(self, text: str) -> bytes:
        """The signed note of `text`, UTF-8."""
        data = text.encode()
        [raw] = self._signer.sign_many(self._operator, [hashlib.sha256(data).digest()])
        ecdsa = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        values = (ecdsa, *self._keys.signatures(data))
        lines = map(signature_line, self.public, values)
        return f"{text}\n{''.join(lines)}".encode()


def _make(path: Path, origin: str, lock: Lock) -> None:
    boxes = {name: lock.wrap(os.urandom(_SEED), _bound_to(origin, name)) for name in _NAMES}
    index: dict[str, Any] = {
        "format": FORMAT,
        "origin": origin,
        "lock": lock.parameters,
        "secrets": {name: base64.b64encode(box).decode("ascii") for name, box in boxes.items()},
    }
    put(path, orjson.dumps(index, option=orjson.OPT_INDENT_2), mode=0o600)


def _bound_to(origin: str, name: str) -> bytes:
    return f"atestats log key\0{origin}\0{name}".encode()


def _bad_keys(path: Path) -> LogKeyError:
    return LogKeyError(
        "LOG_KEYS",
        f"Žurnāla atslēgas nav nolasāmas vai ir no cita žurnāla: {path}.",
        f"The log's keys cannot be read or are another log's: {path}.",
        next_lv="Atjaunojiet datni no rezerves kopijas vai norādiet pareizo --origin.",
        next_en="Restore the file from a backup, or give the right --origin.",
    )
