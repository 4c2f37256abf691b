"""One key store per session (opened by a key file: scrypt costs 0.4 s), sample claims and a sealed code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from seal_samples import IAT, MINISTRY, OTHER, PAYLOAD, SCHOOL, START, sealed

from issuer.seal import KeyStore, SoftSigner, ec1
from issuer.seal.lock import Lock
from issuer.seal.pki import development_keys


@dataclass(frozen=True)
class Keys:
    folder: Path
    key_file: Path

    def open(self) -> KeyStore:
        return KeyStore.open(self.folder, key_file=self.key_file)


@pytest.fixture(scope="session")
def make_keys(tmp_path_factory) -> Callable[..., Keys]:
    def make(algorithm: str = "ES256", holders=(MINISTRY, SCHOOL, OTHER)) -> Keys:
        home = tmp_path_factory.mktemp("keys")
        made = Keys(home / "store", home / "key-file")
        lock = Lock.new(key_file=made.key_file)
        keys = development_keys(holders, MINISTRY, algorithm=algorithm, start=START)
        KeyStore.create(made.folder, keys, lock=lock, made_at=START, is_test=True)
        return made

    return make


@pytest.fixture(scope="session")
def keys(make_keys) -> Keys:
    return make_keys()


@pytest.fixture(scope="session")
def store(keys) -> KeyStore:
    return keys.open()


@pytest.fixture(scope="session")
def signer(store) -> SoftSigner:
    return SoftSigner(store)


@pytest.fixture(scope="session")
def claims() -> ec1.Claims:
    return ec1.Claims(
        issued_at=IAT,
        given_names="Ilze Elizabete",
        family_name="Bērziņa",
        date_of_birth=dt.date(2018, 4, 1),
        school_name=SCHOOL.name,
        school_reg_no=SCHOOL.owner,
        document_type=2,
        series="PV",
        number="000001",
        completed=dt.date(2037, 6, 20),
        programme_code="31016011",
        eqf_level=4,
        credential_ref=ec1.credential_ref("urn:credential:1"),
        document_digest=ec1.document_digest(PAYLOAD),
        subjects=((1, 9), (2, 10), ("XYZ", 7)),
        exams=((1, 755), (2, 1000)),
    )


@pytest.fixture(scope="session")
def code(store, signer, claims) -> bytes:
    """A sealed full code, COSE bytes."""
    key = store.key(SCHOOL.owner, "qr")
    prepared = ec1.prepare(claims, key.kid8)
    [signature] = signer.sign_many(key, [prepared.digest])
    return ec1.assemble(prepared, signature)


@pytest.fixture(scope="session")
def key(store):
    return store.key(SCHOOL.owner, "seal")


@pytest.fixture(scope="session")
def file(key, signer) -> bytes:
    return sealed(PAYLOAD, key, signer)
