"""Time stamps: ours accepted by OpenSSL and rfc3161-client, OpenSSL's accepted by us, and what is not one refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
import subprocess
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
import rfc3161_client as outside
from cryptography import x509
from seal_samples import START, refusal

from issuer.seal import der, etsi_u, jades, tsp
from issuer.seal.time_stamping import TEST_POLICY, TimeStampAuthority

NOW = START + dt.timedelta(days=21)
MESSAGE = b"eyJhbGciOiJFUzI1NiJ9"


@pytest.fixture(scope="module")
def authority(store, signer) -> TimeStampAuthority:
    return TimeStampAuthority(store.key("timestamp", "timestamp"), signer, clock=lambda: NOW)


@pytest.fixture(scope="module")
def answered(authority):
    """A request made by another implementation, and our answer read by it."""
    request = outside.TimestampRequestBuilder().data(MESSAGE).build()
    return request, outside.decode_timestamp_response(authority.answer(request.as_bytes()))


@pytest.fixture(scope="module")
def token(answered) -> bytes:
    return answered[1].time_stamp_token()


def test_another_implementation_verifies_our_token_up_to_the_root(answered, store):
    request, response = answered
    root = x509.load_der_x509_certificate(store.public_keys.root)
    verifier = outside.VerifierBuilder.from_request(request).add_root_certificate(root).build()
    assert verifier.verify_message(response, MESSAGE)
    with pytest.raises(outside.VerificationError):
        verifier.verify_message(response, MESSAGE + b"x")


def test_we_read_the_same_as_another_implementation(answered, token):
    info, ours = answered[1].tst_info, tsp.parse_token(token)
    assert ours.gen_time == info.gen_time == NOW.replace(microsecond=0)
    assert ours.policy == info.policy.dotted_string == TEST_POLICY
    assert ours.imprint == info.message_imprint.message == hashlib.sha512(MESSAGE).digest()
    assert (ours.nonce, ours.serial) == (info.nonce, info.serial_number)
    assert set(ours.certificates) == answered[1].signed_data.certificates
    ours.check_signature()


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_openssl_asks_and_verifies(authority, store, tmp_path, algorithm):
    (tmp_path / "data").write_bytes(MESSAGE)
    (tmp_path / "root").write_text(ssl.DER_cert_to_PEM_cert(store.public_keys.root))
    query = ["openssl", "ts", "-query", "-data", "data", f"-{algorithm}", "-cert", "-out", "request"]
    subprocess.run(query, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "answer").write_bytes(authority.answer((tmp_path / "request").read_bytes()))
    verify = ["openssl", "ts", "-verify", "-queryfile", "request", "-in", "answer", "-CAfile", "root"]
    at = ["-attime", str(int(NOW.timestamp()))]
    done = subprocess.run([*verify, *at], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr, done.stderr
    (tmp_path / "data").write_bytes(MESSAGE + b"x")
    other = ["openssl", "ts", "-verify", "-data", "data", "-in", "answer", "-CAfile", "root", *at]
    assert subprocess.run(other, cwd=tmp_path, capture_output=True, check=False).returncode != 0


CONFIGURATION = """
[tsa]
serial = serial
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = {ess}
ordering = yes
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
[usage]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[server]
extendedKeyUsage = critical,timeStamping,serverAuth
[soft]
extendedKeyUsage = timeStamping
"""
KEYS = {
    "rsa": ["rsa:3072"],
    "p256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
}


def openssl_token(
    folder, *, key="p256", digest="sha256", ess="sha256", usage="usage", with_cert=True
) -> bytes:
    """A token that OpenSSL's own authority makes."""

    def run(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    (folder / "cnf").write_text(CONFIGURATION.format(digest=digest, ess=ess))
    (folder / "serial").write_text("01\n")
    (folder / "data").write_bytes(MESSAGE)
    subject = ["-subj", "/CN=TEST authority", "-days", "30"]
    made = ["req", "-x509", "-newkey", *KEYS[key], "-nodes", "-keyout", "key", "-out", "crt", *subject]
    run(*made, *_extensions(usage))
    run("ts", "-query", "-data", "data", "-sha256", *(["-cert"] if with_cert else []), "-out", "req")
    signer = ["-config", "cnf", "-section", "tsa", "-signer", "crt", "-inkey", "key"]
    run("ts", "-reply", "-queryfile", "req", *signer, "-token_out", "-out", "token")
    return (folder / "token").read_bytes()


def _extensions(usage: str) -> list[str]:
    block = CONFIGURATION.split(f"[{usage}]\n")[1].split("[")[0]
    return [
        word for line in block.split("\n") if "=" in line for word in ("-addext", line.replace(" = ", "="))
    ]


@pytest.mark.parametrize(
    ("key", "digest", "ess"),
    [
        ("rsa", "sha256", "sha256"),
        ("rsa", "sha512", "sha1"),
        ("p256", "sha256", "sha256"),
        ("p384", "sha384", "sha512"),
    ],
)
def test_tokens_of_openssl_are_accepted(tmp_path, key, digest, ess):
    token = tsp.parse_token(openssl_token(tmp_path, key=key, digest=digest, ess=ess))
    token.check_signature()
    assert token.policy == "1.2.3.4.1"
    assert token.imprint == hashlib.sha256(MESSAGE).digest()
    assert token.serial == 2


def test_a_token_signed_with_pss_is_accepted(tmp_path, token):
    """`openssl ts` knows no PSS; `openssl cms` signs the same TSTInfo with it, as some authorities do."""
    subject = ["-subj", "/CN=TEST", "-days", "30", *_extensions("usage")]
    made = ["openssl", "req", "-x509", "-newkey", *KEYS["rsa"], "-nodes", "-keyout", "key", "-out", "crt"]
    subprocess.run([*made, *subject], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "info").write_bytes(tsp.parse_token(token)._content)
    sign = ["openssl", "cms", "-sign", "-in", "info", "-signer", "crt", "-inkey", "key", "-outform", "DER"]
    options = [
        "-binary",
        "-nodetach",
        "-cades",
        "-md",
        "sha384",
        "-econtent_type",
        "1.2.840.113549.1.9.16.1.4",
    ]
    pss = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_mgf1_md:sha384"]
    signed = subprocess.run([*sign, *options, *pss], cwd=tmp_path, check=True, capture_output=True).stdout
    read = tsp.parse_token(signed)
    read.check_signature()
    assert read.serial == tsp.parse_token(token).serial
    broken = signed[:-1] + bytes((signed[-1] ^ 1,))
    assert refusal(tsp.parse_token(broken).check_signature) == "TSP_SIGNATURE"


@pytest.mark.parametrize("usage", ["server", "soft"])
def test_a_certificate_for_more_than_time_stamps_may_not_stamp(tmp_path, token, monkeypatch, usage):
    """RFC 3161, 2.3: the extended key usage is critical and alone. OpenSSL refuses to make such a token, so a good
    token is judged with the certificate of such a key in its place."""
    subject = ["-subj", "/CN=TEST", "-days", "30", *_extensions(usage)]
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        *KEYS["p256"],
        "-nodes",
        "-keyout",
        "key",
        "-outform",
        "DER",
    ]
    certificate = subprocess.run([*made, *subject], cwd=tmp_path, check=True, capture_output=True).stdout
    good = tsp.parse_token(token)
    assert refusal(replace(good, tsa_certificate=certificate).check_signature) == "TSP_CERTIFICATE"


