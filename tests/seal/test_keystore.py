"""Keys at rest: what opens a store, what does not, and what the folder looks like."""

from __future__ import annotations

import base64
import json
import os
import pickle
import stat

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from seal_samples import MINISTRY, OTHER, SCHOOL, START, refusal

from issuer.seal import KeyStore, SoftSigner
from issuer.seal.lock import Lock
from issuer.seal.passphrase import passphrase
from issuer.seal.pki import development_keys


@pytest.fixture
def copy(keys, tmp_path):
    """A store of one's own to damage."""
    import shutil

    return shutil.copytree(keys.folder, tmp_path / "copy")


def change(folder, name, edit) -> None:
    value = json.loads((folder / name).read_text())
    edit(value)
    (folder / name).write_text(json.dumps(value))


def test_every_private_key_belongs_to_its_certificate(store):
    for key in store.public_keys.keys:
        public = load_der_private_key(store.private(key), None).public_key()
        spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        certificate = x509.load_der_x509_certificate(key.certificate)
        assert (
            spki
            == key.spki
            == certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )


def test_schools_of_one_legal_entity_have_keys_of_their_own(store):
    """A municipality may be the legal entity of many schools: the owner, not the identifier, names the key."""
    one, two = store.key(SCHOOL.owner, "seal"), store.key(OTHER.owner, "seal")
    assert one.organization_identifier == two.organization_identifier
    assert one.key_id != two.key_id
    assert one.spki != two.spki


def test_certificates_need_no_passphrase(keys):
    public = KeyStore.public(keys.folder)
    assert public.is_test
    assert public.made_at == START
    assert {key.owner for key in public.keys} >= {"operator", "timestamp", "ministry", SCHOOL.owner}
    assert set(public.issuers) == {"root", "intermediate"}
    chain = public.key(SCHOOL.owner, "seal").certificate_chain
    assert chain[1:] == (public.issuers["intermediate"],)
    assert public.root not in chain


def test_nothing_secret_is_readable(keys, store):
    stored = b"".join(path.read_bytes() for path in keys.folder.iterdir())
    for key in store.public_keys.keys:
        secret = store.private(key)
        assert secret not in stored
        assert base64.b64encode(secret)[:60] not in stored
        assert repr(secret) not in repr(key)


def test_only_the_owner_of_the_files_may_read_them(keys):
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(keys.key_file.stat().st_mode) == 0o600


def test_certificates_lie_beside_for_other_programs(keys):
    for name in ("root", "intermediate", "operator", "timestamp"):
        certificate = x509.load_pem_x509_certificate((keys.folder / f"{name}.crt").read_bytes())
        assert "TEST" in certificate.subject.rfc4514_string()


# ── what opens it ──


def test_a_passphrase_opens_the_store_and_another_does_not(tmp_path, monkeypatch):
    lock = Lock.new(passphrase="pareizā parole")
    keys = development_keys([SCHOOL], MINISTRY, algorithm="ES256", start=START)
    KeyStore.create(tmp_path / "k", keys, lock=lock, made_at=START, is_test=False)
    index = json.loads((tmp_path / "k" / "keys.json").read_text())
    assert {name: index["lock"][name] for name in ("kind", "n", "r", "p")} == {
        "kind": "scrypt",
        "n": 131072,
        "r": 8,
        "p": 1,
    }
    store = KeyStore.open(tmp_path / "k", passphrase="pareizā parole")
    assert store.private(store.key(SCHOOL.owner, "seal"))
    assert refusal(KeyStore.open, tmp_path / "k", passphrase="cita parole") == "KEYSTORE_PASSPHRASE"
    assert refusal(KeyStore.open, tmp_path / "k", passphrase="") == "KEYSTORE_LOCKED"
    monkeypatch.delenv("ATESTATS_PASSPHRASE", raising=False)
    assert refusal(KeyStore.open, tmp_path / "k") == "KEYSTORE_LOCKED"  # no default: not a test store
    monkeypatch.setenv("ATESTATS_PASSPHRASE", "pareizā parole")
    KeyStore.open(tmp_path / "k")


