"""Seals: keys and signers, the JAdES seal of a document (`jades`) and the seal that fits in a QR code
(`ec1`).

A format module turns data into digests and signatures into files and never sees a private key; a `Signer`
turns digests into signatures and never sees a document. `KeyStore` keeps software keys at rest, `pki` makes
a TEST public-key infrastructure for development. The names below load on first use: a verifier that reads
formats (`issuer.seal.jades`, `issuer.seal.ec1`) imports no key store and no signer.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from issuer.seal.jades_document import JadesDocument, JadesSignature
    from issuer.seal.key import Algorithm, Purpose, SealKey
    from issuer.seal.keystore import KeyStore
    from issuer.seal.keystore_error import KeyStoreError
    from issuer.seal.public_keys import PublicKeys
    from issuer.seal.signer import Signer, SoftSigner

_HOMES = {
    "Algorithm": "key",
    "JadesDocument": "jades_document",
    "JadesSignature": "jades_document",
    "KeyStore": "keystore",
    "KeyStoreError": "keystore_error",
    "PublicKeys": "public_keys",
    "Purpose": "key",
    "SealKey": "key",
    "Signer": "signer",
    "SoftSigner": "signer",
}

__all__ = [
    "Algorithm",
    "JadesDocument",
    "JadesSignature",
    "KeyStore",
    "KeyStoreError",
    "PublicKeys",
    "Purpose",
    "SealKey",
    "Signer",
    "SoftSigner",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