def test_a_token_without_certificates_needs_one_from_elsewhere(tmp_path):
    token = openssl_token(tmp_path, with_cert=False)
    assert refusal(tsp.parse_token, token) == "TSP_CERTIFICATE"
    known = ssl.PEM_cert_to_DER_cert((tmp_path / "crt").read_text())
    tsp.parse_token(token, [known]).check_signature()


def test_no_changed_byte_passes(token):
    """Whatever byte is changed: refused, or nothing that the token says has changed (other certificates in it may)."""
    good = tsp.parse_token(token)
    for place in range(len(token)):
        changed = token[:place] + bytes((token[place] ^ 0x11,)) + token[place + 1 :]
        try:
            read = tsp.parse_token(changed)
            read.check_signature()
        except tsp.TimestampError:
            continue
        same = ("gen_time", "policy", "imprint", "nonce", "serial", "tsa_certificate")
        assert [getattr(read, name) for name in same] == [getattr(good, name) for name in same], place


def test_whatever_is_done_to_a_token_the_answer_is_a_refusal(token):
    """Bytes changed, cut out, doubled: never an accident."""
    random = Random(3161)
    for _ in range(4000):
        changed = bytearray(token)
        for _ in range(random.randint(1, 3)):
            place, length = random.randrange(len(changed)), random.randint(1, 8)
            kind = random.randrange(3)
            if kind == 0:
                changed[place] = random.randrange(256)
            elif kind == 1:
                del changed[place : place + length]
            else:
                changed[place:place] = changed[place : place + length]
        with suppress(tsp.TimestampError):
            tsp.parse_token(bytes(changed)).check_signature()


@pytest.mark.parametrize("cut", [0, 1, 2, 20, 500, -1])
def test_a_token_that_is_cut_is_not_one(token, cut):
    assert refusal(tsp.parse_token, token[:cut]) == "TSP_FORM"


def test_bytes_after_a_token_are_refused(token):
    assert refusal(tsp.parse_token, token + b"\0") == "TSP_FORM"
    assert refusal(tsp.parse_token, bytes(tsp.MAX_TOKEN_BYTES + 1)) == "TSP_FORM"


def test_a_sha1_imprint_is_not_accepted(authority):
    imprint = der.sequence(der.sequence(der.oid("1.3.14.3.2.26"), der.NULL), der.octet_string(bytes(20)))
    answer = outside.decode_timestamp_response(authority.answer(der.sequence(der.integer(1), imprint)))
    assert answer.status == outside.tsp.PKIStatus.REJECTION


def test_what_is_not_a_request_is_refused_in_form(authority):
    for request in (b"", b"GET", der.sequence(der.integer(2)), der.sequence(der.integer(1), der.NULL)):
        assert outside.decode_timestamp_response(authority.answer(request)).status == 2


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("edc/credential-signed.jsonld", 2022),
        ("edc/json_sealed_advanced.json", 2022),
        ("dss/jades-triple-LTA.json", 2021),
        ("own/ok-b-lta.json", 2026),
    ],
)
def test_the_tokens_of_outside_samples_are_accepted(shared, name, year):
    [seal] = jades.parse((shared / "vectors/jades" / name).read_bytes()).signatures
    items = [item for item in etsi_u.read_items(seal) if item.name in ("sigTst", "arcTst")]
    assert len(items) >= 2
    for item in items:
        [value] = etsi_u.tokens(item)
        token = tsp.parse_token(value)
        token.check_signature()
        assert token.gen_time.year == year