def test_the_known_passphrase_is_for_test_stores_only_and_said_aloud(capsys):
    assert passphrase(is_test=False, environment={}) is None
    assert capsys.readouterr().err == ""
    assert passphrase(is_test=True, environment={"ATESTATS_PASSPHRASE": "sava"}) == "sava"
    assert capsys.readouterr().err == ""
    assert passphrase(is_test=True, environment={})
    said = capsys.readouterr().err
    assert "BRĪDINĀJUMS" in said
    assert "WARNING" in said


def test_another_key_file_does_not_open_it(keys, tmp_path):
    assert refusal(KeyStore.open, keys.folder) == "KEYSTORE_KEY_FILE"
    assert refusal(KeyStore.open, keys.folder, key_file=tmp_path / "none") == "KEYSTORE_KEY_FILE"
    Lock.new(key_file=tmp_path / "other")
    assert refusal(KeyStore.open, keys.folder, key_file=tmp_path / "other") == "KEYSTORE_KEY_FILE"
    (tmp_path / "short").write_text("YWJj\n")
    (tmp_path / "short").chmod(0o600)
    assert refusal(KeyStore.open, keys.folder, key_file=tmp_path / "short") == "KEYSTORE_KEY_FILE"


def test_a_key_file_that_others_can_read_is_refused(tmp_path):
    Lock.new(key_file=tmp_path / "key-file")
    (tmp_path / "key-file").chmod(0o640)
    assert refusal(Lock.new, key_file=tmp_path / "key-file") == "KEYSTORE_KEY_FILE"


def test_a_missing_store_or_key_is_named(keys, store, tmp_path):
    assert refusal(KeyStore.open, tmp_path / "none") == "KEYSTORE_MISSING"
    assert refusal(store.key, "0000000000", "seal") == "KEY_MISSING"
    assert refusal(store.key, "operator", "seal") == "KEY_MISSING"


# ── damage and mischief ──


def test_a_damaged_box_is_refused_and_the_others_still_open(copy, keys):
    key_id = KeyStore.public(copy).key(SCHOOL.owner, "seal").key_id

    def flip(value):
        box = bytearray(base64.b64decode(value["keys"][key_id]))
        box[20] ^= 1
        value["keys"][key_id] = base64.b64encode(bytes(box)).decode()

    change(copy, "secrets.json", flip)
    store = KeyStore.open(copy, key_file=keys.key_file)
    assert refusal(store.private, store.key(SCHOOL.owner, "seal")) == "KEY_DAMAGED"
    assert store.private(store.key(OTHER.owner, "seal"))


def test_boxes_cannot_be_swapped_between_schools(copy, keys):
    """Each box is bound to its organisation, key and certificate: another school's key never signs for this one."""
    public = KeyStore.public(copy)
    one, two = public.key(SCHOOL.owner, "seal").key_id, public.key(OTHER.owner, "seal").key_id

    def swap(value):
        value["keys"][one], value["keys"][two] = value["keys"][two], value["keys"][one]

    change(copy, "secrets.json", swap)
    store = KeyStore.open(copy, key_file=keys.key_file)
    for owner in (SCHOOL.owner, OTHER.owner):
        assert refusal(store.private, store.key(owner, "seal")) == "KEY_DAMAGED"


@pytest.mark.parametrize("field", ["certificate", "organization_identifier", "key_id"])
def test_a_changed_certificate_or_name_does_not_go_with_the_key(copy, keys, field):
    def edit(value):
        mine, theirs = (
            next(e for e in value["keys"] if (e["owner"], e["purpose"]) == (owner, "seal"))
            for owner in (SCHOOL.owner, "ministry")
        )
        mine[field] = theirs[field]

    change(copy, "keys.json", edit)
    store = KeyStore.open(copy, key_file=keys.key_file)
    assert refusal(store.private, store.key(SCHOOL.owner, "seal")) == "KEY_DAMAGED"


