"""`atestats keys`: make a TEST store from a reference file, list it, and refuse with words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.seal import KeyStore, SoftSigner

REFERENCE = Path(__file__).resolve().parents[2] / "examples" / "reference.json"


def atestats(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "issuer.cli", "keys", *map(str, words)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("command")
    done = atestats("dev", "--reference", REFERENCE, "--out", home / "keys", "--at", "2037-06-01T00:00:00Z")
    assert done.returncode == 0, done.stderr
    return home / "keys", done


def test_a_store_for_every_institution_of_the_reference_file(made, monkeypatch):
    keydir, done = made
    assert "TEST" in done.stdout
    assert "ATESTATS_PASSPHRASE" in done.stderr  # the known passphrase is said aloud
    monkeypatch.delenv("ATESTATS_PASSPHRASE", raising=False)
    store = KeyStore.open(keydir)
    signer = SoftSigner(store)
    institutions = json.loads(REFERENCE.read_text(encoding="utf-8"))["institutions"]
    for school in institutions:  # closed ones too
        key = store.key(school["reg_no"], "seal")
        assert key.organization_identifier == f"NTRLV-{school['nmr_code']}"
        assert len(signer.sign_many(key, [bytes(32)])[0]) == 64
        assert store.key(school["reg_no"], "qr").algorithm == "ES256"
    for owner in ("ministry", "exam_body"):
        assert store.key(owner, "seal").organization_identifier.startswith("NTRLV-")
    assert store.key("operator", "operator").owner == "operator"


def test_it_is_never_overwritten(made):
    keydir, _ = made
    before = (keydir / "secrets.json").read_bytes()
    done = atestats("dev", "--reference", REFERENCE, "--out", keydir)
    assert done.returncode == 2
    assert "KEYSTORE_EXISTS" in done.stderr
    assert (keydir / "secrets.json").read_bytes() == before


def test_the_list_needs_no_passphrase(made):
    keydir, _ = made
    done = atestats("list", "--keys", keydir)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "TESTA atslēgas / TEST keys"
    assert "2037-05-31…2040-05-30" in done.stdout
    assert len(done.stdout.splitlines()) == 1 + len(KeyStore.public(keydir).keys)


def test_a_key_file_instead_of_a_passphrase(tmp_path):
    key_file = tmp_path / "key-file"
    done = atestats("dev", "--reference", REFERENCE, "--out", tmp_path / "keys", "--key-file", key_file)
    assert done.returncode == 0, done.stderr
    assert "ATESTATS_PASSPHRASE" not in done.stderr
    store = KeyStore.open(tmp_path / "keys", key_file=key_file)
    assert store.private(store.key("operator", "operator"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("dev", "--reference", "none.json", "--out", "{}"), "REFERENCE_UNREADABLE"),
        (("dev", "--reference", REFERENCE, "--out", "{}", "--at", "vakar"), "nav laiks"),
        (("dev", "--reference", REFERENCE, "--out", "{}", "--at", "2037-06-01T00:00:00"), "nav laiks"),
        (("list", "--keys", "{}"), "KEYSTORE_MISSING"),
    ],
)
def test_refusals_have_words_and_no_traceback(tmp_path, words, code):
    done = atestats(*(tmp_path / "x" if word == "{}" else word for word in words))
    assert done.returncode == 2
    assert code in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("module", ["jades", "ec1", "cbor", "jades_document", "public_keys"])
def test_formats_and_certificates_load_without_key_stores(module):
    """A verifier must start fast and must not hold the code that handles keys."""
    code = f"import issuer.seal.{module}, sys; print(' '.join(sorted(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    forbidden = {
        "issuer.seal.keystore",
        "issuer.seal.signer",
        "issuer.seal.pki",
        "issuer.seal.lock",
        "cryptography",
    }
    assert forbidden.isdisjoint(loaded)
