"""The readable half of a key store as it is on disk now: what a process that runs for hours must go by.

keys = LiveKeys(keydir)
keys.usable(key)            # asked before each batch; a key suspended a second ago is refused
"""

from __future__ import annotations

from pathlib import Path

from issuer.seal.key import SealKey
from issuer.seal.key_life import KeyRecord, choose_active
from issuer.seal.keystore_error import KeyStoreError
from issuer.seal.public_keys import INDEX_FILE, PublicKeys


class LiveKeys:
    """Reads KEYDIR/keys.json again when it has been replaced; otherwise costs a microsecond."""

    def __init__(self, keydir: Path) -> None:
        self.folder = keydir
        self.version = self._version()
        self._public = PublicKeys.read(keydir)

    @property
    def now(self) -> PublicKeys:
        """The keys; raises `KeyStoreError` KEYSTORE_MISSING or KEYSTORE_DAMAGED."""
        version = self._version()
        if version != self.version:
            self._public = PublicKeys.read(self.folder)
            self.version = version
        return self._public

    def usable(self, key: SealKey) -> KeyRecord:
        """The record of a key that may sign now.

        An active key, or one that has no certificate yet and signs its request for one. Raises
        `KeyStoreError`: KEY_SUSPENDED or KEY_NONE_ACTIVE for a key in any other state, KEY_DAMAGED for one
        that is not in the store as it is given.
        """
        try:
            record = self.now.record(key.key_id)
        except KeyStoreError as error:
            if error.code != "KEY_UNKNOWN":
                raise
            raise not_in_store(key) from None
        if record.key != key:
            raise not_in_store(key)
        if record.state not in ("active", "requested"):
            choose_active(key.owner, key.purpose, (record,))
        return record

    def _version(self) -> tuple[int, int, int] | None:
        try:
            found = (self.folder / INDEX_FILE).stat()
        except OSError:
            return None  # reading it will say so in words
        return found.st_ino, found.st_mtime_ns, found.st_size


def not_in_store(key: SealKey) -> KeyStoreError:
    """KEY_DAMAGED: the key, its certificate or its private part is another than the store's."""
    return KeyStoreError(
        "KEY_DAMAGED",
        f"Privātā atslēga ir bojāta vai nepieder šim sertifikātam: {key.owner}, {key.purpose}.",
        f"The private key is damaged or is not this certificate's: {key.owner}, {key.purpose}.",
        next_lv="Atjaunojiet atslēgu krātuvi no rezerves kopijas.",
        next_en="Restore the key store from a backup.",
    )
