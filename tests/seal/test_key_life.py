"""The life of a key: made, certified, active, suspended, retired, compromised; nothing lost, nothing in its place."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from seal_samples import OTHER, SCHOOL, START, fits, refusal

from issuer.seal import KeyStore, SoftSigner
from issuer.seal.certificate_request import certificate_request, subject_name
from issuer.seal.dev_ca import certify_request
from issuer.seal.key_life import KeyEvent
from issuer.seal.key_register import KeyRegister
from issuer.seal.keystore_files import NewKey
from issuer.seal.software_key import software_key

DAY = dt.timedelta(days=1)
LATER = START + 30 * DAY
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)


@pytest.fixture
def store(keys, tmp_path) -> KeyStore:
    folder = shutil.copytree(keys.folder, tmp_path / "store")
    return KeyStore.open(folder, key_file=keys.key_file)


@pytest.fixture
def register(store) -> KeyRegister:
    return KeyRegister(store.folder)


@pytest.fixture
def old(store):
    return store.key(SCHOOL.owner, "seal")


def requested(store, register, algorithm="ES256", holder=SCHOOL, at=START):
    new = software_key(holder.owner, "seal", algorithm, holder.organization_identifier)
    return register.request(new, at=at, lock=store.lock).key


def certify(store, key, *, start, signer=None):
    """The way through a request: what a trust service would answer."""
    subject = subject_name(SCHOOL.name, key.organization_identifier)
    return certify_request(store, certificate_request(key, subject, signer or SoftSigner(store)), start=start)


def certified(store, register, **how):
    key = requested(store, register, **how)
    return register.certify(key.key_id, certify(store, key, start=START), at=START).key


def test_rotation_from_request_to_retirement(store, register, old):
    signer = SoftSigner(store)
    key = requested(store, register)
    assert key.certificate_chain == ()
    assert store.key(SCHOOL.owner, "seal") == old  # nothing changes before the new one is active

    register.certify(key.key_id, certify(store, key, start=START), at=START + DAY)
    assert (
        refusal(signer.sign_many, store.public_keys.record(key.key_id).key, [bytes(32)]) == "KEY_NONE_ACTIVE"
    )
    record = register.activate(key.key_id, at=START + 2 * DAY)

    assert store.key(SCHOOL.owner, "seal") == record.key  # the opened store sees it
    assert [event.state for event in record.history] == ["requested", "certified", "active"]
    before = store.public_keys.record(old.key_id)
    assert before.state == "retired"
    assert before.key == old  # certificate and chain stay
    assert before.state_at(START + DAY) == "active"
    assert before.state_at(START - DAY) is None
    [signature] = signer.sign_many(record.key, [bytes.fromhex("ab" * 32)])
    assert len(signature) == 64
    assert refusal(signer.sign_many, old, [bytes(32)]) == "KEY_NONE_ACTIVE"  # though its handle is open


def test_a_running_signer_stops_when_its_key_is_suspended(store, register, old):
    signer = SoftSigner(store)
    assert signer.sign_many(old, [bytes(32)])
    register.suspend(old.key_id, at=LATER, reason="staff change")
    assert refusal(signer.sign_many, old, [bytes(32)]) == "KEY_SUSPENDED"
    assert refusal(store.key, SCHOOL.owner, "seal") == "KEY_SUSPENDED"
    assert store.key(SCHOOL.owner, "qr")  # another purpose, another key
    assert store.key(OTHER.owner, "seal")
    register.resume(old.key_id, at=LATER + DAY)
    assert signer.sign_many(old, [bytes(32)])


def test_nothing_takes_the_place_of_a_key_that_is_gone(store, register, old):
    spare = certified(store, register)
    register.compromise(old.key_id, at=LATER, reason="laptop stolen", since=START + DAY)
    assert refusal(store.key, SCHOOL.owner, "seal") == "KEY_NONE_ACTIVE"  # the spare is certified, not active
    record = store.public_keys.record(old.key_id)
    assert record.history[-1] == KeyEvent("compromised", LATER, "laptop stolen", START + DAY)
    assert record.invalid_since == START + DAY
    register.activate(spare.key_id, at=LATER + DAY)
    assert store.key(SCHOOL.owner, "seal").key_id == spare.key_id


def test_a_key_is_not_used_outside_its_certificates_time(store, old):
    assert store.key(SCHOOL.owner, "seal", at=LATER) == old
    end = x509.load_der_x509_certificate(old.certificate).not_valid_after_utc
    assert store.key(SCHOOL.owner, "seal", at=end) == old
    assert refusal(store.key, SCHOOL.owner, "seal", at=end + dt.timedelta(seconds=1)) == "KEY_EXPIRED"
    assert refusal(store.key, SCHOOL.owner, "seal", at=START - 2 * DAY) == "KEY_NOT_YET_VALID"


STEPS = {
    "suspend": lambda register, key: register.suspend(key, at=LATER, reason="x"),
    "resume": lambda register, key: register.resume(key, at=LATER),
    "activate": lambda register, key: register.activate(key, at=LATER),
    "retire": lambda register, key: register.retire(key, at=LATER, reason="x"),
    "compromise": lambda register, key: register.compromise(key, at=LATER, reason="x"),
}


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ([], ["suspend", "resume", "activate"]),
        (["certify"], ["suspend", "resume"]),
        (["certify", "activate"], ["resume", "activate"]),
        (["certify", "activate", "suspend"], ["suspend", "activate"]),
        (["certify", "activate", "suspend", "retire"], ["suspend", "resume", "activate", "retire"]),
        (["certify", "activate", "compromise"], list(STEPS)),
    ],
)
def test_steps_that_cannot_follow_are_refused_and_change_nothing(store, register, path, refused):
    key = requested(store, register)
    for step in path:
        if step == "certify":
            register.certify(key.key_id, certify(store, key, start=START), at=START)
        else:
            STEPS[step](register, key.key_id)
    before = (store.folder / "keys.json").read_bytes()
    for step in refused:
        assert refusal(STEPS[step], register, key.key_id) == "KEY_STATE"
    assert (store.folder / "keys.json").read_bytes() == before


def test_history_is_not_rewritten(store, register, old):
    register.suspend(old.key_id, at=LATER, reason="x")
    assert refusal(register.resume, old.key_id, at=LATER - DAY) == "KEY_TIME"
    late = LATER + DAY
    assert refusal(register.compromise, old.key_id, at=LATER, reason="x", since=late) == "KEY_TIME"


def test_a_suspended_key_does_not_come_back_beside_another(store, register, old):
    spare = certified(store, register)
    register.suspend(old.key_id, at=LATER, reason="x")
    register.activate(spare.key_id, at=LATER)
    assert refusal(register.resume, old.key_id, at=LATER + DAY) == "KEY_OTHER_ACTIVE"


def test_an_expired_key_is_neither_activated_nor_resumed(store, register, old):
    spare = certified(store, register)
    register.suspend(old.key_id, at=LATER, reason="x")
    for step, key_id in ((register.activate, spare.key_id), (register.resume, old.key_id)):
        assert refusal(step, key_id, at=START + 5 * 365 * DAY) == "KEY_EXPIRED"


# ── certificates that come in ──


def test_a_certificate_must_be_this_keys_and_this_holders(store, register, old):
    key = requested(store, register)
    others = old.certificate_chain
    assert refusal(register.certify, key.key_id, others, at=START) == "CERTIFICATE_OTHER_KEY"
    assert refusal(register.certify, key.key_id, [b"0\x00"], at=START) == "CERTIFICATE_UNREADABLE"
    good = certify(store, key, start=START)
    assert refusal(register.certify, key.key_id, good, at=START + 5000 * DAY) == "CERTIFICATE_NOT_VALID"
    other = subject_name(SCHOOL.name, "NTRLV-90999900000")
    request = certificate_request(key, other, SoftSigner(store))
    changed = certify_request(store, request, start=START)
    assert refusal(register.certify, key.key_id, changed, at=START) == "CERTIFICATE_HOLDER"
    useless = without_usage(store, key)
    assert refusal(register.certify, key.key_id, [useless, good[1]], at=START) == "CERTIFICATE_USAGE"
    assert store.public_keys.state(key.key_id) == "requested"


def test_a_self_signed_certificate_is_never_taken(store, register):
    private = ec.generate_private_key(ec.SECP256R1())
    key = register.request(new_key(private, "ES256"), at=START, lock=store.lock).key
    name = x509.Name(
        [x509.NameAttribute(x509.NameOID.ORGANIZATION_IDENTIFIER, SCHOOL.organization_identifier)]
    )
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(LATER)
        .sign(private, hashes.SHA256())
    )
    der = own.public_bytes(Encoding.DER)
    assert refusal(register.certify, key.key_id, [der], at=START) == "CERTIFICATE_SELF_SIGNED"


def test_a_short_rsa_key_is_not_certified(store, register):
    private = rsa.generate_private_key(65537, 2048)
    key = register.request(new_key(private, "PS256"), at=START, lock=store.lock).key
    signed = Signed(lambda digest: private.sign(digest, PSS, Prehashed(hashes.SHA256())))
    chain = certify(store, key, start=START, signer=signed)
    assert refusal(register.certify, key.key_id, chain, at=START) == "CERTIFICATE_KEY"


def test_another_services_chain_brings_its_own_root(store, register, make_keys):
    """A certificate from elsewhere: its CAs are kept, its root becomes an anchor, the store's own stays."""
    elsewhere = make_keys(holders=()).open()
    key = requested(store, register)
    chain = [*certify(elsewhere, key, start=START, signer=SoftSigner(store)), elsewhere.public_keys.root]
    assert refusal(register.certify, key.key_id, chain[:1], at=START) == "CERTIFICATE_CHAIN"
    record = register.certify(key.key_id, reversed(chain), at=START)
    assert record.key.certificate_chain == tuple(chain[:2])
    public = store.public_keys
    assert public.anchors == (public.root, elsewhere.public_keys.root)
    assert public.issuers["intermediate"] != chain[1]


