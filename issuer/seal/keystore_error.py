"""What can be wrong with a key store, in words; the places that notice it are `lock`, `public_keys`, `keystore`."""

from __future__ import annotations

import errno
from pathlib import Path

from issuer.errors import AtestatsError


class KeyStoreError(AtestatsError):
    """A key store that cannot be made, opened or used. `code` begins with `KEY`."""


def damaged() -> KeyStoreError:
    return KeyStoreError(
        "KEYSTORE_DAMAGED",
        "Atslēgu krātuve ir bojāta.",
        "The key store is damaged.",
        next_lv="Atjaunojiet to no rezerves kopijas.",
        next_en="Restore it from a backup.",
    )


def exists(keydir: Path) -> KeyStoreError:
    return KeyStoreError(
        "KEYSTORE_EXISTS",
        f"Tur jau kaut kas ir: {keydir}.",
        f"There is something already: {keydir}.",
        next_lv="Izvēlieties citu mapi; esošas atslēgas netiek pārrakstītas.",
        next_en="Choose another folder; existing keys are never overwritten.",
    )


def not_written(keydir: Path, error: OSError) -> KeyStoreError:
    if error.errno in (errno.ENOTEMPTY, errno.EEXIST) and keydir.exists():  # another run was faster
        return exists(keydir)
    return KeyStoreError(
        "KEYSTORE_NOT_WRITTEN",
        f"Atslēgu krātuvi nevar izveidot: {keydir} ({error.strerror}).",
        f"The key store cannot be made: {keydir} ({error.strerror}).",
        next_lv="Pārbaudiet mapes tiesības un brīvo vietu.",
        next_en="Check the folder's permissions and the free space.",
    )


def certified_already(key_id: str) -> KeyStoreError:
    return KeyStoreError(
        "KEY_STATE",
        f"Atslēgai {key_id} pieprasījums vairs nav vajadzīgs.",
        f"The key {key_id} needs no request any more.",
        next_lv="Jaunam sertifikātam izveidojiet jaunu atslēgu: atestats keys create.",
        next_en="For a new certificate make a new key: atestats keys create.",
    )
