"""A TEST infrastructure that begins today, for judges that live by today's clock, and what it publishes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from seal_samples import MINISTRY, SCHOOL

from issuer.seal import KeyStore
from issuer.seal.lock import Lock
from issuer.seal.pki import development_keys

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Infrastructure:
    """A key store and the folder of anchors and revocation data that a judge gets."""

    folder: Path
    key_file: Path
    anchors: Path

    @classmethod
    def make(cls, home: Path, algorithm: str) -> Infrastructure:
        """A new store with seal keys of that algorithm, and what its CAs publish."""
        made = cls(home / "store", home / "key-file", home / "anchors")
        lock = Lock.new(key_file=made.key_file)
        start = NOW - dt.timedelta(days=2)
        keys = development_keys((MINISTRY, SCHOOL), MINISTRY, algorithm=algorithm, start=start)
        KeyStore.create(made.folder, keys, lock=lock, made_at=NOW, is_test=True)
        _publish(made)
        return made

    def open(self) -> KeyStore:
        return KeyStore.open(self.folder, key_file=self.key_file)


def _publish(made: Infrastructure) -> None:
    """The root as anchor and a CRL of each CA, made by `cryptography`."""
    made.anchors.mkdir()
    store = made.open()
    for owner in ("root", "intermediate"):
        key = store.key(owner, "ca")
        authority = x509.load_der_x509_certificate(key.certificate)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.subject)
            .last_update(NOW - dt.timedelta(hours=1))
            .next_update(NOW + dt.timedelta(days=7))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False
            )
        )
        crl = builder.sign(load_der_private_key(store.private(key), None), hashes.SHA256())
        (made.anchors / f"{owner}.crl").write_bytes(crl.public_bytes(Encoding.DER))
        if owner == "root":
            (made.anchors / "root.crt").write_bytes(authority.public_bytes(Encoding.DER))
