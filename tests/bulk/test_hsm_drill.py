"""The drill of losing the HSM while documents are being sealed: words, nothing half sealed, and on it goes."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.seal import KeyStore
from issuer.seal.certificate_request import certificate_request, subject_name
from issuer.seal.dev_ca import certify_request
from issuer.seal.key_making import on_token
from issuer.seal.key_register import KeyRegister
from issuer.seal.signers import StoreSigner
from tests.bulk.test_seal_run import many_records, results, run, sealed_files, wait_until
from tests.seal.seal_samples import fits
from tests.seal.softhsm import ServedToken, SoftHsm, needs_softhsm

ROTATED_AT = datetime(2037, 7, 15, tzinfo=UTC)


@pytest.fixture
def world(keys, tmp_path):
    """The country's schools with their seal keys on a token; QR keys and authorities stay in the store."""
    needs_softhsm()
    keydir = shutil.copytree(keys, tmp_path / "keys")
    hsm = SoftHsm(tmp_path)
    served = ServedToken(hsm, keydir, tmp_path / "t.sock")
    store = KeyStore.open(keydir, key_file=keys.parent / "key-file")
    owners = {record.key.owner for record in store.public_keys.records if record.key.owner.isdigit()}
    retired = {store.key(owner, "seal").certificate for owner in owners}
    certificates = {move_to_token(store, owner, served.socket) for owner in owners}
    yield hsm, keydir, certificates, retired
    served.end()


def move_to_token(store: KeyStore, owner: str, socket: Path) -> bytes:
    """Rotation: a new key on the token, certified and activated; the one in the store retires."""
    identifier = store.key(owner, "seal").organization_identifier
    record = on_token(store.folder, owner, "seal", "ES256", identifier, socket=socket, at=ROTATED_AT)
    request = certificate_request(record.key, subject_name("TEST skola", identifier), StoreSigner(store))
    register = KeyRegister(store.folder)
    register.certify(record.key.key_id, certify_request(store, request, start=ROTATED_AT), at=ROTATED_AT)
    return register.activate(record.key.key_id, at=ROTATED_AT).key.certificate


def seal_of(path: Path) -> tuple[bytes, bool]:
    """The certificate in a sealed file, and whether the signature fits, checked without our reader."""
    document = json.loads(path.read_bytes())
    [seal] = document["signatures"]
    protected = json.loads(base64.urlsafe_b64decode(seal["protected"] + "=="))
    certificate = base64.b64decode(protected["x5c"][0])
    signed = seal["protected"].encode() + b"." + document["payload"].encode()
    signature = base64.urlsafe_b64decode(seal["signature"] + "==")
    return certificate, fits(certificate, "ES256", signed, signature)


def test_the_token_is_lost_in_the_middle_of_a_run(world, seal_command, keys, tmp_path):
    hsm, keydir, on_the_token, retired = world
    source = tmp_path / "many.jsonl"
    source.write_text("".join(many_records(copies=12)))
    out = tmp_path / "out"
    command = [str(keydir) if word == str(keys) else word for word in seal_command(source=source)]

    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: bool(sealed_files(out)) or process.poll() is not None)
    hsm.take_away()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, "the run ended before the token was lost: nothing was shown"
    assert "SIGN_TOKEN_LOST" in errors
    assert "Traceback" not in errors
    before = {path: path.read_bytes() for path in sealed_files(out)}
    assert before
    assert all(seal_of(path)[1] for path in before)  # whole, each of them

    again = run(command)  # still gone
    assert again.returncode == 2
    assert "SIGN_TOKEN_LOST" in again.stderr
    assert {path: path.read_bytes() for path in sealed_files(out)} == before

    hsm.bring_back()  # and neither the signing process nor anything else is started anew
    assert run(command).returncode == 0
    rows = results(out)
    assert {row["outcome"] for row in rows} == {"sealed"}
    paths = [out / row["path"] for row in rows]
    assert len(set(paths)) == len(paths)
    assert set(paths) == set(sealed_files(out))
    assert all(path.read_bytes() == content for path, content in before.items())
    seals = [seal_of(path) for path in paths]
    assert all(good for _, good in seals)
    used = {certificate for certificate, _ in seals}
    assert used & on_the_token
    assert not used & retired


def test_a_suspended_school_stops_alone(world, seal_command, keys, tmp_path):
    """Its rows are rejected with the reason; the other schools' documents are sealed; later only its own are added."""
    _, keydir, *_ = world
    store = KeyStore.public(keydir)
    source = tmp_path / "many.jsonl"
    source.write_text("".join(many_records(copies=1)))
    schools = {json.loads(line)["institution"]["reg_no"] for line in source.read_text().splitlines()}
    key = store.key(min(schools), "seal")
    KeyRegister(keydir).suspend(key.key_id, at=ROTATED_AT, reason="drill")
    command = [str(keydir) if word == str(keys) else word for word in seal_command(source=source)]
    assert run(command, env=os.environ).returncode == 1
    rows = results(tmp_path / "out")
    rejected = [row for row in rows if row["outcome"] == "rejected"]
    assert rejected
    assert {finding["code"] for row in rejected for finding in row["findings"]} >= {"KEY_SUSPENDED"}
    before = set(sealed_files(tmp_path / "out"))
    assert before

    KeyRegister(keydir).resume(key.key_id, at=ROTATED_AT)
    assert run(command).returncode == 0
    assert set(sealed_files(tmp_path / "out")) > before