def test_the_box_of_a_key_opens_only_with_its_own_certificate(store, register, keys):
    """Somebody puts another certificate beside the key: the key does not sign for it."""
    key = certified(store, register)
    register.activate(key.key_id, at=START)
    index = json.loads((store.folder / "keys.json").read_text())
    entries = {entry["key_id"]: entry for entry in index["keys"]}
    entries[key.key_id]["certificate"] = entries[store.key(OTHER.owner, "seal").key_id]["certificate"]
    (store.folder / "keys.json").write_text(json.dumps(index))
    opened = KeyStore.open(store.folder, key_file=keys.key_file)
    assert refusal(opened.private, opened.key(SCHOOL.owner, "seal")) == "KEY_DAMAGED"


# ── what is on disk ──


def test_a_store_of_the_first_format_is_read_and_grows(store, register, old):
    index = json.loads((store.folder / "keys.json").read_text())
    index["format"] = "atestats-keys/1"
    for entry in index["keys"]:
        del entry["history"]
    (store.folder / "keys.json").write_text(json.dumps(index))
    assert store.public_keys.history(old.key_id) == (KeyEvent("active", START),)
    register.suspend(old.key_id, at=LATER, reason="x")
    assert [event.state for event in store.public_keys.history(old.key_id)] == ["active", "suspended"]
    assert json.loads((store.folder / "keys.json").read_text())["format"] == "atestats-keys/2"


