"""A new key for an owner: in the store, on a token, or at a remote service; always without a right to seal yet.

record = in_store(store, owner, "seal", "ES256", "NTRLV-…", at=now)       # requested: then csr, certify, activate
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import cast

from issuer.seal.certificate_fields import public_key
from issuer.seal.key import Algorithm, Purpose, SealKey
from issuer.seal.key_life import KeyRecord
from issuer.seal.key_register import KeyRegister
from issuer.seal.keystore import KeyStore
from issuer.seal.keystore_files import NewKey
from issuer.seal.public_keys import PublicKeys
from issuer.seal.remote_signer import RemoteSigner
from issuer.seal.software_key import software_key


def in_store(
    store: KeyStore,
    owner: str,
    purpose: Purpose,
    algorithm: Algorithm,
    organization_identifier: str,
    *,
    at: dt.datetime,
) -> KeyRecord:
    """A software key under the store's lock."""
    new = software_key(owner, purpose, algorithm, organization_identifier)
    return KeyRegister(store.folder).request(new, at=at, lock=store.lock)


def on_token(
    keydir: Path,
    owner: str,
    purpose: Purpose,
    algorithm: Algorithm,
    organization_identifier: str,
    *,
    socket: Path,
    at: dt.datetime,
) -> KeyRecord:
    """A key made on the token behind `socket`, never to leave it; raises what `RemoteSigner` raises."""
    spki = RemoteSigner(socket).generate(algorithm, f"{owner}/{purpose}")
    new = NewKey(owner, purpose, algorithm, organization_identifier, (), spki, b"")
    held_by = {"kind": "pkcs11", "socket": os.fspath(socket.absolute())}
    return KeyRegister(keydir).request(new, at=at, held_by=held_by)


def remote(
    keydir: Path,
    owner: str,
    purpose: Purpose,
    algorithm: Algorithm,
    organization_identifier: str,
    *,
    url: str,
    version: str,
    credential: str,
    at: dt.datetime,
) -> KeyRecord:
    """A remote seal by its credential, with the certificate that the service names.

    Certified at once, or not added at all. Raises what `CscSigner` raises, and CERTIFICATE_… when the
    certificate is not the owner's or the service's chain does not lead to a root.
    """
    from issuer.seal.csc_signer import CscSigner, Version
    from issuer.seal.signers import TOKEN_VARIABLE

    service = CscSigner(
        url, cast("Version", version), {}, access_token=lambda: os.environ.get(TOKEN_VARIABLE)
    )
    chain = service.certificates(credential)
    new = NewKey(owner, purpose, algorithm, organization_identifier, (), public_key(chain[0]), b"")
    register = KeyRegister(keydir)
    held_by = {"kind": "csc", "url": url, "version": version, "credential": credential}
    register.check(new.as_key(), chain, at=at)
    register.request(new, at=at, held_by=held_by)
    return register.certify(new.key_id, chain, at=at)


def name_of(public: PublicKeys, key: SealKey) -> str:
    """The organisation's name in an earlier certificate of the same owner; else the owner's own number."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    for record in reversed(public.records):
        if record.key.owner == key.owner and record.key.certificate_chain:
            subject = x509.load_der_x509_certificate(record.key.certificate).subject
            for name in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME):
                return str(name.value)
    return key.owner
