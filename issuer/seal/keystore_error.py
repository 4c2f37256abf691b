"""What can be wrong with a key store, in words; the places that notice it are `lock`, `public_keys`, `keystore`."""

from __future__ import annotations

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
        f"Atslēgu krātuve tur jau ir vai to tur nevar izveidot: {keydir}.",
        f"There is a key store already, or none can be made: {keydir}.",
        next_lv="Izvēlieties citu mapi; esošas atslēgas netiek pārrakstītas.",
        next_en="Choose another folder; existing keys are never overwritten.",
    )