@pytest.mark.parametrize(
    "edit",
    [
        lambda index: index.update(format="other/1"),
        lambda index: index.pop("lock"),
        lambda index: index.update(keys=3),
        lambda index: index.update(issuers=[]),
        lambda index: index["lock"].update(kind="none"),
        lambda index: index["lock"].update(kind="scrypt", n=2, r=8, p=1),
        lambda index: index["lock"].update(salt="zz"),
        lambda index: index["lock"].pop("check"),
    ],
)
def test_a_damaged_index_is_refused(copy, keys, edit):
    change(copy, "keys.json", edit)
    assert refusal(KeyStore.open, copy, key_file=keys.key_file) == "KEYSTORE_DAMAGED"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"{}", b"\xff", b'{"keys": 1}'])
@pytest.mark.parametrize("name", ["keys.json", "secrets.json"])
def test_files_that_are_something_else_are_refused(copy, keys, name, content):
    (copy / name).write_bytes(content)
    assert refusal(KeyStore.open, copy, key_file=keys.key_file) == "KEYSTORE_DAMAGED"


def test_a_key_from_elsewhere_is_not_signed_with(store, make_keys):
    stranger = make_keys().open().key(SCHOOL.owner, "seal")
    assert refusal(SoftSigner(store).sign_many, stranger, [bytes(32)]) == "KEY_DAMAGED"


# ── making one ──


def test_an_existing_store_is_never_overwritten(copy, keys):
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    fresh = development_keys([SCHOOL], MINISTRY, algorithm="ES256", start=START)
    lock = Lock.new(key_file=keys.key_file)
    assert refusal(KeyStore.create, copy, fresh, lock=lock, made_at=START, is_test=True) == "KEYSTORE_EXISTS"
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


def test_a_store_that_is_interrupted_leaves_nothing_behind(tmp_path, keys):
    def interrupted():
        yield from development_keys([SCHOOL], MINISTRY, algorithm="ES256", start=START)
        raise KeyboardInterrupt

    lock = Lock.new(key_file=keys.key_file)
    with pytest.raises(KeyboardInterrupt):
        KeyStore.create(tmp_path / "k", interrupted(), lock=lock, made_at=START, is_test=True)
    assert os.listdir(tmp_path) == []


def test_a_place_where_nothing_can_be_made_is_an_error_with_words(tmp_path, keys):
    (tmp_path / "file").write_text("")
    fresh = development_keys([SCHOOL], MINISTRY, algorithm="ES256", start=START)
    lock = Lock.new(key_file=keys.key_file)
    for place, expected in (
        (tmp_path / "file", "KEYSTORE_EXISTS"),
        (tmp_path / "file" / "k", "KEYSTORE_NOT_WRITTEN"),
    ):
        assert refusal(KeyStore.create, place, fresh, lock=lock, made_at=START, is_test=True) == expected


def test_two_runs_at_once_make_one_store(tmp_path, keys):
    """The slower one finds the place taken when it wants to put its folder there."""

    def slow():
        yield from development_keys([SCHOOL], MINISTRY, algorithm="ES256", start=START)
        quick = development_keys([OTHER], MINISTRY, algorithm="ES256", start=START)
        KeyStore.create(tmp_path / "k", quick, lock=lock, made_at=START, is_test=True)

    lock = Lock.new(key_file=keys.key_file)
    assert (
        refusal(KeyStore.create, tmp_path / "k", slow(), lock=lock, made_at=START, is_test=True)
        == "KEYSTORE_EXISTS"
    )
    assert KeyStore.public(tmp_path / "k").key(OTHER.owner, "seal")
    assert os.listdir(tmp_path) == ["k"]


def test_secrets_never_travel_or_show(store, keys):
    """A worker process opens the store itself; a public key may travel."""
    with pytest.raises(TypeError):
        pickle.dumps(store)
    key = store.key(SCHOOL.owner, "seal")
    assert pickle.loads(pickle.dumps(key)) == key
    new = next(iter(development_keys([SCHOOL], MINISTRY, algorithm="ES256", start=START)))
    assert "private" not in repr(new)
    assert orjson.loads((keys.folder / "keys.json").read_bytes())["test"] is True