def test_a_change_that_cannot_be_written_changes_nothing(store, register, old, monkeypatch):
    from issuer.seal import keystore_files

    def full(path, data):
        path.write_bytes(data[:100])
        raise OSError(28, "No space left on device")

    before = (store.folder / "keys.json").read_bytes()
    monkeypatch.setattr(keystore_files, "write_new", full)
    assert refusal(register.suspend, old.key_id, at=LATER, reason="x") == "KEYSTORE_NOT_WRITTEN"
    monkeypatch.undo()
    assert (store.folder / "keys.json").read_bytes() == before
    register.suspend(old.key_id, at=LATER, reason="x")  # what was left aside is not in the way


@pytest.mark.parametrize(
    "edit",
    [
        lambda entry: entry["history"].append({"state": "lost", "at": "2037-06-01T00:00:00Z"}),
        lambda entry: entry["history"].append({"state": "retired", "at": "2037-06-01T00:00:00"}),
        lambda entry: entry["history"].append({"state": "retired"}),
        lambda entry: entry.update(history=7),
        lambda entry: entry.update(certificate=None),
        lambda entry: entry.update(held_by=[1]),
    ],
)
def test_a_damaged_history_is_refused(store, old, edit):
    index = json.loads((store.folder / "keys.json").read_text())
    edit(next(entry for entry in index["keys"] if entry["key_id"] == old.key_id))
    (store.folder / "keys.json").write_text(json.dumps(index))
    assert refusal(KeyStore.public(store.folder).record, old.key_id) == "KEYSTORE_DAMAGED"


def test_new_rsa_keys_sign_with_what_was_certified(store, register):
    key = certified(store, register, algorithm="PS256")
    active = register.activate(key.key_id, at=START).key
    [signature] = SoftSigner(store).sign_many(active, [hashlib.sha256(b"x").digest()])
    assert fits(active.certificate, "PS256", b"x", signature)


def new_key(private, algorithm) -> NewKey:
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return NewKey(SCHOOL.owner, "seal", algorithm, SCHOOL.organization_identifier, (), spki, pkcs8)


class Signed:
    """A signer that asks nobody."""

    def __init__(self, sign) -> None:
        self.sign = sign

    def sign_many(self, key, digests):
        return [self.sign(digest) for digest in digests]


def without_usage(store, key) -> bytes:
    """A certificate of the development CA that says nothing about what its key is for."""
    ca = store.key("intermediate", "ca")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject_name(SCHOOL.name, key.organization_identifier))
        .issuer_name(x509.load_der_x509_certificate(ca.certificate).subject)
        .public_key(load_der_public_key(key.spki))
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(LATER)
    )
    private = load_der_private_key(store.private(ca), None)
    return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "PS256"])
def test_another_program_accepts_the_request(store, register, algorithm, tmp_path):
    """OpenSSL checks the request's own signature and reads what it asks for."""
    key = requested(store, register, algorithm)
    subject = subject_name("Paraugpils Valsts ģimnāzija", key.organization_identifier)
    path = tmp_path / "request.der"
    path.write_bytes(certificate_request(key, subject, SoftSigner(store)))
    command = ["openssl", "req", "-inform", "DER", "-in", path, "-noout", "-verify", "-text", "-utf8"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "verify OK" in done.stderr + done.stdout
    assert "Non Repudiation" in done.stdout
    assert key.organization_identifier in done.stdout
