"""Software keys at rest, in a folder: certificates that anyone may read, private keys that one passphrase
opens.

    KEYDIR/keys.json        certificates, owners, purposes, states, how the store is locked; nothing secret
    KEYDIR/secrets.json     the private keys, each AES-256-GCM under the store's key (see `lock`)
    KEYDIR/*.crt            root, intermediate, operator, time stamp certificates in PEM, for other programs

    store = KeyStore.open(keydir, key_file=None)            # passphrase from ATESTATS_PASSPHRASE unless given
    key = store.key("9922900001", "seal")                   # SealKey: public; `SoftSigner(store)` signs with it
    KeyStore.public(keydir).keys                            # no passphrase: what a bundle is made from

Opening costs one scrypt and one look at the index, whatever the number of institutions; a private key is
unwrapped when it is first asked for. Every box is bound to its organisation, key id and certificate, so
that boxes cannot be swapped. An opened store notices when a key is suspended, retired or added by another
process (`key_register`): the next signature is refused, not the next run's.
"""

from __future__ import annotations

import base64
import datetime as dt
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from issuer.seal.certificate_fields import public_key
from issuer.seal.key import Purpose, SealKey
from issuer.seal.key_life import KeyRecord
from issuer.seal.keystore_error import KeyStoreError, damaged, exists, not_written
from issuer.seal.keystore_files import SECRETS_FILE, NewKey, bound_to, fill, flush_folder
from issuer.seal.live_keys import LiveKeys, not_in_store
from issuer.seal.lock import Lock
from issuer.seal.passphrase import passphrase as passphrase_from_environment
from issuer.seal.public_keys import PublicKeys, load

__all__ = ["KeyStore", "KeyStoreError", "NewKey", "PublicKeys"]


class KeyStore:
    """An opened store. Holds the key-encryption key in memory.

    Cannot be pickled, each process opens its own.
    """

    def __init__(self, keydir: Path, lock: Lock) -> None:
        self._lock = lock
        self._live = LiveKeys(keydir)
        self._secrets = _secrets(keydir)
        self._secrets_of = self._live.version

    @classmethod
    def open(cls, keydir: Path, *, passphrase: str | None = None, key_file: Path | None = None) -> KeyStore:
        """Open a store with a passphrase or key file; with neither, the passphrase comes from the
        environment.

        Raises `KeyStoreError`: KEYSTORE_MISSING, KEYSTORE_DAMAGED, KEYSTORE_LOCKED (no passphrase),
        KEYSTORE_PASSPHRASE (a wrong one), KEYSTORE_KEY_FILE.
        """
        public = PublicKeys.read(keydir)
        _secrets(keydir)
        by_passphrase = public.lock_parameters.get("kind") == "scrypt"
        if by_passphrase and passphrase is None:
            passphrase = passphrase_from_environment(is_test=public.is_test)
        return cls(keydir, Lock.open(public.lock_parameters, passphrase=passphrase, key_file=key_file))

    @staticmethod
    def public(keydir: Path) -> PublicKeys:
        """The certificates of a store, without opening it."""
        return PublicKeys.read(keydir)

    @property
    def folder(self) -> Path:
        """Where the store is."""
        return self._live.folder

    @property
    def lock(self) -> Lock:
        """What its secrets are shut with: for keys that are added."""
        return self._lock

    @property
    def public_keys(self) -> PublicKeys:
        """The readable half, as it is on disk now."""
        return self._live.now

    def key(self, owner: str, purpose: Purpose, at: dt.datetime | None = None) -> SealKey:
        """See `PublicKeys.key`."""
        return self.public_keys.key(owner, purpose, at)

    def usable(self, key: SealKey) -> KeyRecord:
        """See `LiveKeys.usable`."""
        return self._live.usable(key)

    def private(self, key: SealKey) -> bytes:
        """The PKCS#8 DER private key behind `key`, for a signer.

        Raises `KeyStoreError` as `usable` does, and KEY_DAMAGED for a box that does not open.
        """
        self.usable(key)
        if self._secrets_of != self._live.version:  # a key may have been added
            self._secrets, self._secrets_of = _secrets(self.folder), self._live.version
        try:
            box = base64.b64decode(self._secrets[key.key_id], validate=True)
        except (KeyError, TypeError, ValueError):
            box = b""
        secret = self._lock.unwrap(box, bound_to(key)) if key.certificate_chain else None
        if secret is None and _is_own_certificate(key):  # a key that was made before its certificate
            secret = self._lock.unwrap(box, bound_to(key, "spki"))
        if secret is None:
            raise not_in_store(key)
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
            fill(folder, keys, lock, made_at, is_test)
            folder.rename(keydir)  # fails unless keydir is absent or empty
        except BaseException as error:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise not_written(keydir, error) from error
            raise
        flush_folder(keydir.parent)


def _secrets(keydir: Path) -> Mapping[str, str]:
    secrets = load(keydir / SECRETS_FILE).get("keys")
    if not isinstance(secrets, dict):
        raise damaged()
    return secrets


def _is_own_certificate(key: SealKey) -> bool:
    return not key.certificate_chain or public_key(key.certificate) == key.spki
