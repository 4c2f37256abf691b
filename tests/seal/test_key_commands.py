"""`atestats keys`: the life of a key as its keeper lives it, alarms included, and what refusals look like."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from csc_world import StrictV2, make_pki
from seal_samples import MINISTRY, OTHER, SCHOOL
from softhsm import ServedToken, SoftHsm, needs_softhsm

from issuer.seal import KeyStore
from issuer.seal.signers import StoreSigner

AT = "2037-06-02T00:00:00Z"


class Keeper:
    """Runs `atestats keys` on a store of its own."""

    def __init__(self, folder, key_file) -> None:
        self.folder, self.key_file = folder, key_file

    def run(self, *words, secret=False, at=AT, environment=None):
        more = ["--key-file", self.key_file] if secret else []
        more += ["--at", at] if at else []
        command = [sys.executable, "-m", "issuer.cli", "keys", *words, "--keys", self.folder, *more]
        return subprocess.run(
            list(map(str, command)), capture_output=True, text=True, check=False, env=environment, timeout=60
        )

    def does(self, *words, **how) -> str:
        done = self.run(*words, **how)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(self, *words, **how) -> str:
        done = self.run(*words, **how)
        assert done.returncode == 2, done.stdout
        assert "Traceback" not in done.stderr
        return done.stderr

    def open(self) -> KeyStore:
        return KeyStore.open(self.folder, key_file=self.key_file)

    def certify(self, key_id, home, *options):
        self.does("csr", key_id, "--out", home / "r.pem", secret=True)
        self.does("certify", "--csr", home / "r.pem", "--out", home / "c.pem", secret=True)
        return self.does("import", key_id, "--certificate", home / "c.pem", *options)


@pytest.fixture
def keeper(keys, tmp_path) -> Keeper:
    return Keeper(shutil.copytree(keys.folder, tmp_path / "keys"), keys.key_file)


def created(output: str) -> str:
    return output.split()[0]


def test_rotation_by_hand(keeper, tmp_path):
    """create → csr → (the trust service) → import → activate; the key before it retires."""
    old = keeper.open().key(SCHOOL.owner, "seal")
    key_id = created(keeper.does("create", "--owner", SCHOOL.owner, secret=True))
    assert "certified" in keeper.certify(key_id, tmp_path)
    assert keeper.open().key(SCHOOL.owner, "seal") == old
    assert "active" in keeper.does("activate", key_id)

    store = keeper.open()
    new = store.key(SCHOOL.owner, "seal")
    assert new.key_id == key_id
    assert store.public_keys.state(old.key_id) == "retired"
    assert len(StoreSigner(store).sign_many(new, [bytes(32)])[0]) == 64
    listed = {each["key_id"]: each for each in map(json.loads, keeper.does("list", "--json").splitlines())}
    assert [event["state"] for event in listed[key_id]["history"]] == ["requested", "certified", "active"]
    assert listed[old.key_id]["history"][-1]["reason"] == f"superseded by {key_id}"


def test_a_key_is_stopped_and_let_go_on_without_a_passphrase(keeper):
    key_id = keeper.open().key(SCHOOL.owner, "seal").key_id
    keeper.does("suspend", key_id, "--reason", "staff change")
    assert "suspended" in keeper.does("list")
    assert "KEY_STATE" in keeper.refuses("suspend", key_id, "--reason", "again")
    keeper.does("resume", key_id)
    keeper.does("retire", key_id, "--reason", "school closed")
    assert "KEY_STATE" in keeper.refuses("resume", key_id)
    assert "retired" in keeper.does("list")


@pytest.mark.parametrize(
    ("at", "alarm"),
    [
        ("2040-03-30T09:30:00Z", None),
        ("2040-04-01T09:30:00Z", "< 60 d"),
        ("2040-05-01T09:30:00Z", "< 30 d"),
        ("2040-05-24T09:30:00Z", "< 7 d"),
        ("2040-06-01T09:30:00Z", "beidzies / expired"),
    ],
)
def test_certificates_that_end_soon_ring_60_30_and_7_days_before(keeper, at, alarm):
    """The seals of the development PKI end on 2040-05-30 at 09:30; CAs, operator and time stamps years later."""
    done = keeper.run("list", "--expiring", at=at)
    lines = [line for line in done.stdout.splitlines() if "⚠" in line]
    assert done.returncode == (1 if alarm else 0)
    assert len(lines) == (6 if alarm else 0)  # seal and QR keys of ministry, school and the other school
    assert all(line.endswith(alarm) for line in lines)
    if alarm == "< 7 d":
        retired = keeper.open().key(OTHER.owner, "seal").key_id
        keeper.does("retire", retired, "--reason", "x")
        assert retired not in keeper.run("list", "--expiring", at=at).stdout  # nobody needs to do anything


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("suspend", "9900000001/seal/none", "--reason", "x"), "KEY_UNKNOWN"),
        (("create", "--owner", "9999999999"), "--organization-identifier"),
        (("create", "--owner", SCHOOL.owner, "--csc", "https://x.example"), "--credential"),
        (
            ("create", "--owner", SCHOOL.owner, "--csc", "http://x.example", "--credential", "c"),
            "SIGN_CSC_ADDRESS",
        ),
        (("create", "--owner", SCHOOL.owner, "--socket", "/none.sock"), "SIGN_SERVICE_ABSENT"),
        (("certify", "--csr", __file__, "--out", "x"), "KEYSTORE_KEY_FILE"),
        (("import", "KEY", "--certificate", "/none"), "/none"),
        (("import", "KEY", "--certificate", __file__), "KEY_STATE"),
    ],
)
def test_refusals_have_words_and_change_nothing(keeper, words, code):
    key_id = keeper.open().key(SCHOOL.owner, "seal").key_id
    before = (keeper.folder / "keys.json").read_bytes()
    assert code in keeper.refuses(*(key_id if word == "KEY" else word for word in words))
    assert (keeper.folder / "keys.json").read_bytes() == before


def test_a_real_store_takes_no_invented_times_and_no_test_certificates(keeper, tmp_path):
    key_id = created(keeper.does("create", "--owner", SCHOOL.owner, secret=True))
    keeper.does("csr", key_id, "--out", tmp_path / "r.pem", secret=True)
    index = json.loads((keeper.folder / "keys.json").read_text())
    (keeper.folder / "keys.json").write_text(json.dumps(index | {"test": False}))
    assert "AT_NEEDS_TEST_KEYS" in keeper.refuses("suspend", key_id, "--reason", "x")
    request = ("certify", "--csr", tmp_path / "r.pem", "--out", tmp_path / "c.pem")
    assert "NOT_A_TEST_STORE" in keeper.refuses(*request, secret=True, at=None)


def test_a_request_that_somebody_changed_is_not_certified(keeper, tmp_path):
    key_id = created(keeper.does("create", "--owner", SCHOOL.owner, secret=True))
    keeper.does("csr", key_id, "--out", tmp_path / "r.pem", secret=True)
    pem = (tmp_path / "r.pem").read_text().splitlines()
    pem[-2] = pem[-2][:-8] + ("AAAA" if pem[-2][-8:-4] != "AAAA" else "BBBB") + pem[-2][-4:]
    (tmp_path / "r.pem").write_text("\n".join(pem))
    request = ("certify", "--csr", tmp_path / "r.pem", "--out", tmp_path / "c.pem")
    assert "REQUEST_UNREADABLE" in keeper.refuses(*request, secret=True)
    active = keeper.open().key(SCHOOL.owner, "seal").key_id
    assert "KEY_STATE" in keeper.refuses("csr", active, "--out", tmp_path / "x.pem", secret=True)


def test_a_key_on_a_token_by_hand(keeper, tmp_path):
    needs_softhsm()
    served = ServedToken(SoftHsm(tmp_path), keeper.folder, tmp_path / "t.sock")
    try:
        key_id = created(keeper.does("create", "--owner", SCHOOL.owner, "--socket", served.socket))
        keeper.certify(key_id, tmp_path, "--activate")
        store = keeper.open()
        key = store.key(SCHOOL.owner, "seal")
        assert key.key_id == key_id
        assert key_id not in json.loads((keeper.folder / "secrets.json").read_text())["keys"]
        assert len(StoreSigner(store).sign_many(key, [bytes(32)])[0]) == 64
        assert StoreSigner(store).sign_many(
            store.key(OTHER.owner, "seal"), [bytes(32)]
        )  # from the store itself
    finally:
        served.end()


def test_a_remote_seal_by_hand(keeper, tmp_path, monkeypatch):
    """Its certificate comes from the service; it must be the school's and lead to a root."""
    pki = make_pki(tmp_path)
    service = StrictV2(pki)
    try:
        words = ["create", "--owner", SCHOOL.owner, "--csc", service.url, "--credential", "school-ec"]
        monkeypatch.setenv("ATESTATS_CSC_TOKEN", service.token)
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        key_id = created(keeper.does(*words))
        keeper.does("activate", key_id)
        store = keeper.open()
        key = store.key(SCHOOL.owner, "seal")
        assert StoreSigner(store).sign_many(key, [bytes(32)])
        assert service.calls[-1] == ("signatures/signHash", 1)
        assert len(store.public_keys.anchors) == 2
        ministry = [word.replace(SCHOOL.owner, MINISTRY.owner) for word in words]
        assert "CERTIFICATE_HOLDER" in keeper.refuses(*ministry)
    finally:
        service.end()
