"""Keys in a PKCS#11 token (SoftHSM2): what it signs fits, who may ask, and the drill of losing it."""

from __future__ import annotations

import hashlib
import shutil
import socket
import stat
import subprocess
import sys
import threading

import pytest
from seal_samples import SCHOOL, START, fits, refusal
from softhsm import LABEL, MODULE, PIN, ServedToken, SoftHsm, needs_softhsm

from issuer.seal import KeyStore
from issuer.seal.certificate_request import certificate_request, subject_name
from issuer.seal.dev_ca import certify_request
from issuer.seal.key_register import KeyRegister
from issuer.seal.keystore_files import NewKey
from issuer.seal.remote_signer import RemoteSigner

MESSAGES = [f"dokuments {n}".encode() for n in range(300)]  # more than one request
DIGESTS = [hashlib.sha256(message).digest() for message in MESSAGES]


@pytest.fixture(scope="module")
def world(keys, tmp_path_factory):
    """A token with three keys of a school, one per algorithm, certified through requests that the token signed."""
    needs_softhsm()
    home = tmp_path_factory.mktemp("hsm")
    hsm = SoftHsm(home)
    folder = shutil.copytree(keys.folder, home / "keys")
    served = ServedToken(hsm, folder, home / "t.sock")
    store = KeyStore.open(folder, key_file=keys.key_file)
    made = {algorithm: token_key(store, served, algorithm) for algorithm in ("ES256", "RS256", "PS256")}
    yield hsm, store, served, made
    errors = served.end()
    assert "Traceback" not in errors
    assert not served.socket.exists()


def token_key(store, served, algorithm):
    owner = f"{SCHOOL.owner}-{algorithm}"
    signer, register = RemoteSigner(served.socket), KeyRegister(store.folder)
    spki = signer.generate(algorithm, f"{owner}/seal")
    new = NewKey(owner, "seal", algorithm, SCHOOL.organization_identifier, (), spki, b"")
    key = register.request(new, at=START, held_by={"kind": "pkcs11", "socket": str(served.socket)}).key
    request = certificate_request(key, subject_name(SCHOOL.name, key.organization_identifier), signer)
    register.certify(key.key_id, certify_request(store, request, start=START), at=START)
    return register.activate(key.key_id, at=START).key


@pytest.mark.parametrize(("algorithm", "count"), [("ES256", 300), ("RS256", 12), ("PS256", 12)])
def test_signatures_come_in_order_and_fit_the_certificate(world, algorithm, count):
    _, _, served, keys = world
    key = keys[algorithm]
    signatures = RemoteSigner(served.socket).sign_many(key, DIGESTS[:count])
    for message, signature in zip(MESSAGES[:count], signatures, strict=True):
        assert fits(key.certificate, algorithm, message, signature)
    assert RemoteSigner(served.socket).sign_many(key, []) == []


def test_private_keys_cannot_be_taken_out(world):
    """OpenSC's pkcs11-tool, another program, lists them as sensitive and never extractable."""
    if shutil.which("pkcs11-tool") is None:
        pytest.skip("pkcs11-tool is not installed (Debian: apt-get install opensc)")
    hsm, *_ = world
    command = ("pkcs11-tool", "--module", str(MODULE), "--token-label", LABEL, "--login", "--pin", PIN, "-O")
    listed = hsm.run(*command, "--type", "privkey")
    assert listed.count("Private Key Object") >= 3
    assert listed.count("always sensitive, never extractable") == listed.count("Private Key Object")


