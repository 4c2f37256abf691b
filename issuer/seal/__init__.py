"""Seals: keys and signers, the JAdES seal of a document (`jades`), what makes it last (`levels`: time stamps, `tsp`,
and revocation data, `revocation`), and the seal that fits in a QR code (`ec1`).

A format module turns data into digests and signatures into files and never sees a private key; a `Signer`
turns digests into signatures and never sees a document. `KeyStore` keeps software keys at rest and the life of
all keys (`KeyRegister` changes it); `StoreSigner` signs with a key wherever it is held: in the store, on a
PKCS#11 token (`SigningService` and its client `RemoteSigner`), at a remote service (`CscSigner`). `pki` makes
a TEST public-key infrastructure for development. The names below load on first use: a verifier that reads
formats (`issuer.seal.jades`, `issuer.seal.ec1`) imports no key store and no signer.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from issuer.seal.csc_signer import CscSigner
    from issuer.seal.jades_document import JadesDocument, JadesSignature
    from issuer.seal.key import Algorithm, Purpose, SealKey
    from issuer.seal.key_register import KeyRegister
    from issuer.seal.keystore import KeyStore
    from issuer.seal.keystore_error import KeyStoreError
    from issuer.seal.public_keys import PublicKeys
    from issuer.seal.remote_signer import RemoteSigner
    from issuer.seal.signer import Signer, SoftSigner
    from issuer.seal.signers import StoreSigner
    from issuer.seal.signing_service import SigningService

_HOMES = {
    "StoreSigner": "signers",
    "SigningService": "signing_service",
    "RemoteSigner": "remote_signer",
    "KeyRegister": "key_register",
    "CscSigner": "csc_signer",
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
    "CscSigner",
    "JadesDocument",
    "JadesSignature",
    "KeyRegister",
    "KeyStore",
    "KeyStoreError",
    "PublicKeys",
    "Purpose",
    "RemoteSigner",
    "SealKey",
    "Signer",
    "SigningService",
    "SoftSigner",
    "StoreSigner",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