def test_workers_share_the_one_connection(world):
    """Clients at the same time, each in turn: every signature is right and nobody waits for ever."""
    _, _, served, keys = world
    wrong: list[str] = []

    def work(algorithm: str, count: int) -> None:
        signer = RemoteSigner(served.socket)
        for _ in range(3):
            signatures = signer.sign_many(keys[algorithm], DIGESTS[:count])
            if not fits(keys[algorithm].certificate, algorithm, MESSAGES[count - 1], signatures[-1]):
                wrong.append(algorithm)

    jobs = [("ES256", 200)] * 4 + [("RS256", 5)]
    threads = [threading.Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    assert not any(thread.is_alive() for thread in threads)


def test_the_drill_of_losing_the_token(world):
    """It is taken away: words, and no signature at all. It comes back: the same client and service go on."""
    hsm, _, served, keys = world
    signer, key = RemoteSigner(served.socket), keys["ES256"]
    assert signer.sign_many(key, DIGESTS[:2])
    hsm.take_away()
    try:
        for _ in range(3):
            assert refusal(signer.sign_many, key, DIGESTS) == "SIGN_TOKEN_LOST"
        assert refusal(signer.generate, "ES256", "x") == "SIGN_TOKEN_LOST"
    finally:
        hsm.bring_back()
    signatures = signer.sign_many(key, DIGESTS)
    assert fits(key.certificate, "ES256", MESSAGES[-1], signatures[-1])
    assert served.process.poll() is None


def test_a_suspended_key_is_refused_by_the_process_itself(world):
    """Whoever holds an old copy of the store, or asks by hand, is told by the process that has the token."""
    _, store, served, keys = world
    register, key, signer = KeyRegister(store.folder), keys["PS256"], RemoteSigner(served.socket)
    register.suspend(key.key_id, at=START, reason="drill")
    assert refusal(signer.sign_many, key, DIGESTS[:1]) == "KEY_SUSPENDED"
    register.resume(key.key_id, at=START)
    assert signer.sign_many(key, DIGESTS[:1])


def test_only_what_the_token_holds_is_signed(world):
    """A key of the store that is not on this token: named, and nothing is signed in its place."""
    _, store, served, keys = world
    signer = RemoteSigner(served.socket)
    assert refusal(signer.sign_many, store.key(SCHOOL.owner, "seal"), DIGESTS[:1]) == "SIGN_KEY_MISSING"
    assert refusal(signer.sign_many, keys["ES256"], [b"a document"]) == "SIGN_DIGEST"
    assert signer.sign_many(keys["ES256"], DIGESTS[:1])


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x00\x00\x02{}",
        b"\x00\x00\x00\x0e" + b'{"op":"steal"}',
        b"\x00\x00\x00\x0d" + b'{"op":"sign"}',
        b"\x00\x00\x00\x02[]",
        b"\x00\x00\x00\x01{",
        b"\xff\xff\xff\xff",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_requests_that_are_none_do_no_harm(world, request_bytes):
    _, _, served, keys = world
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(served.socket))
        connection.sendall(request_bytes)
        answer = connection.recv(4096)
        assert answer == b"" or b"SIGN_REQUEST" in answer
    assert RemoteSigner(served.socket).sign_many(keys["ES256"], DIGESTS[:1])


def test_the_socket_is_for_its_owner_only_and_for_one_process(world):
    hsm, store, served, _ = world
    assert stat.S_IMODE(served.socket.stat().st_mode) == 0o600
    second = ServedToken(hsm, store.folder, served.socket)
    _, errors = second.process.communicate(timeout=30)
    assert second.process.returncode == 2
    assert "SIGN_SERVICE_ACTIVE" in errors


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ATESTATS_TOKEN_PIN": "000000"}, "SIGN_TOKEN_PIN"),
        ({"ATESTATS_TOKEN_PIN": ""}, "PIN_MISSING"),
        ({"--token": "cita"}, "SIGN_TOKEN_LOST"),
        ({"--module": "/usr/lib/none.so"}, "SIGN_TOKEN_MODULE"),
        ({"--module": __file__}, "SIGN_TOKEN_MODULE"),
        ({"--socket": "/" + "x" * 120}, "SIGN_SERVICE_SOCKET"),
        ({"--keys": "/none"}, "KEYSTORE_MISSING"),
    ],
)
def test_a_service_that_cannot_start_says_why(world, tmp_path, change, code):
    hsm, store, _, _ = world
    options = {"--keys": store.folder, "--module": MODULE, "--token": LABEL, "--socket": tmp_path / "s"}
    options |= {name: value for name, value in change.items() if name.startswith("--")}
    environment = hsm.environment | {name: value for name, value in change.items() if name[0] != "-"}
    words = [str(word) for option in options.items() for word in option]
    done = subprocess.run(
        [sys.executable, "-m", "issuer.cli", "keys", "serve-token", *words],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert code in done.stderr
    assert "Traceback" not in done.stderr
    assert PIN not in done.stderr


def test_no_service_is_said_in_words(world, tmp_path):
    _, _, _, keys = world
    assert (
        refusal(RemoteSigner(tmp_path / "none").sign_many, keys["ES256"], DIGESTS[:1])
        == "SIGN_SERVICE_ABSENT"
    )


def test_a_service_that_lies_is_not_believed(world, tmp_path):
    """Signatures of other digests, or too few: the client checks each one."""
    _, _, served, keys = world
    good = RemoteSigner(served.socket).sign_many(keys["ES256"], DIGESTS[:2])

    class Liar(RemoteSigner):
        lies: list[bytes]

        def _exchange(self, message):
            import base64

            return {"signatures": [base64.b64encode(lie).decode() for lie in self.lies]}

    for lies in ([good[1], good[0]], good[:1], [], [good[0], bytes(64)], [good[0], b""]):
        liar = Liar(served.socket)
        liar.lies = lies
        assert refusal(liar.sign_many, keys["ES256"], DIGESTS[:2]) == "SIGN_WRONG"
